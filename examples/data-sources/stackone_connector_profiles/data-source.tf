# The connectors with which customers can connect.
data "stackone_connector_profiles" "enabled" {
  enabled = true
}

output "connectors" {
  value = { for profile in data.stackone_connector_profiles.enabled.connector_profiles : profile.name => profile.provider_key }
}
