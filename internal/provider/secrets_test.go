package provider_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// nextSession makes the next request for a session fail.
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

// Plan, apply, a failing apply and destroy at the most talkative level of the
// real Terraform and the real provider process: no secret occurs in any output,
// and what the provider is meant to log does.
func TestSecrets_traceHoldsNone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	w := cli(t)
	account := h.newAccount()

	dir := w.module(t, h, session("this", `expires_in = 3600`, `metadata = jsonencode({ plan = "pro" })`)+`
resource "stackone_account" "this" {
  account_id = "`+account+`"
  label      = "new"
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

	// The first attempt fails after the session was made, so that a retry is logged too.
	h.OnRequest(nextSession(stackonetest.Fault{Status: 502, Process: true}))
	run(false, "apply", "-auto-approve")
	run(false, "plan")
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
		"StackOne API request", "route=/connect_sessions", "route=/accounts/{id}", "route=/accounts ", "attempt=1", "status=201", "duration_ms=", "status=502", "nobody knows the token", "wait_ms=",
		// The framework's own lines, which are silent by default, are shown when they are asked for.
		"@module=sdk.framework", "@module=sdk.proto",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q", want)
		}
	}
}

// The state file holds the secrets, where Terraform keeps them, and nothing else
// that Terraform leaves behind does.
func TestSecrets_planFileOfEphemeralHoldsNone(t *testing.T) {
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

// A server that sends more than it announced makes Go's HTTP client complain, past
// all levels of the log, and quote what it got.
func TestSecrets_unsolicitedAnswer(t *testing.T) {
	t.Parallel()

	const token = "cs_QUOTED-TOKEN"

	body := `{"id": 1, "token": "` + token + `"}`

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}

			go func() {
				for reader := bufio.NewReader(conn); ; {
					request, err := http.ReadRequest(reader)
					if err != nil {
						return
					}

					_, _ = io.Copy(io.Discard, request.Body)
					_, _ = fmt.Fprintf(conn, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s%s", len(body), body, body)
				}
			}()
		}
	}()

	h := newHarness(t)
	h.env["STACKONE_BASE_URL"] = "http://" + listener.Addr().String()

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

// Where the key ends up, by the way in which it is given: never in the state, and
// elsewhere as the guide on tokens says.
func TestSecrets_whereTheKeyIs(t *testing.T) {
	t.Parallel()

	const variable = `
variable "key" {
  type      = string
  sensitive = true
}

provider "stackone" {
  api_key = var.key
}
`

	tests := map[string]struct {
		provider  string
		args      []string
		env       string // the variable that holds the key
		plan, log bool   // whether it is in the plan file, and in the log
	}{
		"environment":          {env: "STACKONE_API_KEY"},
		"variable, by -var":    {provider: variable, args: []string{"-var", "key=KEY"}, plan: true, log: true},
		"variable, by TF_VAR_": {provider: variable, env: "TF_VAR_key", plan: true},
		"configuration":        {provider: "provider \"stackone\" {\n  api_key = \"KEY\"\n}\n", plan: true},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			key := h.APIKey()
			delete(h.env, "STACKONE_API_KEY")

			if test.env != "" {
				h.env[test.env] = key
			}

			w := cli(t)
			dir := w.module(t, h, strings.ReplaceAll(test.provider, "KEY", key)+session("this"))

			var terminal, log bytes.Buffer

			run := func(level string, args ...string) {
				cmd := w.command(t, h, dir, args...)
				cmd.Env = append(cmd.Env, "TF_LOG="+level)
				cmd.Stdout, cmd.Stderr = &terminal, &log

				if err := cmd.Run(); err != nil {
					t.Fatalf("terraform %v: %v\n%s", args, err, terminal.String())
				}
			}

			args := []string{"plan", "-out=saved"}
			for _, arg := range test.args {
				args = append(args, strings.ReplaceAll(arg, "KEY", key))
			}

			// At TRACE, Terraform may write more, as the guide says.
			run("INFO", args...)
			run("DEBUG", "apply", "saved")
			run("", "show")

			state, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
			if err != nil {
				t.Fatal(err)
			}

			for place, check := range map[string]struct {
				text string
				want bool
			}{
				"the state":     {string(state), false},
				"the plan file": {unzipped(t, filepath.Join(dir, "saved")), test.plan},
				"the terminal":  {terminal.String(), false},
				"the log":       {log.String(), test.log},
			} {
				if got := strings.Contains(check.text, key); got != check.want {
					t.Errorf("the key is in %s: %t, want %t", place, got, check.want)
				}
			}
		})
	}
}

// unzipped is the text of all files in an archive, such as a plan file.
func unzipped(t *testing.T, name string) string {
	t.Helper()

	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()

	var out strings.Builder

	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}

		if _, err := io.Copy(&out, file); err != nil {
			t.Fatal(err)
		}

		_ = file.Close()
	}

	return out.String()
}
