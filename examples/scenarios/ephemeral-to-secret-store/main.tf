# A short-lived session goes straight to a secret store: the token is in no state
# and in no plan file. It needs Terraform 1.11 or OpenTofu 1.11.
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

variable "rotation" {
  description = "Raise it to store a new token."
  type        = number
  default     = 1
}

ephemeral "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  expires_in        = 60 * 60

  # Without this line every plan would create a session too.
  open = terraform.applying
}

resource "vault_kv_secret_v2" "acme" {
  mount = "secret"
  name  = "stackone/customer-4711"

  data_json_wo = jsonencode({
    token     = ephemeral.stackone_connect_session.acme.token
    auth_link = ephemeral.stackone_connect_session.acme.auth_link_url
  })
  data_json_wo_version = var.rotation
}
