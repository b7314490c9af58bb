# Keeps a connector profile at one version of its connector.
resource "stackone_connector_profile_pinned_version" "workday" {
  connector_profile_id = "profile-1" # from the data source stackone_connector_profiles
  pinned_version       = "1.1.0"
}
