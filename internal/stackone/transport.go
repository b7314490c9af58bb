package stackone

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxIdleConnections is how many connections may stay open between requests. Go keeps
// two for a host, and Terraform sends ten requests at a time: the other eight would
// open and close a connection each time.
const maxIdleConnections = 64

const (
	// pingAfter is how long an HTTP/2 connection may be silent before it is tried,
	// and pingTimeout how long that may take. Without it, all attempts of all
	// requests would go to a connection that a firewall has dropped silently.
	pingAfter   = 15 * time.Second
	pingTimeout = 10 * time.Second
	// connectTimeout is how long a connection may take. Go takes 30 seconds, which a
	// firewall that drops it without a word would cost each attempt.
	connectTimeout = 10 * time.Second
	// maxHeader is the most that is read of an answer's header, in bytes. Go
	// would take 10 MiB, for each request that is under way.
	maxHeader = 256 << 10
)

// NewTransport returns a transport like Go's default (HTTP/2, keep-alive) that takes
// TLS 1.2 at least, goes through the proxy that is named for a request, and trusts the
// given certificates in addition to the system's. It fails where these cannot be read.
func NewTransport(proxy func(*http.Request) (*url.URL, error), certificates []*x509.Certificate) (http.RoundTripper, error) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		// Somebody replaced the default of this process: that is their will.
		return http.DefaultTransport, nil
	}

	transport := standard.Clone()
	transport.Proxy = proxy
	transport.MaxIdleConns = maxIdleConnections
	transport.MaxIdleConnsPerHost = maxIdleConnections
	transport.MaxResponseHeaderBytes = maxHeader
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	transport.DialContext = (&net.Dialer{Timeout: connectTimeout}).DialContext
	transport.OnProxyConnectResponse = refusedByProxy
	// The client unpacks what is compressed all the same, within its own bounds.
	transport.DisableCompression = true

	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}

	if len(certificates) == 0 {
		return transport, nil
	}

	// Go leaves the system's certificates aside as soon as there is a pool, so they
	// have to be in it.
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the certificates of this system cannot be read: %w", err)
	}

	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}

	transport.TLSClientConfig.RootCAs = pool

	return transport, nil
}

// proxyError says that a proxy answered, and did not connect.
type proxyError struct {
	host   string
	status int
}

func (e *proxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the proxy %s answered %d %s", e.host, e.status, http.StatusText(e.status)))
}

// refusedByProxy tells an answer of a proxy from one of StackOne.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}

	return &proxyError{host: proxy.Host, status: resp.StatusCode}
}
