# Labels an account. Removing the resource leaves the account at StackOne.
resource "stackone_account" "acme" {
  account_id = "45355976281015164504"
  label      = "acme"

  metadata = jsonencode({
    plan = "pro"
  })
}
