package stackone

import (
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"strings"
	"testing"
)

func pemBlock(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestParseCertificates(t *testing.T) {
	t.Parallel()

	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)

	certificate := server.Certificate()
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
