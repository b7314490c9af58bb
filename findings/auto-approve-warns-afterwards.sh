#!/usr/bin/env bash
# terraform apply -auto-approve of Terraform 1.11.4 prints the plan, makes the changes, and
# then prints the warnings of the plan. Without -auto-approve, they come before the question.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
lines() { grep -n 'Plan:\|Planned from nothing\|Creating\|Enter a value' <<<"$1" | sed 's/^[0-9]*: *//; s/│ *//' | tr '\n' ';'; }

asked=$(lines "$("$terraform" apply -no-color <<<no || true)")
echo "asked: $asked"
expect "$asked" "Warning: Planned from nothing;Enter a value:"

approved=$(lines "$("$terraform" apply -auto-approve -no-color)")
echo "-auto-approve: $approved"
expect "$approved" "tiny_thing.a: Creating...;Warning: Planned from nothing;"
