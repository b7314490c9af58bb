# A link that the customer can open for five days.
resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  origin_username   = "admin@acme.example"

  categories = ["hris", "ats"]
  expires_in = 5 * 24 * 60 * 60
  label      = "acme"

  metadata = jsonencode({
    plan  = "pro"
    seats = 25
  })

  lifecycle {
    # If StackOne refuses a new session, the old one and its link stay in the state.
    create_before_destroy = true
  }
}

output "auth_link" {
  value     = stackone_connect_session.acme.auth_link_url
  sensitive = true
}
