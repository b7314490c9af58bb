package provider_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func nextSession(fault stackonetest.Fault) func(int, stackonetest.Request) *stackonetest.Fault {
	done := false

	return func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if done || r.Path != "/connect_sessions" {
			return nil
		}

		done = true

		return &fault
	}
}

// No secret occurs in any output of plan, apply, a failing apply and destroy, with every log on.
func TestSecrets_traceHasNone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	w := cli(t)
	account := h.newAccount()

	dir := w.module(t, h, session("this", `expires_in = 3600`, `metadata = jsonencode({ plan = "pro" })`)+`
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

	var output strings.Builder

	run := func(wantFailure bool, args ...string) {
		cmd := w.command(t, h, dir, append(args, "-no-color")...)
		cmd.Env = append(cmd.Env, "TF_LOG=TRACE")

		out, err := cmd.CombinedOutput()
		if (err != nil) != wantFailure {
			t.Fatalf("terraform %v: %v\n%s", args, err, out)
		}

		output.Write(out)
	}

	// The first attempt fails after the session was created, so that a retry is logged too.
	h.OnRequest(nextSession(stackonetest.Fault{Status: 502, Process: true}))
	run(false, "apply", "-auto-approve")
	run(false, "plan")

	state, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}

	for _, secret := range []string{h.APIKey(), stackonetest.AccountCredential, stackonetest.AccountSetup} {
		if strings.Contains(string(state), secret) {
			t.Error("the key, or a secret of the account, is in the state")
		}
	}

	h.OnRequest(nextSession(stackonetest.Fault{Status: 400, ContentType: "application/json", Body: `{"message": "no, ` + h.APIKey() + `"}`}))
	run(true, "apply", "-auto-approve", "-replace=stackone_connect_session.this")
	run(false, "destroy", "-auto-approve")

	text := output.String()

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

// Of all that Terraform leaves behind, only the state file contains secrets.
func TestSecrets_planFileOfEphemeralHasNone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	a := h.attach(t, `
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
}

resource "terraform_data" "this" {
  input = "unrelated"
}

check "opened" {
  assert {
    condition     = ephemeral.stackone_connect_session.this.token != ""
    error_message = "It was not opened."
  }
}
`)

	needs(t, "1.10.0", "1.11.0")

	output := a.terraform("plan", "-out=plan", "-no-color") + a.terraform("apply", "-no-color", "plan") + a.terraform("show", "-json")

	files, err := filepath.Glob(filepath.Join(a.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}

		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		output += string(raw)
	}

	if n := len(h.Sessions()); n != 2 {
		t.Errorf("%d sessions were opened, want 2: one in the plan, one in the apply", n)
	}

	for _, session := range h.Sessions() {
		for _, secret := range []string{session.Token, session.ExternalTriggerToken} {
			if strings.Contains(output, secret) {
				t.Error("a secret of the ephemeral resource was stored or printed")
			}
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

	w := cli(t)
	dir := w.module(t, h, many(5))

	cmd := w.command(t, h, dir, "apply", "-auto-approve", "-no-color", "-parallelism=1")
	cmd.Env = append(cmd.Env, "TF_LOG=TRACE")

	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	if i := strings.Index(string(out), token); i >= 0 {
		t.Errorf("the token occurs in the output: …%s…", out[max(0, i-200):i])
	}
}
