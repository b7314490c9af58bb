# terraform query -generate-config-out=accounts.tf
list "stackone_account" "acme" {
  provider = stackone

  config {
    origin_owner_ids = ["customer-4711"]
  }
}
