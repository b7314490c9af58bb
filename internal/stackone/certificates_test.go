package stackone

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// tlsServer proxies to a fake, with a certificate that no system trusts.
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

	certificate := tlsServer(t, "http://127.0.0.1").Certificate()
	good := pemBlock("CERTIFICATE", certificate.Raw)

	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}

	want.AddCert(certificate)

	for name, text := range map[string]string{
		"one":                  good,
		"two":                  good + good,
		"a bundle with titles": "# Issuer: CN=Acme\n" + good + "\n# Issuer: CN=Other\n" + good + "# end\n",
		"Windows":              "\uFEFF" + strings.ReplaceAll(good, "\n", "\r\n"),
	} {
		if got, err := ParseCertificates([]byte(text)); err != nil || !got.Equal(want) {
			t.Errorf("%s: other certificates, %v", name, err)
		}
	}

	for name, test := range map[string]struct{ text, want string }{
		"blank":                 {" \n\t", "empty"},
		"garbage":               {"hunter2", "no PEM certificate"},
		"a private key":         {pemBlock("PRIVATE KEY", []byte("hunter2")), "private key"},
		"a key of another kind": {good + pemBlock("EC PRIVATE KEY", []byte("hunter2")), "private key"},
		"a request":             {pemBlock("CERTIFICATE REQUEST", []byte("hunter2")), "no PEM certificate"},
		"no certificate in it":  {pemBlock("CERTIFICATE", []byte("hunter2")), "damaged"},
		"cut off":               {good[:len(good)-30], "damaged"},
		"indented":              {"x\n  " + strings.ReplaceAll(good, "\n", "\n  "), "damaged or indented"},
		"without a line break":  {strings.TrimSpace(good) + good, "are on one line"},
	} {
		got, err := ParseCertificates([]byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") || got != nil {
			t.Errorf("%s: %v, want an error with %q", name, err, test.want)
		}
	}
}

func TestNew_trustsItsCertificates(t *testing.T) {
	t.Parallel()

	var server *httptest.Server

	trusting := newFixture(t, func(c *Config) {
		server = tlsServer(t, c.BaseURL.String())
		at(t, server.URL)(c)

		c.CACertificates = x509.NewCertPool()
		c.CACertificates.AddCert(server.Certificate())
	})

	if _, err := trusting.CreateConnectSession(t.Context(), someone()); err != nil {
		t.Errorf("with the certificate: %v", err)
	}

	other := newFixture(t, func(c *Config) { at(t, server.URL)(c); c.MaxRetries = 0 })
	if _, err := other.CreateConnectSession(t.Context(), someone()); err == nil || len(trusting.server.Requests()) != 1 {
		t.Errorf("without the certificate: %v", err)
	}
}
