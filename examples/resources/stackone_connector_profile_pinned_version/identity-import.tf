import {
  to = stackone_connector_profile_pinned_version.workday
  identity = {
    id = "profile-1"
  }
}
