# One auth link for each customer in the map. It needs Terraform 1.3.
terraform {
  required_version = ">= 1.3"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "customers" {
  description = "The customers to onboard, by their identifier in our own system."
  type = map(object({
    name       = string
    email      = optional(string)
    categories = optional(list(string), ["hris"])
  }))
  default = {
    "customer-1" = { name = "Acme", email = "admin@acme.example" }
    "customer-2" = { name = "Globex", categories = ["crm", "ticketing"] }
    "customer-3" = { name = "Initech" }
  }
}

resource "stackone_connect_session" "customer" {
  for_each = var.customers

  origin_owner_id   = each.key
  origin_owner_name = each.value.name
  origin_username   = each.value.email
  categories        = each.value.categories
  expires_in        = 7 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

output "auth_links" {
  description = "Read them with: terraform output -json auth_links"
  value       = { for id, session in stackone_connect_session.customer : id => session.auth_link_url }
  sensitive   = true
}
