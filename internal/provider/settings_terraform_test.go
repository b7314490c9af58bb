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

func TestSettings_caCertificates(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	target, err := url.Parse(h.URL())
	if err != nil {
		t.Fatal(err)
	}

	// A server with an untrusted certificate in front of the fake.
	server := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	h.env["STACKONE_BASE_URL"], h.env["STACKONE_MAX_RETRIES"] = server.URL, "0"
	a := h.attach(t, session("this"))

	contains(t, a.fails("Cannot create the connect session", "apply", "-auto-approve"), "ca_certificates")

	a.write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))

	h.env["STACKONE_CA_CERTIFICATES"] = filepath.Join(a.dir, "ca.pem")

	a.apply()

	delete(h.env, "STACKONE_CA_CERTIFICATES")
	a.write("provider.tf", "provider \"stackone\" {\n  ca_certificates = file(\"ca.pem\")\n}\n")
	a.apply("-replace=stackone_connect_session.this")
}

// Terraform quotes the attribute of a problem and its variables.
func TestSettings_problemsQuoteNothing(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, `
variable "key" {
  default = "v1.eu1.hunter2 "
}

variable "pem" {
  default = <<-EOT
    -----BEGIN PRIVATE KEY-----
    hunter2
    -----END PRIVATE KEY-----
  EOT
}

provider "stackone" {
  api_key         = var.key
  ca_certificates = var.pem
}
`+session("this"))

	out := a.fails("it contains white space", "plan")
	contains(t, oneLine(out), "it contains a private key")

	a.write("main.tf", "provider \"stackone\" {\n  base_url = \"https://user:hunter2@api.example\"\n}\n"+session("this"))

	out += a.fails("it must not contain credentials", "plan")
	if strings.Contains(out, "hunter2") {
		t.Errorf("a value is quoted:\n%s", out)
	}
}
