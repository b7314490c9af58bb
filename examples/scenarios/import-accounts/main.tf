# Imports all existing accounts of some customers in one apply. It needs Terraform 1.7 or OpenTofu 1.7.
terraform {
  required_version = ">= 1.7"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "customer_ids" {
  description = "The customers whose accounts are imported."
  type        = list(string)
  default     = ["customer-1", "customer-2"]
}

data "stackone_accounts" "existing" {
  origin_owner_ids = var.customer_ids
}

import {
  for_each = toset(data.stackone_accounts.existing.ids)

  to = stackone_account.existing[each.key]
  id = each.key
}

resource "stackone_account" "existing" {
  for_each = toset(data.stackone_accounts.existing.ids)

  account_id = each.key
}
