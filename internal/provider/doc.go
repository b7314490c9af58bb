// Package provider is all that is Terraform in this project: the provider, its
// resources, ephemeral resources, data sources, lists and functions, and the
// mapping between their models and the requests and answers of package stackone.
//
// Where to look:
//
//   - provider.go holds the provider type, its schema and the lists of what it serves;
//     configure.go turns its configuration and the environment into settings.
//   - server.go stands before the framework and lets go of ended requests; collector.go and
//     logging.go spare time in the garbage collector and in log lines that nobody sees;
//     request_log.go logs the attempts of requests and masks secrets.
//   - base.go is what every resource and data source embeds to reach the client and the clock.
//   - diagnostics.go turns an API error into a diagnostic; nothing else does.
//   - attributes.go describes an attribute once and renders it for a resource or an ephemeral resource.
//   - validators.go holds the rules for values, plan_modifiers.go those for plans; values.go
//     decodes single attributes; secret_string.go, json_object.go and whole_number.go are the
//     types of attributes.
//   - connect_session.go is the pure part of a connect session (model, request, mapping);
//     connect_session_expiry.go the rule for its end; the files named connect_session_… serve it to Terraform.
//   - account.go is what StackOne says about a linked account, account_managed.go decides what is
//     sent for one, account_plan.go what a plan says about it, account_schema.go is the schema of the
//     resource; account_resource.go, account_data_source.go, accounts_data_source.go and
//     account_list.go serve them.
//   - auth_configs_data_source.go is all of the auth configs, categories_function.go the function.
package provider
