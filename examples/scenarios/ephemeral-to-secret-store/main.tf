# Writes the token of a short-lived session to a secret store. Neither the state nor a
# plan file contains it. It needs Terraform 1.11 or OpenTofu 1.11.
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

variable "rotation" {
  description = "Raise it to store a new token."
  type        = number
  default     = 1
}

ephemeral "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  expires_in        = 60 * 60

  # Create no session during a plan. Every result is null there.
  open = terraform.applying
}

resource "vault_kv_secret_v2" "acme" {
  mount = "secret"
  name  = "stackone/customer-4711"

  # coalesce gives the plan a value, which is never stored.
  data_json_wo = jsonencode({
    token     = coalesce(ephemeral.stackone_connect_session.acme.token, "-")
    auth_link = coalesce(ephemeral.stackone_connect_session.acme.auth_link_url, "-")
  })
  data_json_wo_version = var.rotation
}
