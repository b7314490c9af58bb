# Warns in each plan about customers whose sign-in failed, with the reason. It needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "customers" {
  description = "The names of the customers, by their identifiers in our own system."
  type        = map(string)
  default = {
    "customer-1" = "Acme"
    "customer-2" = "Globex"
    "customer-3" = "Initech"
  }
}

resource "stackone_connect_session" "customer" {
  for_each = var.customers

  origin_owner_id   = each.key
  origin_owner_name = each.value
  expires_in        = 7 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

data "stackone_connect_session" "customer" {
  for_each = stackone_connect_session.customer

  id = each.value.id
}

locals {
  failed = [
    for customer, session in data.stackone_connect_session.customer : format("%s: %s", var.customers[customer], coalesce(
      session.latest_connection_attempt.oauth_error_description,
      session.latest_connection_attempt.oauth_error_code,
      session.latest_connection_attempt.status,
    ))
    if contains(["error", "cancelled"], try(coalesce(session.latest_connection_attempt.status), "none"))
  ]
}

check "sign_ins" {
  assert {
    condition     = length(local.failed) == 0
    error_message = "These customers could not sign in:\n${join("\n", local.failed)}"
  }
}
