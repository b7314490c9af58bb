#!/usr/bin/env bash
# Pulumi 3.276.0 with its Terraform bridge 3.124.0 leaves processes of the provider running
# when pulumi up has ended, with about 20 MB each. Terraform 1.11.4 leaves none.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "a" }' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null
echo "Terraform leaves $(left | wc -l) processes"
[ "$(left | wc -l)" = 0 ] || { echo "CHANGED"; exit 1; }

pulumi_program
left | xargs -r kill
printf 'resources:\n  a:\n    type: tiny:Thing\n    properties:\n      name: a\n' >>Pulumi.yaml
run up --yes
expect "$(cat output)" "2 created"
sleep 10
echo "pulumi up leaves $(left | wc -l) processes, which are still there 10 seconds later"
[ "$(left | wc -l)" -gt 0 ] || { echo "CHANGED: none is left"; exit 1; }
