# The connectors for HR systems that are generally available.
data "stackone_connectors" "hris" {
  categories     = ["hris"]
  release_stages = ["ga"]
}

output "hr_systems" {
  value = { for connector in data.stackone_connectors.hris.connectors : connector.key => connector.name }
}
