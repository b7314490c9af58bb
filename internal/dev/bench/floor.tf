variable "n" {
  type = number
}

resource "terraform_data" "customer" {
  count = var.n

  input = {
    origin_owner_id   = "customer-${count.index}"
    origin_owner_name = "Customer ${count.index}"
    origin_username   = "admin@customer-${count.index}.example"
    categories        = ["hris", "ats"]
    expires_in        = 604800
    label             = "Customer ${count.index}"
    metadata          = jsonencode({ plan = "pro", seats = count.index })
  }
}
