package provider_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// behindTLS puts a server with an untrusted certificate in front of the fake.
func (h *harness) behindTLS(t *testing.T) string {
	t.Helper()

	target, err := url.Parse(h.URL())
	if err != nil {
		t.Fatal(err)
	}

	server := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	h.env["STACKONE_BASE_URL"] = server.URL
	h.env["STACKONE_MAX_RETRIES"] = "0"

	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func TestSettings_caCertificates(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	certificate := h.behindTLS(t)
	a := h.attach(t, session("this"))

	if out, err := a.try("apply", "-auto-approve", "-no-color"); err == nil || !strings.Contains(out, "Cannot create the connect session") || !strings.Contains(out, "ca_certificates") {
		t.Errorf("an unknown authority: %v\n%s", err, out)
	}

	file := filepath.Join(a.dir, "ca.pem")
	a.write("ca.pem", certificate)

	h.env["STACKONE_CA_CERTIFICATES"] = file

	a.apply()

	delete(h.env, "STACKONE_CA_CERTIFICATES")
	a.write("provider.tf", "provider \"stackone\" {\n  ca_certificates = file(\"ca.pem\")\n}\n")
	a.apply("-replace=stackone_connect_session.this")
}

// Terraform quotes the attribute of a problem and its variables.
func TestSettings_problemsQuoteNothing(t *testing.T) {
	t.Parallel()

	const privateKey = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n"

	for name, test := range map[string]struct{ config, want string }{
		"key, variable":          {"api_key = var.key\n}\n\nvariable \"key\" {\n  default = \"v1.eu1.hunter2 \"", "it contains white space"},
		"private key, variable":  {"ca_certificates = var.pem\n}\n\nvariable \"pem\" {\n  default = <<EOT\n" + privateKey + "EOT", "it contains a private key"},
		"credentials in the URL": {`base_url = "https://user:hunter2@api.example"`, "it must not contain credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			out, err := h.attach(t, "provider \"stackone\" {\n  "+test.config+"\n}\n"+session("this")).try("plan", "-no-color")
			if err == nil || !strings.Contains(strings.Join(strings.Fields(unboxed(out)), " "), test.want) {
				t.Errorf("%v, want %q:\n%s", err, test.want, out)
			}

			if strings.Contains(out, "hunter2") {
				t.Errorf("the value is quoted:\n%s", out)
			}
		})
	}
}
