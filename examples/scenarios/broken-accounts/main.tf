# Each plan warns about accounts that do not work, with the reasons. It needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

data "stackone_accounts" "all" {}

locals {
  broken = [
    for account in data.stackone_accounts.all.accounts : format("%s (%s): %s", account.origin_owner_name, account.provider_key,
      join(", ", concat([account.status], [for reason in account.status_reasons : coalesce(reason.description, reason.code, "no reason given")]))
    )
    if contains(["error", "expired", "suspended"], account.status)
  ]
}

check "accounts" {
  assert {
    condition     = length(local.broken) == 0
    error_message = "These accounts need attention:\n${join("\n", local.broken)}"
  }
}
