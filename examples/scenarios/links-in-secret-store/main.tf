# Writes each link to a secret store, and again only when the session is a new one. It
# needs Terraform 1.11 or OpenTofu 1.11 for the write-only argument.
terraform {
  required_version = ">= 1.11"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
    vault = {
      source = "hashicorp/vault"
    }
  }
}

provider "stackone" {}

variable "customers" {
  description = "The names of the customers, by their identifiers in our own system."
  type        = map(string)
  default     = { acme = "Acme", globex = "Globex" }
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

resource "vault_kv_secret_v2" "link" {
  for_each = stackone_connect_session.customer

  mount = "secret"
  name  = "stackone/${each.key}"

  # A new session has a new id, so Terraform writes its link.
  data_json_wo         = jsonencode({ auth_link = each.value.auth_link_url, valid_until = each.value.expires_at })
  data_json_wo_version = each.value.id
}
