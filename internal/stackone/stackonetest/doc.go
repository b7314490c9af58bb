// Package stackonetest is a stateful fake of StackOne's API, for tests, the demo and
// benchmarks. It validates requests, and in tests responses, with openapi.yaml. Comments
// mark where it is stricter than StackOne's documentation.
//
//   - contract.go validates; server.go serves, logs, and checks credentials and headers;
//   - sessions.go, accounts.go, profiles.go and connectors.go implement the objects;
//   - customer.go simulates the customer who opens a link; hub.go serves a page for it;
//   - faults.go injects failures; clock.go is a fake clock.
package stackonetest
