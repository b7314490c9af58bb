#!/usr/bin/env bash
# With a provider block in the test file, terraform test of 1.16.4 configures the
# provider once for all runs of the file and for the destroy at its end. Terraform
# 1.11.4 does it for each plan and each apply. What a provider remembers of a plan is
# then there in the next ones.
. "$(dirname "$0")/lib.sh"
before=$(core terraform 1.11.4)
after=$(core terraform 1.16.4)
provider

echo 'resource "tiny_thing" "a" { name = "x" }' >main.tf
cat >main.tftest.hcl <<'TF'
provider "tiny" {}

run "one" {}
run "two" {}
TF

configured() {
  rm -f log
  expect "$("$1" test -no-color 2>&1)" "2 passed, 0 failed"
  grep -c configure log
}
old=$(configured "$before") new=$(configured "$after")
echo "configured by 1.11.4: $old times, by 1.16.4: $new"
[ "$old" -gt 4 ] && [ "$new" = 1 ] || { echo CHANGED; exit 1; }
echo "calls of 1.16.4: $(grep -v '^read' log | tr '\n' ';')"
