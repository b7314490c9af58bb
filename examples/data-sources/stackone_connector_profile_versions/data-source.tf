# The versions to which a connector profile can be pinned.
data "stackone_connector_profile_versions" "workday" {
  connector_profile_id = "profile-1" # from the data source stackone_connector_profiles
}

output "versions" {
  value = data.stackone_connector_profile_versions.workday.versions[*].version
}
