#!/usr/bin/env bash
# OpenTofu 1.12.6 and 1.13.0-beta1 ignore an import block with an empty id without a word,
# and plan to create the object, also if the id comes from a variable. Terraform 1.11.4
# refuses it.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

cat >main.tf <<'TF'
variable "id" {
  default = ""
}

import {
  to = tiny_thing.a
  id = var.id
}

resource "tiny_thing" "a" {
  name = "x"
}
TF

output=$("$terraform" plan -no-color 2>&1) && { echo "CHANGED: $output"; exit 1; }
expect "$output" "Invalid import id argument"
echo "Terraform 1.11.4: Invalid import id argument"

for version in 1.12.6 1.13.0-beta1; do
  tofu=$(core tofu "$version")
  output=$("$tofu" plan -no-color 2>&1)
  expect "$output" "Plan: 1 to add, 0 to change, 0 to destroy."
  refute "$output" "import"
  echo "OpenTofu $version: $(grep Plan: <<<"$output")"
  expect "$("$tofu" plan -no-color -var id=x 2>&1)" "1 to import"
done
