// Package provider implements the Terraform provider on top of package stackone.
//
//   - provider.go: the provider, its schema and what it serves; settings.go: its configuration
//     and environment; provider_data.go, data_source.go and list_resource.go: what all resources
//     and data sources share, and the list resources
//   - connect_session.go: the model of a session, its request and response; _schema.go,
//     _expiry.go (renewal), _resource.go, _ephemeral.go, _data_source.go
//   - account.go: the model of a linked account and its response; _schema.go, _adoption.go
//     (updates and their warnings), _plan.go and _claims.go (refused deletions),
//     _filter.go, _resource.go, _data_sources.go (one account, and a list)
//   - connector_profile_pinned_version_resource.go: a pin
//   - connector_profiles_data_source.go (and the versions of one) and connectors_data_source.go:
//     other lists
//   - functions.go: the functions
//   - diagnostics.go: errors as diagnostics; request_log.go: logs and masks
//   - validators.go, json_object.go: rules for values; secret_string.go: the type of secrets;
//     values.go: conversions; vocabulary.go: known words
package provider
