# Warns in each plan during the last two days of a link, and changes nothing. It needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  expires_in        = 7 * 24 * 60 * 60

  lifecycle {
    create_before_destroy = true
  }
}

check "acme_link_is_valid_for_two_days" {
  assert {
    condition     = timecmp(timeadd(plantimestamp(), "48h"), stackone_connect_session.acme.expires_at) < 0
    error_message = "The link for Acme ends at ${stackone_connect_session.acme.expires_at}: ask whether they have used it, or create a new one with terraform apply -replace=stackone_connect_session.acme."
  }
}
