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

const (
	// maxIdleConnections is per host. Terraform sends ten requests at a time, and Go keeps
	// two connections: the other eight would be opened and closed each time.
	maxIdleConnections = 64
	// pingAfter is how long an HTTP/2 connection may be silent before it is checked, within
	// pingTimeout. Otherwise all attempts would use a connection that a firewall dropped.
	pingAfter   = 15 * time.Second
	pingTimeout = 10 * time.Second
	// connectTimeout is shorter than Go's 30 seconds, which a firewall that drops packets
	// would cost each attempt.
	connectTimeout = 10 * time.Second
	// maxHeader is in bytes. Go allows 10 MiB for each response.
	maxHeader = 256 << 10
)

// NewTransport returns a transport with TLS 1.2 at least, the given proxy and root
// certificates (nil means the system's), and the limits above.
func NewTransport(proxy func(*http.Request) (*url.URL, error), certificates *x509.CertPool) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    maxIdleConnections,
		MaxResponseHeaderBytes: maxHeader,
		OnProxyConnectResponse: proxyResponse,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: certificates},
		TLSHandshakeTimeout:    connectTimeout,
	}
}

// proxyError is a response of a proxy that did not connect.
type proxyError struct {
	host   string
	status int
}

func (e *proxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the proxy %s responded %d %s", e.host, e.status, http.StatusText(e.status)))
}

func proxyResponse(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}

	return &proxyError{host: proxy.Host, status: resp.StatusCode}
}
