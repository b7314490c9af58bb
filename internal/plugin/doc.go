// Package plugin is the process in which Terraform runs the provider: the
// protocol server in front of the framework (server.go), the levels of its
// loggers (logging.go) and its garbage collector (collector.go). What Terraform
// sees of StackOne is in package provider.
package plugin
