// Package stackonetest is a stateful stand-in for StackOne's platform API, for
// tests, the demo and benchmarks. It is as strict as the API is documented to
// be: wrong credentials, a missing User-Agent, wrong types, wrong enum values
// and missing fields are refused with the API's own statuses and error shapes.
// Where it is stricter than the documents say, or where they say nothing, a comment
// tells so.
//
//   - server.go starts it and checks what every request must have; routes.go lists its operations and the names that
//     each of them knows;
//   - sessions.go holds the connect sessions, accounts.go the linked accounts, auth_configs.go the auth configs,
//     connectors.go the catalogue of connectors;
//   - customer.go plays the customer who opens a link, for a test or for a person; hub.go shows a person the page
//     behind it, hub_page.go is its HTML;
//   - fields.go checks the fields of a request;
//   - faults.go scripts what goes wrong, log.go keeps what was sent, clock.go is a clock to set by hand.
package stackonetest
