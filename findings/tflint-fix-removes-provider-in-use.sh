#!/usr/bin/env bash
# tflint --fix of TFLint 0.64.0, with its default rules, deletes the provider block with
# an alias that nothing but a removed object needs. The plan of Terraform 1.11.4 that
# destroys the object works before, and fails afterwards.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

tflint=$builds/tflint-0.64.0
if [ ! -x "$tflint" ]; then
  GOBIN=$tmp/bin go install github.com/terraform-linters/tflint@v0.64.0
  mv bin/tflint "$tflint"
fi

cat >versions.tf <<'TF'
terraform {
  required_version = ">= 1.7"
}

provider "terraform" {
  alias = "staging"
}
TF
cat >main.tf <<'TF'
resource "terraform_data" "link" {
  provider = terraform.staging
}
TF
"$terraform" init -no-color >/dev/null
"$terraform" apply -auto-approve -no-color >/dev/null
"$tflint" --no-color || { echo "CHANGED: an issue while the provider is used"; exit 1; }

cat >main.tf <<'TF'
removed {
  from = terraform_data.link

  lifecycle {
    destroy = true
  }
}
TF
plan=$("$terraform" plan -no-color)
expect "$plan" "Plan: 0 to add, 0 to change, 1 to destroy."
lint=$("$tflint" --no-color --fix || true)
expect "$lint" 'provider "terraform" with alias "staging" is declared but not used'
refute "$(cat versions.tf)" provider
plan=$("$terraform" plan -no-color 2>&1) && { echo "CHANGED: the plan succeeds"; exit 1; }
expect "$plan" "Provider configuration not present"
grep 'declared but' <<<"$lint"
grep '^Error' <<<"$plan"
