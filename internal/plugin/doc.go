// Package plugin runs the provider in a process of Terraform: protocol server (server.go),
// log levels (logging.go) and garbage collector (collector.go).
package plugin
