// Package stackonetest is a stateful fake of StackOne's API, for tests, the demo and
// benchmarks. openapi.yaml is its contract: it routes and validates every request by
// it, and in tests every response. It is stricter than StackOne's documents where a
// comment says so.
//
//   - contract.go validates; server.go serves, and checks credentials and headers;
//   - sessions.go has the connect sessions, accounts.go the linked accounts,
//     connectors.go the catalogue of connectors;
//   - customer.go plays the customer who opens a link; hub.go serves a page for it;
//   - faults.go scripts failures, log.go records requests, clock.go is a clock to set.
package stackonetest
