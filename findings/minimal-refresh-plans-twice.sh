#!/usr/bin/env bash
# With -minimal-refresh, Terraform 1.17.0-beta1 plans a changed object twice, before and
# after its refresh, with one configured provider: whatever a provider remembers of the
# first plan is there in the second. It does not refresh an object that it removes.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.17.0-beta1)
provider

cat >main.tf <<'TF'
resource "tiny_thing" "same" { name = "same" }

resource "tiny_thing" "changed" {
  name = "changed"
  note = "one"
}

resource "tiny_thing" "removed" { name = "removed" }
TF
"$terraform" apply -no-color -auto-approve >/dev/null 2>&1

sed -i '/removed/d; s/one/two/' main.tf
rm -f log
expect "$("$terraform" plan -no-color -minimal-refresh 2>&1)" "0 to add, 1 to change, 1 to destroy"
calls=$(cat log)
echo "$calls"
[ "$(grep -c configure <<<"$calls")" = 1 ] && [ "$(grep -c 'plan keep changed' <<<"$calls")" = 2 ] || { echo CHANGED; exit 1; }
expect "$calls" "read changed"
refute "$calls" "read same"
refute "$calls" "read removed"

rm -f log
output=$("$terraform" plan -no-color -minimal-refresh -replace=tiny_thing.same 2>&1)
echo "planned from nothing: $(grep -c 'plan create same' log) times, shown: $(grep -c 'Planned from nothing' <<<"$output")"
[ "$(grep -c 'plan create same' log)" = 2 ] && [ "$(grep -c 'Planned from nothing' <<<"$output")" = 0 ] || { echo CHANGED; exit 1; }
