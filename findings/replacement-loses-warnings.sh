#!/usr/bin/env bash
# For a replacement that the provider did not ask for (-replace), Terraform 1.11.4
# plans the object twice: with its state, then as a creation. It drops the warnings of
# the second call. Those of an ordinary creation are shown.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
creation=$("$terraform" plan -no-color)
expect "$creation" "Warning: Planned from nothing"
"$terraform" apply -auto-approve -no-color >/dev/null
rm log
replacement=$("$terraform" plan -no-color -replace=tiny_thing.a)
calls=$(sed -n 's/^plan //p' log | tr '\n' ' ')
echo "planning calls: $calls"
expect "$calls" "keep x create x"
expect "$replacement" "1 to add, 0 to change, 1 to destroy"
refute "$replacement" "Planned from nothing"
echo "no warning in the plan of the replacement"
