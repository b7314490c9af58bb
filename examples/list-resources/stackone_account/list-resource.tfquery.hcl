# terraform query -generate-config-out=accounts.tf
list "stackone_account" "acme" {
  provider = stackone
  limit    = 1000 # Terraform stops after 100 unless told otherwise.

  config {
    origin_owner_ids = ["customer-4711"]
  }
}
