#!/usr/bin/env bash
# In the defaults of a mock_resource, Terraform 1.11.4 ignores an attribute that the
# resource does not have, without a word.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
cat >main.tftest.hcl <<'TF'
mock_provider "tiny" {
  mock_resource "tiny_thing" {
    defaults = { idd = "misspelled" }
  }
}
run "apply" {
  assert {
    condition     = tiny_thing.a.id != "misspelled"
    error_message = "set"
  }
}
TF
# A development override is enough for every command but init.
out=$("$terraform" test -no-color 2>&1 || true)
expect "$out" "1 passed, 0 failed"
refute "$out" idd
tail -1 <<<"$out"
