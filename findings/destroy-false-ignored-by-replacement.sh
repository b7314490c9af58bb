#!/usr/bin/env bash
# lifecycle { destroy = false } tells Terraform to forget an object. Terraform
# 1.16.2 deletes it all the same when it replaces it. 1.16.4 forgets it.
. "$(dirname "$0")/lib.sh"
provider

config() { printf 'resource "tiny_thing" "a" {\n  name = "%s"\n  lifecycle {\n    destroy = false\n  }\n}\n' "$1" >main.tf; }
replaced() {
  rm -f log terraform.tfstate*
  config old
  "$1" apply -auto-approve -no-color >/dev/null
  config new
  "$1" apply -auto-approve -no-color >/dev/null
  grep delete log || echo forgotten
}
for version in 1.16.2 1.16.4; do
  got=$(replaced "$(core terraform $version)")
  echo "replacement by $version: $got"
  case $version in
  1.16.4) expect "$got" forgotten ;;
  *) expect "$got" "delete old" ;;
  esac
done
