#!/usr/bin/env bash
# An output marked as sensitive loses the mark in terraform_remote_state: Terraform
# 1.11.4 prints its value in the plan of another configuration.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

mkdir other
(cd other && printf 'output "x" {\n value = "swordfish"\n sensitive = true\n}\n' >main.tf && "$terraform" apply -auto-approve -no-color >/dev/null)
cat >main.tf <<'TF'
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "other/terraform.tfstate" }
}

output "printed" {
  value = data.terraform_remote_state.other.outputs.x
}

output "hidden" {
  value     = sensitive(data.terraform_remote_state.other.outputs.x)
  sensitive = true
}
TF
out=$("$terraform" plan -no-color)
expect "$out" '+ printed = "swordfish"'
expect "$out" '+ hidden  = (sensitive value)'
grep 'printed\|hidden' <<<"$out"
