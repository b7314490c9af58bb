package provider_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// behindTLS puts a server in front of the stand-in whose certificate no system
// trusts, and returns the certificate as PEM text.
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

	t.Run("attribute", func(t *testing.T) {
		t.Parallel()

		h := newHarness(t)
		certificate := h.behindTLS(t)

		h.run(t, resource.TestCase{Steps: []resource.TestStep{
			{Config: session("this"), ExpectError: regexp.MustCompile(`Cannot create the connect session`)},
			{Config: "provider \"stackone\" {\n  ca_certificates = <<EOT\n" + certificate + "EOT\n}\n" + session("this")},
		}})

		if len(h.created()) != 1 {
			t.Errorf("%d sessions were created", len(h.created()))
		}
	})

	t.Run("environment", func(t *testing.T) {
		t.Parallel()

		h := newHarness(t)

		name := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(name, []byte(h.behindTLS(t)), 0o600); err != nil {
			t.Fatal(err)
		}

		h.env["STACKONE_CA_CERTIFICATES"] = name

		h.run(t, resource.TestCase{Steps: []resource.TestStep{{Config: session("this")}}})
	})
}

// Terraform quotes the attribute that a problem is on, and the values of the
// variables in it.
func TestSettings_problemsQuoteNothing(t *testing.T) {
	t.Parallel()

	const privateKey = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n"

	for name, test := range map[string]struct{ config, want string }{
		"key":         {`api_key = "v1.eu1.hunter2:"`, "attribute api_key cannot be"},
		"key, quoted": {`api_key = "'v1.eu1.hunter2'"`, "it contains a quotation mark"},
		"key, variable": {
			"api_key = var.key\n}\n\nvariable \"key\" {\n  default = \"v1.eu1.hunter2 \"", "it contains white space",
		},
		"private key":            {"ca_certificates = <<EOT\n" + privateKey + "EOT", "it contains a private key"},
		"private key, variable":  {"ca_certificates = var.pem\n}\n\nvariable \"pem\" {\n  default = <<EOT\n" + privateKey + "EOT", "it contains a private key"},
		"garbage":                {`ca_certificates = "hunter2"`, "no certificate in PEM form"},
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

// Go would send the request past a proxy whose address it cannot parse.
func TestSettings_unusableProxy(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.env["STACKONE_BASE_URL"] = "https://api.stackone.invalid"
	h.env["HTTPS_PROXY"] = "http://user:pa%ss@hunter2.example:3128"

	out, err := h.attach(t, session("this")).try("apply", "-auto-approve", "-no-color")
	text := strings.Join(strings.Fields(unboxed(out)), " ")

	if err == nil || !strings.Contains(text, "HTTPS_PROXY does not hold the address of a proxy: it is not a URL") || strings.Contains(text, "hunter2") {
		t.Errorf("%v:\n%s", err, out)
	}
}
