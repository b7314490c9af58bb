# Replaces the session when the contract changes. It needs Terraform 1.4 for
# terraform_data.
terraform {
  required_version = ">= 1.4"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "contract" {
  description = "The contract that the customer has signed."
  type        = string
  default     = "2031-standard"
}

# Stands for any resource with an identifier of its own.
resource "terraform_data" "contract" {
  triggers_replace = var.contract
}

resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"

  keepers = {
    contract = terraform_data.contract.id
  }

  lifecycle {
    create_before_destroy = true
  }
}
