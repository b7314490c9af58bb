# The connectors with which customers can connect.
data "stackone_auth_configs" "enabled" {
  enabled = true
}

output "connectors" {
  value = { for config in data.stackone_auth_configs.enabled.auth_configs : config.name => config.provider_key }
}
