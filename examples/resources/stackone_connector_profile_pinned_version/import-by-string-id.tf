import {
  to = stackone_connector_profile_pinned_version.workday
  id = "profile-1"
}
