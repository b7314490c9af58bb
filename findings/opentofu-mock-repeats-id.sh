#!/usr/bin/env bash
# OpenTofu 1.12.6 gives all instances of a mocked resource the same invented id, and
# knows it in a plan already. Terraform 1.11.4 gives each one its own, after the apply.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
tofu=$(core tofu 1.12.6)
provider

printf 'resource "tiny_thing" "a" {\n  count = 2\n  name  = "x"\n}\n' >main.tf
test_with() {
  cat >main.tftest.hcl <<TF
mock_provider "tiny" {}
run "run" {
  command = $2
  assert {
    condition     = tiny_thing.a[0].id $3 tiny_thing.a[1].id
    error_message = "no"
  }
}
TF
  "$1" test -no-color 2>&1 || true
}
expect "$(test_with "$tofu" plan ==)" "1 passed, 0 failed"
expect "$(test_with "$tofu" apply ==)" "1 passed, 0 failed"
expect "$(test_with "$terraform" plan ==)" "Unknown condition value"
expect "$(test_with "$terraform" apply '!=')" "1 passed, 0 failed"
echo "OpenTofu: equal in plan and apply; Terraform: unknown in the plan, different after the apply"
