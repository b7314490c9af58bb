#!/usr/bin/env bash
# tofu destroy -exclude=ADDRESS of OpenTofu 1.12.6 destroys everything when no object has
# that address. It warns that -exclude is in effect, but not that it excluded nothing.
. "$(dirname "$0")/lib.sh"
tofu=$(core tofu 1.12.6)

printf 'resource "terraform_data" "account" {}\n\nresource "terraform_data" "other" {}\n' >main.tf
destroy() {
  "$tofu" apply -auto-approve -no-color >/dev/null
  out=$("$tofu" destroy -auto-approve -no-color "-exclude=$1" 2>&1)
  left=$("$tofu" state list | tr '\n' ' ')
  echo "-exclude=$1: left: ${left:-nothing}; $(grep 'Warning\|complete!' <<<"$out" | tr '\n' ' ')"
}
"$tofu" init -no-color >/dev/null
destroy terraform_data.account
[ "$left" = "terraform_data.account " ] || { echo "CHANGED: $out"; exit 1; }
destroy terraform_data.acount
[ -z "$left" ] || { echo "CHANGED: $out"; exit 1; }
expect "$out" "Resource targeting is in effect"
refute "$out" acount
