// Package stackone is a client for StackOne's API: connect sessions, linked accounts,
// connector profiles and connectors. It imports nothing from Terraform. Fields of type
// *string that contain a time are in RFC 3339 format, and not parsed.
//
// A call is one method call of Client; an attempt is one HTTP request. do (client.go) runs
// a call: the limiter (limiter.go) admits each attempt, attempt.go sends it, outcome.go
// classifies the result, and retry.go decides whether to retry.
package stackone
