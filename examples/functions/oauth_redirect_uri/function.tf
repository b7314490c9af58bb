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

# An application in Microsoft Entra ID, through which customers sign in.
resource "azuread_application_registration" "stackone" {
  display_name     = "StackOne"
  sign_in_audience = "AzureADMultipleOrgs"
}

resource "azuread_application_redirect_uris" "stackone" {
  application_id = azuread_application_registration.stackone.id
  type           = "Web"
  redirect_uris  = [provider::stackone::oauth_redirect_uri("microsoftentraid")]
}
