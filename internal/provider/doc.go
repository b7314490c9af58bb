// Package provider is all that is Terraform in this project: the provider, its
// resources, ephemeral resources, data sources, lists and functions, and the
// mapping between their models and the requests and answers of package stackone.
//
// Where to look:
//
//   - provider.go holds the provider type, its schema and the lists of what it serves;
//     settings.go turns its configuration and the environment into settings, and
//     provider_data.go is what a configured provider hands out.
//   - base.go is what resources, list resources, data sources and ephemeral resources embed to reach that.
//   - vocabulary.go holds the lists of words: the environment variables, and what StackOne calls
//     categories, types and statuses.
//   - diagnostics.go turns an error of the client into a diagnostic, but for an account or a session
//     that StackOne does not have; request_log.go logs the attempts of requests and masks secrets.
//   - validators.go holds the rules for values, json_object.go that for a JSON object; values.go holds
//     small helpers for values and decodes single attributes; secret_string.go is
//     the type of secret attributes, whole_number.go the rule for whole numbers.
//   - connect_session.go is the model of a connect session, with createRequest and fromResponse;
//     connect_session_schema.go its attributes, for the resource and the ephemeral resource, and
//     which changes replace nothing; connect_session_expiry.go says when it ends and is renewed;
//     connect_session_replacement.go warns when another input replaces a valid one;
//     connect_session_resource.go and connect_session_ephemeral.go serve it;
//     connect_session_data_source.go is all of the data source.
//   - account.go is the model of a linked account, with fromResponse; account_schema.go its attributes;
//     account_adoption.go says what differs at StackOne and is sent, with updateRequest;
//     account_claims.go refuses a plan that deletes an account in use;
//     account_filter.go is the search for accounts and the attributes of one that was found; account_resource.go, account_data_source.go,
//     accounts_data_source.go and account_list.go serve them.
//   - connector_profile_pinned_version.go is the model of a pinned version, with putRequest and refresh;
//     connector_profile_pinned_version_resource.go and connector_profile_pinned_version_list.go serve it.
//   - connector_profiles_data_source.go, connector_profile_versions_data_source.go and connectors_data_source.go
//     serve lists; categories_function.go and oauth_redirect_uri_function.go are the functions.
//
// CONTRIBUTING.md walks from HCL to the wire, back to the state, from an error to a
// diagnostic, and through an adoption.
package provider
