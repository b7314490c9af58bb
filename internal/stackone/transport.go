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
	// maxIdleConnections is per host. Terraform sends ten requests at a time, but Go keeps
	// only two connections by default.
	maxIdleConnections = 64
	// pingAfter and pingTimeout detect silent HTTP/2 connections. Otherwise, all attempts
	// would use a connection that a firewall dropped.
	pingAfter   = 15 * time.Second
	pingTimeout = 10 * time.Second
	// connectTimeout is shorter than Go's 30 seconds: a firewall may drop packets.
	connectTimeout = 10 * time.Second
	// maxHeader is in bytes. Go allows 10 MiB.
	maxHeader = 256 << 10
)

// NewTransport returns a transport with at least TLS 1.2 and the limits above. The system's
// certificates are used if certificates is nil.
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
