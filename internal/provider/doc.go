// Package provider is all that is Terraform in this project: the provider, its
// resources, ephemeral resources, data sources, lists and functions, and the
// mapping between their models and the requests and answers of package stackone.
//
// Where to look:
//
//   - provider.go holds the provider type, its schema and the lists of what it serves;
//     settings.go turns its configuration and the environment into settings, and
//     provider_data.go is what a configured provider hands out.
//   - base.go is what every resource and data source embeds to reach that.
//   - vocabulary.go holds the closed lists of words, such as the categories.
//   - diagnostics.go turns an API error into a diagnostic; nothing else does.
//     request_log.go logs the attempts of requests and masks secrets.
//   - validators.go holds the rules for values, json_object.go that for a JSON object, in values and
//     in plans; values.go decodes single attributes; secret_string.go and whole_number.go are types
//     of attributes.
//   - connect_session.go is the pure part of a connect session (model, request, mapping);
//     connect_session_expiry.go the rule for its end, connect_session_equal.go what replaces none
//     although it changes; connect_session_schema.go the attributes that
//     the resource and the ephemeral resource share; the other files named connect_session_… serve it to Terraform.
//   - account.go is the model of a linked account and what StackOne says about one,
//     account_adoption.go what is sent for one and what a plan says about it, account_deletion.go which
//     deletion would hit an account that another object holds, account_filter.go the search for some; account_schema.go, account_resource.go, account_data_source.go,
//     accounts_data_source.go and account_list.go serve them.
//   - auth_configs_data_source.go is all of the auth configs, connectors_data_source.go all of the
//     connectors; categories_function.go and oauth_redirect_uri_function.go are the functions.
package provider
