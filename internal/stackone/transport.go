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

// refusedLocation is where stay keeps the target of a redirect.
const refusedLocation = "X-Refused-Location"

// stay hides redirects from http.Client, which would follow them, or repeat a
// target that it cannot read in its error. The key goes to no other host.
type stay struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (s stay) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}

	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode >= 300 && resp.StatusCode < 400 {
		resp.Header.Del("Location")
		resp.Header.Set(refusedLocation, location)
	}

	return resp, nil
}
