#!/usr/bin/env bash
# Terraform 1.11.4 asks a provider to plan an object that a plan removes before it
# refreshes that object, and a kept one after. Among themselves, the objects of a
# -refresh=false plan come in any order: a provider that compares two of them cannot
# rely on seeing the removed one, or the kept one, first.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

config() { printf 'resource "tiny_thing" "a" {\n  for_each = toset([%s])\n  name     = each.key\n}\n' "$1" >main.tf; }
config '"kept", "removed"'
"$terraform" apply -auto-approve -no-color >/dev/null
config '"kept"'

calls() {
  rm -f log
  "$terraform" plan -no-color "$@" >/dev/null
  grep -v configure log | tr '\n' ';'
}

with_refresh=$(calls)
echo "$with_refresh"
expect "$(grep -o '[^;]*removed' <<<"$with_refresh" | tr '\n' ';')" "plan remove removed;read removed"
expect "$(grep -o '[^;]*kept' <<<"$with_refresh" | tr '\n' ';')" "read kept;plan keep kept"

orders=
for _ in $(seq 200); do
  orders+=$(calls -refresh=false)$'\n'
  [ "$(sort -u <<<"$orders" | grep -c plan)" -lt 2 ] || break
done
sort <<<"$orders" | uniq -c | grep plan
expect "$orders" "plan keep kept;plan remove removed"
expect "$orders" "plan remove removed;plan keep kept"
