terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}

data "stackone_accounts" "all" {}

resource "stackone_account" "customer" {
  for_each   = toset(data.stackone_accounts.all.ids)
  account_id = each.key
  label      = "Account ${each.key}"
}
