#!/usr/bin/env bash
# Pulumi 3.276.0 with its Terraform bridge 3.124.0 and pulumi-yaml 1.38.1 deletes an object
# without asking the provider to plan the deletion, neither in the preview nor in the
# update, and without the private state from its creation, although Pulumi's state has it.
# So warnings and errors about planned deletions do not appear. Terraform 1.11.4 plans each
# deletion, and passes the private state.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

echo 'resource "tiny_thing" "a" { name = "a" }' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null
rm main.tf log
"$terraform" apply -auto-approve -no-color >/dev/null
calls=$(tr '\n' ';' <log)
echo "Terraform: $calls"
expect "$calls" 'plan remove a;'
expect "$calls" 'delete a, private "42";'

pulumi_program
printf 'resources:\n  a:\n    type: tiny:Thing\n    properties:\n      name: a\n' >>Pulumi.yaml
rm "$TINY_LOG"
run up --yes
expect "$(cat "$TINY_LOG")" "create a"
expect "$(pulumi stack export)" private_state
mv empty.yaml Pulumi.yaml
rm "$TINY_LOG"
run up --yes
expect "$(cat output)" "- 1 deleted"
calls=$(tr '\n' ';' <"$TINY_LOG")
echo "Pulumi: $calls"
expect "$calls" 'delete a, private "";'
refute "$calls" plan
