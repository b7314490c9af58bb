# An application in Microsoft Entra ID with which customers sign in. Enter its client
# ID and secret in a connector profile in the StackOne dashboard.
terraform {
  required_providers {
    azuread = {
      source = "hashicorp/azuread"
    }
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

provider "stackone" {}

locals {
  connector = "microsoftentraid"
}

# The scopes that StackOne needs, without the address of Microsoft Graph in front.
data "stackone_connectors" "entra" {
  provider_keys = [local.connector]
}

locals {
  scopes = toset([
    for scope in flatten(data.stackone_connectors.entra.connectors[*].authentication[*].required_scopes) :
    trimprefix(scope, "https://graph.microsoft.com/")
  ])
}

data "azuread_application_published_app_ids" "well_known" {}

data "azuread_service_principal" "graph" {
  client_id = data.azuread_application_published_app_ids.well_known.result["MicrosoftGraph"]
}

resource "azuread_application_registration" "stackone" {
  display_name     = "StackOne"
  sign_in_audience = "AzureADMultipleOrgs"
}

resource "azuread_application_redirect_uris" "stackone" {
  application_id = azuread_application_registration.stackone.id
  type           = "Web"
  redirect_uris  = [provider::stackone::oauth_redirect_uri(local.connector)]
}

resource "azuread_application_api_access" "graph" {
  application_id = azuread_application_registration.stackone.id
  api_client_id  = data.azuread_service_principal.graph.client_id
  scope_ids      = [for scope in local.scopes : data.azuread_service_principal.graph.oauth2_permission_scope_ids[scope]]
}

resource "azuread_application_password" "stackone" {
  application_id = azuread_application_registration.stackone.id
  display_name   = "StackOne"
}

output "client_id" {
  value = azuread_application_registration.stackone.client_id
}

output "client_secret" {
  value     = azuread_application_password.stackone.value
  sensitive = true
}
