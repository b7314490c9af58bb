#!/usr/bin/env bash
# terraform plan -refresh-only of Terraform 1.11.4 removes nothing, but has the provider plan
# the removal of an object whose block is gone, and prints the provider's warning about it.
# OpenTofu 1.12.6 does not.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
tofu=$(core tofu 1.12.6)
provider

for cli in "$terraform" "$tofu"; do
  echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
  "$cli" apply -auto-approve -no-color >/dev/null
  rm main.tf log
  out=$("$cli" plan -refresh-only -no-color)
  echo "$("$cli" version | head -1): $(grep -c '^plan remove' log || true) planned removals; $(grep 'Warning: Planned\|^No changes' <<<"$out" | tr '\n' ' ')"
  expect "$out" "No changes."
  if [ "$cli" = "$terraform" ]; then
    expect "$(cat log)" "plan remove x"
    expect "$out" "Warning: Planned to nothing"
  else
    refute "$(cat log)" "plan remove x"
  fi
  rm terraform.tfstate
done
