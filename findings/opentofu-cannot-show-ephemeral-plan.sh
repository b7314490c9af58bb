#!/usr/bin/env bash
# OpenTofu 1.13.0-beta1 cannot show a plan as JSON if the configuration has an ephemeral
# resource. OpenTofu 1.12.6 can.
. "$(dirname "$0")/lib.sh"
before=$(core tofu 1.12.6)
after=$(core tofu 1.13.0-beta1)
provider

echo 'ephemeral "tiny_secret" "a" {}' >main.tf

"$before" plan -no-color -out=plan >/dev/null 2>&1
json=$("$before" show -json plan)
echo "1.12.6: ${json:0:40}..."
expect "$json" '"format_version"'

"$after" plan -no-color -out=plan >/dev/null 2>&1
output=$("$after" show -json plan 2>&1) && { echo "CHANGED: $output"; exit 1; }
echo "1.13.0-beta1: $output"
expect "$output" "no schema found for ephemeral.tiny_secret.a"
