# Offboarding: the accounts of this customer are deleted at StackOne when they
# leave the configuration, or with terraform destroy.
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

variable "account_ids" {
  description = "The accounts of the customer. Remove one, and it is deleted at StackOne."
  type        = set(string)
  default     = ["45355976281015164504"]
}

resource "stackone_account" "acme" {
  for_each = var.account_ids

  account_id      = each.key
  deletion_policy = "delete"
}
