// Package provider is all that is Terraform in this project: the provider, its
// resources, ephemeral resources, data sources and functions, and the mapping
// between their models and the requests and answers of package stackone.
//
// Where to look:
//
//   - provider.go holds the provider type, its schema and the lists of what it serves;
//     configure.go turns its configuration and the environment into settings.
//   - base.go is what every resource and data source embeds to reach the client and the clock.
//   - diagnostics.go turns an API error into a diagnostic; nothing else does.
//   - attributes.go describes an attribute once and renders it for a resource or an ephemeral resource.
//   - validators.go holds the rules for values; secret_string.go the type of secret attributes.
//   - connect_session.go is the pure part of a connect session (model, request, mapping);
//     connect_session_expiry.go the rule for its end; the files named connect_session_… serve it to Terraform.
//   - account.go is what all that concerns linked accounts shares; account_managed.go decides what is sent for one,
//     account_plan.go what a plan says about it.
package provider
