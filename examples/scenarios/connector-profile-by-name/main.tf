# A session with a connector profile that is chosen by its name in the dashboard.
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

variable "profile" {
  description = "The name of the connector profile."
  type        = string
  default     = "Acme Workday"
}

data "stackone_auth_configs" "workday" {
  provider_key = "workday"
  enabled      = true
}

locals {
  # one() fails with a clear message when the name fits more than one profile.
  profile = one([for profile in data.stackone_auth_configs.workday.auth_configs : profile if profile.name == var.profile])
}

resource "stackone_connect_session" "acme" {
  origin_owner_id      = "customer-4711"
  origin_owner_name    = "Acme"
  provider_key         = "workday"
  connector_profile_id = local.profile.id
}
