#!/usr/bin/env bash
# In a test run with command = plan, Terraform 1.11.4 turns an unknown value inside a
# map output into null. An assertion that the value is not an empty string passes,
# although nobody knows it. The same assertion on a plain output is an error.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

cat >main.tf <<'TF'
resource "terraform_data" "x" {
  for_each = toset(["x"])
}

output "in_map" {
  value = { for name, it in terraform_data.x : name => it.id }
}

output "plain" {
  value = terraform_data.x["x"].id
}
TF
assertion() {
  cat >main.tftest.hcl <<TF
run "plan" {
  command = plan
  assert {
    condition     = $1
    error_message = "The assertion fails."
  }
}
TF
  "$terraform" test -no-color 2>&1 || true
}
in_map=$(assertion 'output.in_map["x"] != ""')
null=$(assertion 'output.in_map["x"] == null')
plain=$(assertion 'output.plain != ""')
expect "$in_map" "1 passed, 0 failed"
expect "$null" "1 passed, 0 failed"
expect "$plain" "Unknown condition value"
grep -h 'passed\|Error:' <<<"in a map: $in_map
plain: $plain"
