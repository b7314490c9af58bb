package stackone

import (
	"crypto/tls"
	"net/http"
)

// idleConnections is how many connections stay open between requests. Go keeps
// two for a host, so that Terraform's ten parallel operations would open and
// close the others all the time.
const idleConnections = 64

// NewTransport returns a transport like Go's default (proxy variables, HTTP/2,
// keep-alive) that takes TLS 1.2 at least.
func NewTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		// Somebody replaced the default of this process: that is their will.
		return http.DefaultTransport
	}

	transport := standard.Clone()
	transport.MaxIdleConns = idleConnections
	transport.MaxIdleConnsPerHost = idleConnections

	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{}
	}

	transport.TLSClientConfig.MinVersion = tls.VersionTLS12

	return transport
}
