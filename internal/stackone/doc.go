// Package stackone is a client of StackOne's platform API, as far as
// infrastructure code needs it: connect sessions, linked accounts, auth
// configs and connectors. It knows nothing of Terraform.
//
// A call is what a method of Client does; an attempt is one request on the wire, and
// what the limit of requests counts are attempts. A call goes through these rooms:
//
//   - connect_sessions.go, accounts.go, auth_configs.go and connectors.go say what is sent and what the answer means;
//     account_filter.go and pages.go ask for lists, one page after the other;
//   - client.go makes a call, with all its attempts, and says how it ended;
//   - gate.go lets each attempt pass, and keeps what all calls share: window.go holds them to the
//     limit of the client, rate.go says how fast they go, and outage.go whether StackOne is away;
//   - attempt.go makes one attempt, and describe.go says why no answer came; retry.go says whether
//     it may be repeated, and when;
//   - transport.go carries it, through the proxy that proxy.go finds, with the certificates of certificates.go;
//   - errors.go says what went wrong, and answer.go what is wrong with an answer.
//
// config.go is what a Client is made of, and clock.go its time. Secrets are of type
// Secret (secret.go), which never prints. No body is ever logged; what of one reaches
// an error, type Error says.
package stackone
