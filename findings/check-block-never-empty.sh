#!/usr/bin/env bash
# With a data source inside a check block, terraform plan -detailed-exitcode ends with
# 2 for ever in Terraform 1.11.4, although it says that no changes are needed.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

mkdir other
(cd other && echo 'output "x" { value = 1 }' >main.tf && "$terraform" apply -auto-approve -no-color >/dev/null)
cat >main.tf <<'TF'
check "x" {
  data "terraform_remote_state" "other" {
    backend = "local"
    config  = { path = "other/terraform.tfstate" }
  }

  assert {
    condition     = data.terraform_remote_state.other.outputs.x == 1
    error_message = "not 1"
  }
}
TF
for round in 1 2 3; do
  "$terraform" apply -auto-approve -no-color >/dev/null
  code=0
  out=$("$terraform" plan -no-color -detailed-exitcode) || code=$?
  echo "plan $round: exit code $code, $(grep -o 'No changes\|Plan:.*\|0 to add' <<<"$out" | head -1)"
  [ $code = 2 ] || { echo "CHANGED: exit code $code"; exit 1; }
done
