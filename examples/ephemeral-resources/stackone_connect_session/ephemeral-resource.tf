# A session for one run of Terraform: it is created during apply alone, and neither
# its token nor its link is stored.
ephemeral "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"

  categories = ["hris"]
  expires_in = 15 * 60

  open = terraform.applying
}
