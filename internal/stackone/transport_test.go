package stackone

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func transport(t *testing.T) *http.Transport {
	t.Helper()

	made, err := NewTransport(http.ProxyFromEnvironment, nil)
	if err != nil {
		t.Fatal(err)
	}

	transport, ok := made.(*http.Transport)
	if !ok {
		t.Fatal("the default transport of this process was replaced")
	}

	return transport
}

func TestNewTransport_takesTLS12AtLeast(t *testing.T) {
	t.Parallel()

	config := transport(t).TLSClientConfig
	if config.MinVersion != tls.VersionTLS12 {
		t.Errorf("the oldest version of TLS is %s", tls.VersionName(config.MinVersion))
	}

	if config.InsecureSkipVerify {
		t.Error("certificates are not verified")
	}

	if standard, ok := http.DefaultTransport.(*http.Transport); ok && standard.TLSClientConfig == config {
		t.Error("the default transport of this process was changed")
	}
}

// A connection that a firewall has dropped silently would swallow every attempt of
// every request, since HTTP/2 puts them all on one.
func TestNewTransport_leavesADeadConnection(t *testing.T) {
	t.Parallel()

	api := stackonetest.New(t, stackonetest.Options{})
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

	forwarder := listen(t, func(conn net.Conn) {
		first := connections.Add(1) == 1

		upstream, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			return
		}

		defer func() { _ = upstream.Close() }()

		go func() { _, _ = io.Copy(conn, upstream) }()

		buffer := make([]byte, 16<<10)

		for {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}

			if first && dead.Load() {
				continue
			}

			_, _ = upstream.Write(buffer[:n])
		}
	})

	pinging := transport(t)
	if pinging.HTTP2 == nil || pinging.HTTP2.SendPingTimeout != pingAfter || pinging.HTTP2.PingTimeout != pingTimeout {
		t.Fatalf("HTTP/2 is set up as %+v", pinging.HTTP2)
	}

	pinging.HTTP2 = &http.HTTP2Config{SendPingTimeout: 50 * time.Millisecond, PingTimeout: 50 * time.Millisecond}
	pinging.TLSClientConfig.RootCAs = x509.NewCertPool()
	pinging.TLSClientConfig.RootCAs.AddCert(server.Certificate())

	f := newFixture(t, func(c *Config) {
		at(t, "https://"+forwarder)(c)

		c.Transport, c.Clock, c.Jitter, c.APIKey = pinging, SystemClock(), func() float64 { return 0 }, NewSecret(api.APIKey())
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

func TestNewTransport_oldTLS(t *testing.T) {
	t.Parallel()

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request went out") }))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.Config.ErrorLog = quietLog()
	server.StartTLS()
	t.Cleanup(server.Close)

	f := newFixture(t, at(t, server.URL))

	if e := f.failure(t); e.Kind != ErrorConnection || !strings.Contains(e.Error(), "protocol version") {
		t.Errorf("got %s", e)
	}
}
