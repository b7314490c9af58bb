#!/usr/bin/env bash
# Terraform 1.11.4 prints the first of several warnings with one summary, and the number of
# the others. It does so only if they belong to a block of the configuration: a plan that
# removes 20 blocks prints 20 warnings, and one that destroys 20 objects prints one.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

printf 'resource "tiny_thing" "a" {\n  count = 20\n  name  = "x"\n}\n' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null

destroy=$("$terraform" plan -destroy -no-color)
echo "destroyed: $(grep -c 'Planned to nothing' <<<"$destroy") warning, $(grep 'similar' <<<"$destroy")"
expect "$destroy" "(and 19 more similar warnings elsewhere)"
[ "$(grep -c 'Planned to nothing' <<<"$destroy")" = 1 ] || { echo "CHANGED: $destroy"; exit 1; }

rm main.tf
removal=$("$terraform" plan -no-color)
echo "removed: $(grep -c 'Planned to nothing' <<<"$removal") warnings"
expect "$removal" "20 to destroy"
[ "$(grep -c 'Planned to nothing' <<<"$removal")" = 20 ] || { echo "CHANGED: $removal"; exit 1; }
