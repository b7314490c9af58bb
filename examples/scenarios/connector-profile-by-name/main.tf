# A session with a connector profile that is chosen by its name in the dashboard. It
# needs Terraform 1.2.
terraform {
  required_version = ">= 1.2"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "profile" {
  description = "The name of the connector profile."
  type        = string
  default     = "Acme Workday"
}

data "stackone_connector_profiles" "workday" {
  provider_key = "workday"
  enabled      = true
}

locals {
  # one() fails with a clear message when the name fits more than one profile.
  profile_id = one([for profile in data.stackone_connector_profiles.workday.connector_profiles : profile.id if profile.name == var.profile])
}

resource "stackone_connect_session" "acme" {
  origin_owner_id      = "customer-4711"
  origin_owner_name    = "Acme"
  provider_key         = "workday"
  connector_profile_id = local.profile_id

  lifecycle {
    create_before_destroy = true

    # Without it, the session would use the default profile.
    precondition {
      condition     = local.profile_id != null
      error_message = "No enabled connector profile for workday has the name \"${var.profile}\". There are: ${join(", ", data.stackone_connector_profiles.workday.connector_profiles[*].name)}."
    }
  }
}
