# Refuses an unknown connector in the plan and suggests the nearest key. It needs
# Terraform 1.2.
terraform {
  required_version = ">= 1.2"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "provider_key" {
  description = "The key of the connector that the customer is to connect."
  type        = string
  default     = "bamboohr"
}

data "stackone_connectors" "all" {}

locals {
  # The keys and what was written, each as the set of its pairs of neighbouring letters.
  written = toset([for i in range(max(length(var.provider_key) - 1, 0)) : substr(lower(var.provider_key), i, 2)])
  pairs   = { for key in data.stackone_connectors.all.keys : key => toset([for i in range(max(length(key) - 1, 0)) : substr(key, i, 2)]) }

  # How many of their pairs two words have in common, from 0 to 1. The nearest key has the most.
  likeness = { for key, pairs in local.pairs : key => length(setintersection(pairs, local.written)) / max(length(setunion(pairs, local.written)), 1) }
  nearest  = [for key, likeness in local.likeness : key if likeness > 0 && likeness == max(values(local.likeness)...)]
}

resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  provider_key      = var.provider_key

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = contains(data.stackone_connectors.all.keys, var.provider_key)
      error_message = "StackOne has no connector \"${var.provider_key}\".%{if length(local.nearest) > 0} Did you mean ${join(" or ", local.nearest)}?%{endif}"
    }
  }
}
