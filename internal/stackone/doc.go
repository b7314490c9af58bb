// Package stackone is a client of StackOne's platform API, as far as
// infrastructure code needs it: connect sessions, linked accounts, auth
// configs and connectors. It knows nothing of Terraform.
//
// A call goes through these rooms:
//
//   - connect_sessions.go, accounts.go, auth_configs.go and connectors.go say what is sent and what the answer means;
//     account_filter.go and pages.go ask for lists, one page after the other;
//   - client.go makes a call, with all its attempts, and says how it ended;
//   - gate.go lets each attempt pass, and keeps what all calls share: window.go holds them to the
//     limit of the client, rate.go says how fast they go, and outage.go whether StackOne is away;
//   - attempt.go makes one attempt; retry.go says whether it may be repeated, and when;
//   - transport.go carries it, past the proxy that proxy.go has checked; answer.go, errors.go and describe.go read what comes back.
//
// Secrets are of type Secret, which never prints. No body is ever logged or put
// into an error.
package stackone
