package stackone

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// deadConn drops what is written to it once it is dead.
type deadConn struct {
	net.Conn
	dead *atomic.Bool
}

func (c deadConn) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}

	return c.Conn.Write(p)
}

// HTTP/2 uses one connection for everything: if a firewall silently dropped it, all
// attempts would fail.
func TestNewTransport_leavesADeadConnection(t *testing.T) {
	t.Parallel()

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the request came by %s", r.Proto)
		}

		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id": 1, "token": "t"}`)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)

	var (
		dead        atomic.Bool
		connections atomic.Int32
	)

	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())

	pinging := NewTransport(nil, trusted)
	if pinging.HTTP2 == nil || pinging.HTTP2.SendPingTimeout != pingAfter || pinging.HTTP2.PingTimeout != pingTimeout || pinging.TLSHandshakeTimeout != connectTimeout || pinging.IdleConnTimeout == 0 {
		t.Fatalf("the transport is set up as %+v", pinging)
	}

	pinging.HTTP2 = &http.HTTP2Config{SendPingTimeout: 250 * time.Millisecond, PingTimeout: 250 * time.Millisecond}

	t.Cleanup(pinging.CloseIdleConnections)

	dial := pinging.DialContext
	pinging.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if connections.Add(1) == 1 && err == nil {
			conn = deadConn{conn, &dead}
		}

		return conn, err
	}

	f := newFixture(t, func(c *Config) {
		at(t, server.URL)(c)

		c.Transport, c.Clock, c.Jitter = pinging, SystemClock(), func() float64 { return 0 }
	})

	for range 2 {
		if _, err := f.CreateConnectSession(t.Context(), someone()); err != nil {
			t.Fatal(err)
		}

		dead.Store(true)
	}

	if got := connections.Load(); got != 2 || len(f.attempts) != 3 {
		t.Errorf("%d connections, %+v", got, f.attempts)
	}
}

// No server listens on this port. The port of a closed server might be reused.
const nobody = "http://127.0.0.1:1"

type failing struct{ err error }

// RoundTrip fails before it sends anything.
func (f failing) RoundTrip(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
	return nil, f.err
}

func TestCreateConnectSession_unreachable(t *testing.T) {
	t.Parallel()

	tlsServer := func(versions *tls.Config) string {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request went out") }))
		server.TLS, server.Config.ErrorLog = versions, log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)

		return server.URL
	}
	through := func(address string) *http.Transport {
		proxy, err := url.Parse(strings.Replace(address, "://", "://user:SECRET@", 1))
		if err != nil {
			t.Fatal(err)
		}

		return NewTransport(http.ProxyURL(proxy), nil)
	}
	silent := failing{&net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}}

	for name, test := range map[string]struct {
		base      string
		transport http.RoundTripper
		attempts  int
		want      string
	}{
		"nobody listens":         {nobody, nil, 1, "Could not reach StackOne at " + nobody + ": connection refused (attempts: 1 in 10s; health checks: 7)"},
		"packets are dropped":    {DefaultBaseURL, silent, 1, "Could not reach StackOne at " + DefaultBaseURL + ": no response in time"},
		"no such host":           {"https://no-such-host.invalid", &http.Transport{}, 1, "the host name no-such-host.invalid could not be resolved"},
		"untrusted certificate":  {tlsServer(nil), nil, 1, "its TLS certificate could not be verified"},
		"old TLS":                {tlsServer(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), nil, 1, "protocol version"},
		"proxy wants a password": {DefaultBaseURL, through(responding(t, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")), 1, " responded 407 Proxy Authentication Required"},
		"proxy forbids it":       {DefaultBaseURL, through(responding(t, "HTTP/1.1 403 token=cs_SECRET\r\n\r\n")), 1, " responded 403 Forbidden"},
		"proxy cannot reach it":  {DefaultBaseURL, through(responding(t, "HTTP/1.1 502 No\r\n\r\n")), 1, " responded 502 Bad Gateway"},
		"untrusted, and no CAs":  {DefaultBaseURL, failing{&tls.CertificateVerificationError{Err: x509.SystemRootsError{}}}, 1, "its TLS certificate could not be verified"},
		"a transport quotes":     {DefaultBaseURL, failing{errors.New("odd\ntoken=cs_SECRET")}, 1, ": odd token=[redacted]"},
		"the proxy is not there": {DefaultBaseURL, through(nobody), 1, "the proxy cannot be used: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, func(c *Config) {
				at(t, test.base)(c)

				c.Transport = test.transport
			})

			e := f.failure(t)
			if e.Kind != ErrorConnection || e.Untrusted != strings.HasPrefix(name, "untrusted") || e.Attempts != test.attempts || !strings.Contains(e.Error(), test.want) || strings.Contains(e.Error(), "SECRET") {
				t.Errorf("kind %d, %d attempts: %s", e.Kind, e.Attempts, e)
			}

			if f.attempts[0].MayDuplicate {
				t.Error("a request that never left cannot have taken effect")
			}
		})
	}
}
