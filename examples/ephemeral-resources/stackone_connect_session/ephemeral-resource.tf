# A session for one run of Terraform, created only during the apply.
ephemeral "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"

  categories = ["hris"]
  expires_in = 15 * 60

  open = terraform.applying
}

locals {
  # The token is null in the plan, and a template refuses null.
  authorization = "Bearer ${coalesce(ephemeral.stackone_connect_session.acme.token, "-")}"
}

resource "terraform_data" "call" {
  provisioner "local-exec" {
    command = "echo Replace this with a program that reads AUTHORIZATION"

    environment = {
      AUTHORIZATION = local.authorization
    }
  }
}
