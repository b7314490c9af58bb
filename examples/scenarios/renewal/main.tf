# Replaces a session in the last third of its life, and then what depends on it. With
# a run every day, the link is always valid. It needs Terraform 1.4 for terraform_data.
terraform {
  required_version = ">= 1.4"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

locals {
  expires_in = 7 * 24 * 60 * 60
}

resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  expires_in        = local.expires_in

  recreate_when_expired = true
  early_renewal_seconds = floor(local.expires_in / 3)

  lifecycle {
    # The new link exists before the old one is forgotten.
    create_before_destroy = true
  }
}

# Stands for whatever hands the link to the customer.
resource "terraform_data" "invitation" {
  input = {
    session = stackone_connect_session.acme.id
    until   = stackone_connect_session.acme.expires_at
  }

  lifecycle {
    replace_triggered_by = [stackone_connect_session.acme.id]
  }
}
