#!/usr/bin/env bash
# When one instance of a for_each fails, an apply of Terraform 1.11.4 leaves an output
# that maps over all instances as it was, although the others are replaced, in the state
# and destroyed under their old ids. Outputs that take another instance alone are new.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

cat >main.tf <<'TF'
variable "version_of_links" {}

resource "terraform_data" "link" {
  for_each         = toset(["acme", "globex"])
  triggers_replace = var.version_of_links

  provisioner "local-exec" {
    command = "test ${each.key}-${var.version_of_links} != globex-2"
  }
}

output "all" {
  value = { for key, link in terraform_data.link : key => link.id }
}

output "acme" {
  value = terraform_data.link["acme"].id
}
TF
ids() {
  python3 - <<'PY'
import json
state = json.load(open("terraform.tfstate"))
ids = {i["index_key"]: i["attributes"]["id"] for r in state["resources"] for i in r["instances"]}
print(ids["acme"], state["outputs"]["acme"]["value"], state["outputs"]["all"]["value"]["acme"])
PY
}

"$terraform" apply -auto-approve -no-color -var version_of_links=1 >/dev/null
read -r first _ <<<"$(ids)"
if "$terraform" apply -auto-approve -no-color -var version_of_links=2 >out 2>&1; then
  echo "CHANGED: the apply succeeded"
  exit 1
fi
expect "$(cat out)" 'terraform_data.link["acme"]: Destruction complete'
read -r object single mapped <<<"$(ids)"
echo "before the failed apply: acme is $first"
echo "after it: the object is $object, output acme $single, output all $mapped"
[ "$object" != "$first" ] && [ "$single" = "$object" ] && [ "$mapped" = "$first" ] || { echo "CHANGED"; exit 1; }
