#!/usr/bin/env bash
# Since Terraform 1.16, plan -refresh-only -detailed-exitcode ends with 2 and "No changes"
# if the configuration has a data source. Terraform 1.11.4 and OpenTofu 1.12.6 end with 0,
# as does a plan without -refresh-only.
. "$(dirname "$0")/lib.sh"

mkdir other
echo 'output "names" { value = ["a"] }' >other/main.tf
cat >main.tf <<'TF'
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "other/terraform.tfstate" }
}
TF

# ends prints the exit code of a plan.
ends() {
  local code=0
  "$@" >output 2>&1 || code=$?
  expect "$(cat output)" "No changes."
  echo "$code"
}

for tool in "terraform 1.11.4 0" "terraform 1.16.4 2" "tofu 1.12.6 0"; do
  read -r name version want <<<"$tool"
  cli=$(core "$name" "$version")
  rm -f terraform.tfstate*
  (cd other && "$cli" apply -auto-approve >/dev/null)
  "$cli" apply -auto-approve >/dev/null
  refresh_only=$(ends "$cli" plan -no-color -refresh-only -detailed-exitcode)
  plain=$(ends "$cli" plan -no-color -detailed-exitcode)
  echo "$name $version: -refresh-only $refresh_only, without it $plain"
  [ "$refresh_only" = "$want" ] && [ "$plain" = 0 ] || { echo CHANGED; exit 1; }
done
