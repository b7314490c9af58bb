# terraform query -generate-config-out=pins.tf
list "stackone_connector_profile_pinned_version" "workday" {
  provider = stackone

  config {
    provider_key = "workday"
  }
}
