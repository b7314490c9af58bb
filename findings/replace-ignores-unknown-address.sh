#!/usr/bin/env bash
# terraform apply -replace=ADDRESS of Terraform 1.11.4 says "No changes" and ends with 0
# when no object has that address. It warns only if the instance key is missing.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

cat >main.tf <<'TF'
resource "terraform_data" "link" {
  for_each = toset(["acme"])
}
TF
"$terraform" apply -auto-approve -no-color >/dev/null

replace() {
  code=0
  out=$("$terraform" apply -auto-approve -no-color "-replace=$1" 2>&1) || code=$?
  echo "$1: exit code $code; $(grep 'No changes\|Warning\|complete!' <<<"$out" | tr '\n' ' ')"
  [ $code = 0 ] || { echo "CHANGED: $out"; exit 1; }
}
for address in 'terraform_data.link["acne"]' 'terraform_data.lnik["acme"]' 'module.links.terraform_data.link["acme"]'; do
  replace "$address"
  expect "$out" "No changes."
  refute "$out" Warning
done
replace terraform_data.link
expect "$out" "Incompletely-matched force-replace resource instance"
replace 'terraform_data.link["acme"]'
expect "$out" "1 added, 0 changed, 1 destroyed"
