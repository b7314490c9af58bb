resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"

  lifecycle {
    create_before_destroy = true
  }
}

data "stackone_connect_session" "acme" {
  id = stackone_connect_session.acme.id
}

# Null until the customer signs in by OAuth.
output "attempt" {
  value = data.stackone_connect_session.acme.latest_connection_attempt
}
