#!/usr/bin/env bash
# tofu destroy of OpenTofu 1.12.6 ends with exit code 1 when lifecycle { destroy = false }
# makes it forget an object, unless -suppress-forget-errors is given.
. "$(dirname "$0")/lib.sh"
tofu=$(core tofu 1.12.6)

destroy() {
  printf 'resource "terraform_data" "a" {\n  lifecycle {\n    destroy = false\n  }\n}\n' >main.tf
  "$tofu" init -no-color >/dev/null
  "$tofu" apply -auto-approve -no-color >/dev/null
  code=0
  out=$("$tofu" destroy -auto-approve -no-color "$@" 2>&1) || code=$?
  echo "destroy $*: exit code $code; $(grep 'complete\|Error' <<<"$out" | tr '\n' ' ')"
}
destroy
[ $code = 1 ] || { echo "CHANGED: $out"; exit 1; }
expect "$("$tofu" state list; echo "the state is empty")" "the state is empty"
destroy -suppress-forget-errors
[ $code = 0 ] || { echo "CHANGED: $out"; exit 1; }
