terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

# The API key comes from the environment variable STACKONE_API_KEY.
provider "stackone" {}
