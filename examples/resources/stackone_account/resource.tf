# An account that a customer has linked: labelled by Terraform, and only
# forgotten when the resource is removed.
resource "stackone_account" "acme" {
  account_id = "45355976281015164504"
  label      = "acme"

  metadata = jsonencode({
    plan = "pro"
  })
}
