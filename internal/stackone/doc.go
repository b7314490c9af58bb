// Package stackone is a client of StackOne's platform API, as far as
// infrastructure code needs it: connect sessions, linked accounts, auth
// configs and connectors. It knows nothing of Terraform.
//
// A request goes through these rooms:
//
//   - connect_sessions.go, accounts.go, auth_configs.go and connectors.go say what is sent and what the answer means;
//   - client.go builds the request and runs it through the retries;
//   - operation.go follows one request through its attempts, and retry.go decides which failures are tried again, and when;
//   - pacer.go is the gate before every attempt: the limit, the shared pause, the learned rate;
//   - transport.go carries it; answer.go and errors.go read what comes back.
//
// Secrets are of type Secret, which never prints. No body is ever logged or put
// into an error.
package stackone
