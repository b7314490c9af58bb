# Onboards customers: one connect session, and with it one auth link, for each.
#
# A customer opens the link and connects a system of their own. Add a customer to
# the map and apply again: only the new one gets a session, the others stay.

terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

# The API key comes from the environment variable STACKONE_API_KEY.
provider "stackone" {}

variable "customers" {
  description = "The customers to onboard, under the identifiers that they have in your own system."
  type = map(object({
    name       = string
    contact    = string
    categories = list(string)
    plan       = string
    seats      = number
  }))
  default = {
    acme = {
      name       = "Acme"
      contact    = "it@acme.example"
      categories = ["hris", "ats"]
      plan       = "enterprise"
      seats      = 250
    }
    globex = {
      name       = "Globex"
      contact    = "systems@globex.example"
      categories = ["crm"]
      plan       = "pro"
      seats      = 40
    }
    initech = {
      name       = "Initech"
      contact    = "hr@initech.example"
      categories = ["hris"]
      plan       = "pro"
      seats      = 12
    }
  }
}

variable "link_valid_days" {
  description = "For how many days an auth link can be opened."
  type        = number
  default     = 5
}

resource "stackone_connect_session" "customer" {
  for_each = var.customers

  origin_owner_id   = each.key
  origin_owner_name = each.value.name
  origin_username   = each.value.contact

  categories = each.value.categories
  expires_in = var.link_valid_days * 24 * 60 * 60 # seconds

  # StackOne keeps both on the account that the customer links.
  label = "${each.value.name} (${each.value.plan})"
  metadata = jsonencode({
    plan  = each.value.plan
    seats = each.value.seats
  })

  lifecycle {
    create_before_destroy = true
  }
}

output "auth_links" {
  description = "The secret link for each customer. Read them with: terraform output -json auth_links"
  value       = { for id, session in stackone_connect_session.customer : id => session.auth_link_url }
  sensitive   = true
}

output "links_valid_until" {
  description = "When the link of each customer ends."
  value       = { for id, session in stackone_connect_session.customer : id => session.expires_at }
}
