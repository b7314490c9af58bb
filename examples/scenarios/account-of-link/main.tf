# Adopts the account that each link has created. The links belong to another
# configuration, because for_each needs identifiers that are known in the plan. That
# configuration has the output
#
#   value = { for id, session in stackone_connect_session.customer : id => session.id }
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "sessions" {
  description = "The identifiers of the connect sessions, by customer."
  type        = map(string)
}

data "stackone_connect_session" "customer" {
  for_each = var.sessions

  id = each.value
}

locals {
  # try, because latest_connection_attempt is null before the customer signs in.
  linked = {
    for customer, session in data.stackone_connect_session.customer :
    customer => session.latest_connection_attempt.account_secure_id
    if try(session.latest_connection_attempt.account_secure_id, null) != null
  }
}

# Without deletion_policy = "delete": a later attempt that fails has no account, and
# the customer leaves local.linked until the next success.
resource "stackone_account" "customer" {
  for_each = local.linked

  account_id = each.value
  label      = each.key
}

output "waiting_for" {
  description = "Customers without an account from their link."
  value       = setsubtract(keys(var.sessions), keys(local.linked))
}
