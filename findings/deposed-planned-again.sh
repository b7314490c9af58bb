#!/usr/bin/env bash
# In an apply, Terraform 1.11.4 asks the provider to plan the destruction of a deposed
# object once more. The provider is configured anew by then, and is not asked about the
# objects that the plan keeps, so it cannot compare the two.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "new" }' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null
# An interrupted replacement with create_before_destroy leaves such an object.
python3 - <<'PY'
import copy, json
state = json.load(open("terraform.tfstate"))
instances = state["resources"][0]["instances"]
old = copy.deepcopy(instances[0])
old["deposed"] = "0a1b2c3d"
old["attributes"]["name"] = "old"
instances.append(old)
json.dump(state, open("terraform.tfstate", "w"))
PY

"$terraform" plan -no-color -out=saved >/dev/null
rm log
"$terraform" apply -no-color saved >/dev/null
calls=$(grep -v '^read' log | tr '\n' ' ')
echo "calls of the apply: $calls"
expect "$calls" "configure plan remove old delete old"
refute "$calls" new
