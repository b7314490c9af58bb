# Onboards thousands of customers, spread over several states, the shards. Each
# shard has its own workspace (shard-0, shard-1, …) and its own run:
#
#   terraform workspace select -or-create shard-0
#   terraform apply

terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "customers_file" {
  description = "The customers, as CSV with the columns id, name and contact."
  type        = string
  default     = "customers.csv"
}

variable "shards" {
  description = "The number of shards. Choose it once: with another number, most customers move to another state and get new links."
  type        = number
  default     = 4
}

variable "shard" {
  description = "The shard of this state, from 0. When absent, the number at the end of the workspace's name."
  type        = number
  default     = null
}

locals {
  shard = var.shard != null ? var.shard : try(tonumber(regex("[0-9]+$", terraform.workspace)), -1)

  # The hash of an identifier never changes, so a customer stays in one shard.
  customers = {
    for customer in csvdecode(trimprefix(file(var.customers_file), "\ufeff")) : customer.id => customer
    if parseint(substr(sha256(customer.id), 0, 8), 16) % var.shards == local.shard
  }
}

# The shard's customers who have connected. Without this, their links would be renewed, too.
data "stackone_accounts" "active" {
  origin_owner_ids = keys(local.customers)
  statuses         = ["active"]
}

locals {
  unconnected = setsubtract(keys(local.customers), data.stackone_accounts.active.accounts[*].origin_owner_id)
}

resource "stackone_connect_session" "customer" {
  for_each = { for id in local.unconnected : id => local.customers[id] }

  origin_owner_id   = each.key
  origin_owner_name = each.value.name
  origin_username   = each.value.contact != "" ? each.value.contact : null
  expires_in        = 7 * 24 * 60 * 60 # seconds

  recreate_when_expired = true
  early_renewal_seconds = 2 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

# A wrong number of shards is an error instead of new links for most customers.
resource "terraform_data" "part" {
  input = "shard ${local.shard} of ${var.shards}"

  lifecycle {
    ignore_changes = [input]

    precondition {
      condition     = local.shard >= 0 && local.shard < var.shards
      error_message = "The workspace must be named shard-0 to shard-${var.shards - 1}, or the variable shard must be set."
    }
  }
}

output "auth_links" {
  description = "The secret links of this shard's customers. Read them with: terraform output -json auth_links"
  value       = { for id, session in stackone_connect_session.customer : id => session.auth_link_url }
  sensitive   = true

  precondition {
    condition     = terraform_data.part.output == "shard ${local.shard} of ${var.shards}"
    error_message = "This state contains ${terraform_data.part.output}, not shard ${local.shard} of ${var.shards}."
  }
}
