# The first apply creates the link. Once the customer has connected, the next apply
# finds the account and labels it.
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

locals {
  customer_id = "customer-4711"
}

resource "stackone_connect_session" "acme" {
  origin_owner_id   = local.customer_id
  origin_owner_name = "Acme"
  provider_key      = "bamboohr"
  expires_in        = 7 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

output "auth_link" {
  value     = stackone_connect_session.acme.auth_link_url
  sensitive = true
}

# Without statuses: an account whose status changes must not leave the configuration.
data "stackone_accounts" "acme" {
  origin_owner_ids = [local.customer_id]
}

resource "stackone_account" "acme" {
  for_each = toset(data.stackone_accounts.acme.ids)

  account_id = each.key
  label      = "acme"
}

output "connected" {
  value = contains(data.stackone_accounts.acme.accounts[*].status, "active")
}
