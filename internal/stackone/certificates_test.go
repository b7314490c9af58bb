package stackone

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// tlsServer stands in front of a stand-in, with a certificate that no system trusts.
func tlsServer(t *testing.T, to string) *httptest.Server {
	t.Helper()

	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}

	server := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	return server
}

func pemBlock(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestParseCertificates(t *testing.T) {
	t.Parallel()

	good := pemBlock("CERTIFICATE", tlsServer(t, "http://127.0.0.1").Certificate().Raw)

	for name, test := range map[string]struct {
		text string
		want int
	}{
		"one":                  {good, 1},
		"two":                  {good + good, 2},
		"a bundle with titles": {"# Issuer: CN=Acme\n" + good + "\n# Issuer: CN=Other\n" + good + "# end\n", 2},
		"Windows":              {"\uFEFF" + strings.ReplaceAll(good, "\n", "\r\n"), 1},
	} {
		if got, err := ParseCertificates([]byte(test.text)); err != nil || len(got) != test.want {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
		}
	}

	for name, test := range map[string]struct{ text, want string }{
		"empty":                  {"", "empty"},
		"blank":                  {" \n\t", "empty"},
		"garbage":                {"hunter2", "no certificate in PEM form"},
		"DER":                    {"0\x82hunter2", "no certificate in PEM form"},
		"a private key":          {pemBlock("PRIVATE KEY", []byte("hunter2")), "private key"},
		"a key of another kind":  {good + pemBlock("EC PRIVATE KEY", []byte("hunter2")), "private key"},
		"an indented key":        {"  " + pemBlock("ENCRYPTED PRIVATE KEY", []byte("hunter2")), "private key"},
		"a request":              {good + pemBlock("CERTIFICATE REQUEST", []byte("hunter2")), "something else"},
		"a type named hunter2":   {pemBlock("HUNTER2", []byte("hunter2")), "something else"},
		"no certificate in it":   {pemBlock("CERTIFICATE", []byte("hunter2")), "cannot be read"},
		"cut off":                {good[:len(good)-30], "damaged"},
		"cut off, then another":  {good[:len(good)-30] + "\n" + good, "damaged"},
		"another, then indented": {good + "  " + good, "damaged or indented"},
	} {
		got, err := ParseCertificates([]byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) || got != nil {
			t.Errorf("%s: %v, %v, want an error with %q", name, got, err, test.want)
			continue
		}

		if strings.Contains(strings.ToLower(err.Error()), "hunter2") {
			t.Errorf("%s: the error quotes the text: %v", name, err)
		}
	}
}

func TestNew_trustsItsCertificates(t *testing.T) {
	t.Parallel()

	var server *httptest.Server

	trusting := newFixture(t, func(c *Config) {
		server = tlsServer(t, c.BaseURL.String())
		at(t, server.URL)(c)

		c.CACertificates = []*x509.Certificate{server.Certificate()}
	})

	if _, err := trusting.CreateConnectSession(t.Context(), someone()); err != nil {
		t.Errorf("with the certificate: %v", err)
	}

	other := newFixture(t, func(c *Config) { at(t, server.URL)(c); c.MaxRetries = 0 })
	if _, err := other.CreateConnectSession(t.Context(), someone()); err == nil || len(trusting.server.Requests()) != 1 {
		t.Errorf("without the certificate: %v", err)
	}
}

// The system's certificates stay trusted beside those that are added.
func TestNewTransport_keepsTheSystemsCertificates(t *testing.T) {
	t.Parallel()

	system, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}

	added := tlsServer(t, "http://127.0.0.1").Certificate()
	system.AddCert(added)

	made, err := NewTransport(nil, []*x509.Certificate{added})
	if err != nil {
		t.Fatal(err)
	}

	if transport, ok := made.(*http.Transport); !ok || !transport.TLSClientConfig.RootCAs.Equal(system) {
		t.Error("the certificates are not the system's and the added one")
	}

	if transport(t).TLSClientConfig.RootCAs != nil {
		t.Error("a transport without further certificates has a pool of its own")
	}
}
