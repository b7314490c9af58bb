# The life of a customer, from a row in a file to the deletion of the accounts: a
# link while there is no active account, a label for each account, and checks. It
# needs Terraform 1.5 or OpenTofu 1.6.
terraform {
  required_version = ">= 1.5"

  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
    local = {
      source = "hashicorp/local"
    }
  }
}

provider "stackone" {}

variable "customers_file" {
  description = "The customers: a CSV file with the columns id, name, contact, provider_key and leaving."
  type        = string
  default     = "customers.csv"

  validation {
    condition = can([
      for row in csvdecode(trimprefix(file(var.customers_file), "\ufeff")) :
      [row.id, row.name, row.contact, row.provider_key, row.leaving]
    ])
    error_message = "The file must be UTF-8, with the columns id, name, contact, provider_key and leaving, separated by commas. Some spreadsheets write semicolons: choose \"CSV UTF-8 (comma delimited)\"."
  }

  validation {
    condition = try(alltrue([
      for row in csvdecode(trimprefix(file(var.customers_file), "\ufeff")) : contains(["", "yes"], row.leaving)
    ]), true)
    error_message = "The column leaving takes yes, or nothing."
  }
}

variable "link_valid_seconds" {
  description = "How long a link is valid."
  type        = number
  default     = 7 * 24 * 60 * 60
}

variable "renew_before_seconds" {
  description = "How long before its end a link is renewed. Longer than the time between two runs."
  type        = number
  default     = 2 * 24 * 60 * 60
}

locals {
  # Spreadsheets begin a file with a byte order mark. An empty cell is "", and null
  # means that the attribute is not sent.
  customers = {
    for row in csvdecode(trimprefix(file(var.customers_file), "\ufeff")) : row.id => {
      name         = row.name
      contact      = row.contact != "" ? row.contact : null
      provider_key = row.provider_key != "" ? row.provider_key : null
      leaving      = row.leaving == "yes"
    }
  }
}

# All accounts of the project, without statuses: one in trouble must not leave the
# configuration.
data "stackone_accounts" "all" {}

locals {
  accounts = { for account in data.stackone_accounts.all.accounts : account.id => account if contains(keys(local.customers), account.origin_owner_id) }
  active   = toset([for account in local.accounts : account.origin_owner_id if account.status == "active"])

  strangers = [
    for account in data.stackone_accounts.all.accounts : "${account.id} of ${account.origin_owner_id}"
    if !contains(keys(local.customers), account.origin_owner_id)
  ]
  broken = [
    for id, account in local.accounts : "${id} of ${account.origin_owner_id} is ${join(", ", concat([account.status], [for reason in account.status_reasons : coalesce(reason.description, reason.code, "no reason given")]))}"
    if account.status != "active"
  ]
}

# A link only for customers who have no active account and do not leave.
resource "stackone_connect_session" "customer" {
  for_each = { for id, customer in local.customers : id => customer if !contains(local.active, id) && !customer.leaving }

  origin_owner_id   = each.key
  origin_owner_name = each.value.name
  origin_username   = each.value.contact
  provider_key      = each.value.provider_key
  expires_in        = var.link_valid_seconds

  recreate_when_expired = true
  early_renewal_seconds = var.renew_before_seconds

  lifecycle {
    # A new link that StackOne refuses must not cost the old one.
    create_before_destroy = true
  }
}

# A file for each link, which only its owner can read. Terraform writes those that
# change, and deletes those whose customers have connected.
resource "local_sensitive_file" "link" {
  for_each = stackone_connect_session.customer

  filename             = "${path.module}/links/${each.key}.txt"
  content              = "${each.value.auth_link_url}\n"
  file_permission      = "0600"
  directory_permission = "0700"
}

output "links_valid_until" {
  description = "Who has a link, and until when."
  value       = { for id, session in stackone_connect_session.customer : id => session.expires_at }
}

resource "stackone_account" "customer" {
  for_each = local.accounts

  account_id        = each.key
  origin_owner_name = local.customers[each.value.origin_owner_id].name
  label             = each.value.origin_owner_id

  # Only a customer who is marked as leaving loses the account with the row.
  deletion_policy = local.customers[each.value.origin_owner_id].leaving ? "delete" : "forget"
}

check "accounts_are_active" {
  assert {
    condition     = length(local.broken) == 0
    error_message = "Accounts need attention: ${join(", ", local.broken)}."
  }
}

# A link that is still valid creates an account for a customer who has left. The
# accounts were read before the apply, so those that it deletes are among them.
check "accounts_have_customers" {
  assert {
    condition     = length(local.strangers) == 0
    error_message = "Accounts without a customer in ${var.customers_file}, unless this run deletes them: ${join(", ", local.strangers)}."
  }
}
