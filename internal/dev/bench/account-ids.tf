terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}

variable "n" {
  type = number
}

resource "stackone_account" "customer" {
  for_each   = toset([for i in range(var.n) : format("account-%05d", i)])
  account_id = each.key
  label      = "Account ${each.key}"
}
