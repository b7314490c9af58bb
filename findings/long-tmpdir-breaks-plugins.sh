#!/usr/bin/env bash
# A provider listens on a Unix socket in TMPDIR, whose path has to fit into 108 bytes.
# With a longer TMPDIR, Terraform 1.11.4 ends with a message that does not name it.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
try() {
  local dir=$tmp/
  while [ ${#dir} -lt "$1" ]; do dir+=x; done
  mkdir -p "$dir"
  TMPDIR=$dir "$terraform" plan -no-color 2>&1 | tr -s "\n" " " || true
}
fits=$(try 80) long=$(try 100)
expect "$fits" "1 to add"
expect "$long" "Unrecognized remote plugin message"
refute "$long" TMPDIR
echo "80 characters: $(grep -o "1 to add" <<<"$fits"); 100: $(grep -o 'Unrecognized.*' <<<"$long" | cut -c1-35)"
