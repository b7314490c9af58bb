# A link only for customers who have no active account yet.
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "customers" {
  description = "The names of all customers, by their identifiers in our own system."
  type        = map(string)
  default = {
    "customer-1" = "Acme"
    "customer-2" = "Globex"
  }
}

# A session may come and go with the status of an account: the link is for those who
# have to connect, and nothing is deleted at StackOne. What manages accounts must
# not be filtered by their status.
data "stackone_accounts" "active" {
  origin_owner_ids = keys(var.customers)
  statuses         = ["active"]
}

locals {
  connected = toset(data.stackone_accounts.active.accounts[*].origin_owner_id)
}

resource "stackone_connect_session" "new" {
  for_each = { for id, name in var.customers : id => name if !contains(local.connected, id) }

  origin_owner_id   = each.key
  origin_owner_name = each.value
  expires_in        = 7 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

output "auth_links" {
  value     = { for id, session in stackone_connect_session.new : id => session.auth_link_url }
  sensitive = true
}
