terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}

variable "n" {
  type = number
}

resource "stackone_connect_session" "customer" {
  count = var.n

  origin_owner_id   = "customer-${count.index}"
  origin_owner_name = "Customer ${count.index}"
  origin_username   = "admin@customer-${count.index}.example"
  categories        = ["hris", "ats"]
  expires_in        = 604800
  label             = "Customer ${count.index}"
  metadata          = jsonencode({ plan = "pro", seats = count.index })
}
