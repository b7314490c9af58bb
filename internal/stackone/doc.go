// Package stackone is a client for the part of StackOne's platform API that
// infrastructure code needs: connect sessions, linked accounts, connector profiles
// and connectors. It imports nothing from Terraform.
//
// A call is one method call of Client; an attempt is one HTTP request. do (client.go)
// runs a call: the limiter (gate.go) admits each attempt, attempt.go sends it,
// outcome.go classifies what happened, and retry.go decides whether to try again.
package stackone
