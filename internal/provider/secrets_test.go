package provider_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// No secret occurs in any output of plan, apply, a failing apply and destroy, with every log on.
func TestSecrets_traceHasNone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	account := h.newAccount()

	a := h.install(t, session("this", `expires_in = 3600`, `metadata = jsonencode({ plan = "pro" })`)+`
resource "stackone_account" "this" {
  account_id = "`+account+`"
  label      = "new"
}

data "stackone_connect_session" "this" {
  id = stackone_connect_session.this.id
}

data "stackone_accounts" "all" {}

data "stackone_account" "this" {
  id = "`+account+`"
}

output "link" {
  value     = stackone_connect_session.this.auth_link_url
  sensitive = true
}
`)
	a.env = append(a.env, "TF_LOG=TRACE")

	creations := 0

	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Path != "/connect_sessions" {
			return nil
		}

		creations++

		switch creations {
		case 1: // It fails after the session was created, so that a retry is logged too.
			return &stackonetest.Fault{Status: 502, Process: true}
		case 3:
			return &stackonetest.Fault{Status: 400, ContentType: "application/json", Body: `{"message": "no, ` + h.APIKey() + `"}`}
		}

		return nil
	})

	text := a.apply() + a.plan()

	for _, secret := range []string{h.APIKey(), stackonetest.AccountCredential, stackonetest.AccountSetup} {
		if strings.Contains(a.state(), secret) {
			t.Error("the key, or a secret of the account, is in the state")
		}
	}

	text += a.fails("Cannot create the connect session", "apply", "-auto-approve", "-replace=stackone_connect_session.this") + a.terraform("destroy", "-auto-approve", "-no-color")

	secrets := map[string]string{"the credentials of the account": stackonetest.AccountCredential, "the setup of the account": stackonetest.AccountSetup, "the key": h.APIKey(), "its Basic form": base64.StdEncoding.EncodeToString([]byte(h.APIKey() + ":"))}
	for _, session := range h.Sessions() {
		secrets["the token of "+session.ID] = session.Token
		secrets["the link of "+session.ID] = session.AuthLinkURL
		secrets["the trigger token of "+session.ID] = session.ExternalTriggerToken
	}

	if len(secrets) < 10 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}

	for name, secret := range secrets {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%s occurs in the output: …%s…", name, text[max(0, i-200):i])
		}
	}

	for _, want := range []string{
		"StackOne API request", "route=/connect_sessions ", "route=/connect_sessions/{id}", "route=/accounts/{id}", "route=/accounts ", "attempt=1", "status=201", "duration_ms=", "status=502", "its token is lost", "wait_ms=",
		// The framework's own lines are shown only on request.
		"@module=sdk.framework", "@module=sdk.proto",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q", want)
		}
	}
}

// If a server sends more than announced, Go's HTTP client logs the excess past all log levels.
func TestSecrets_unsolicitedResponse(t *testing.T) {
	t.Parallel()

	const token = "cs_QUOTED-TOKEN"

	body := `{"id": 1, "token": "` + token + `"}`

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}

		_, _ = fmt.Fprintf(conn, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s%s", len(body), body, body)
		// The client closes the connection when it sees the excess.
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)

	h := newHarness(t)
	h.env["STACKONE_BASE_URL"] = server.URL
	a := h.install(t, many(5))
	a.env = append(a.env, "TF_LOG=TRACE")

	if before, _, found := strings.Cut(a.apply("-parallelism=1"), token); found {
		t.Errorf("the token occurs in the output after %q", before[max(0, len(before)-200):])
	}
}
