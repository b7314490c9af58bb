# Staging gets a new version of a connector first, production once its variable is
# raised. A check names the profiles that lag behind. It needs Terraform 1.5.
terraform {
  required_version = ">= 1.5"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "staging_version" {
  description = "The version of the Workday connector for staging, written in full."
  type        = string
  default     = "1.2.0"
}

variable "production_version" {
  description = "The version for production. Raise it once staging is tested."
  type        = string
  default     = "1.1.0"
}

data "stackone_connector_profiles" "workday" {
  provider_key = "workday"
  enabled      = true
}

locals {
  profile_ids = { for profile in data.stackone_connector_profiles.workday.connector_profiles : profile.name => profile.id }
}

resource "stackone_connector_profile_pinned_version" "staging" {
  connector_profile_id = local.profile_ids["Workday staging"]
  pinned_version       = var.staging_version
}

resource "stackone_connector_profile_pinned_version" "production" {
  connector_profile_id = local.profile_ids["Workday production"]
  pinned_version       = var.production_version

  # Without a pin for staging, production is not changed.
  depends_on = [stackone_connector_profile_pinned_version.staging]
}

# Reads the profiles again after a change of the pins. Inside the check block, it would
# add a read to every plan, so that no plan was empty.
data "stackone_connector_profiles" "pinned" {
  provider_key = "workday"
  enabled      = true

  depends_on = [stackone_connector_profile_pinned_version.production]
}

locals {
  # A profile without a pin follows the newest version, so it cannot lag behind.
  lagging = [
    for profile in data.stackone_connector_profiles.pinned.connector_profiles : "${profile.name} (${coalesce(profile.connector_version, "unknown")})"
    if profile.connector_pinned_version != null && profile.connector_version != var.staging_version
  ]
}

check "profiles_lag_behind" {
  assert {
    condition     = length(local.lagging) == 0
    error_message = "Not at version ${var.staging_version} of staging: ${join(", ", local.lagging)}."
  }
}
