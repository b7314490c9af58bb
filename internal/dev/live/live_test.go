package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// result is what a run has left behind.
type result struct {
	code                     int
	stdout, stderr, markdown string
	// folder is where the report is.
	folder string
}

// options shape a run against a stand-in.
type options struct {
	args []string
	env  map[string]string
	// edit changes answers on their way.
	edit edit
	// interrupts tells after which request the user interrupts the run.
	interrupts func(req *http.Request) bool
	// breaks tells why a request gets no answer.
	breaks func(req *http.Request) error
}

// roundTripper is a function that is a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// furnished is a stand-in with a few objects of each kind.
func furnished(t *testing.T) *stackonetest.Server {
	t.Helper()

	// One of the facts is what becomes of a field that does not exist.
	s := stackonetest.New(t, stackonetest.Options{UnknownNames: []string{"no_such_field"}})

	for _, a := range []stackonetest.Account{{ID: "45355976281015164504"}, {ID: "GnQoASvosYhE5wJcmmAQs", Provider: "hibob", Status: "error"}} {
		s.AddAccount(stackonetest.Account{ID: a.ID, Provider: a.Provider, Status: a.Status, OriginUsername: "jane@acme.example", Label: "Acme in Paris", OriginOwnerID: "customer-" + a.ID, StatusReasons: []map[string]any{
			{"code": "refresh_failed", "description": "The refresh of Acme failed", "timestamp": "2031-03-01T12:00:00.000Z"},
		}})
	}

	for _, id := range []string{"0b5d1f8e-profile-1", "0b5d1f8e-profile-2"} {
		s.AddAuthConfig(stackonetest.AuthConfig{ID: id, Name: "Acme's own " + id, ConnectorKey: "connector-" + id, Categories: []string{"hris"}, PinnedVersion: "1.2.x", Environment: "sandbox"})
	}

	// More than a page of the usual size.
	for range usualPage {
		s.AddAccount(stackonetest.Account{})
		s.AddAuthConfig(stackonetest.AuthConfig{ID: "0b5d1f8e-profile", Name: "Acme's", ConnectorKey: "connector"})
	}

	for i := range usualPage + 2 {
		key := fmt.Sprintf("connector-%d", i+1)
		s.AddConnector(stackonetest.Connector{Key: key, Name: "Connector", Version: "1.0.0", Categories: []string{"hris"}, ReleaseStage: "ga", Authentication: []stackonetest.Authentication{
			{Key: "oauth", Type: "oauth2", Label: "Login"},
		}})
	}

	s.AddAuthConfig(stackonetest.AuthConfig{ID: "0b5d1f8e-profile-3", Name: "Old", ConnectorKey: "old", Disabled: true})

	return s
}

func examineStandIn(t *testing.T, s *stackonetest.Server, o options) result {
	t.Helper()

	file := filepath.Join(t.TempDir(), "report.md")
	env := map[string]string{"STACKONE_API_KEY": s.APIKey(), "STACKONE_BASE_URL": s.URL()}

	for name, value := range o.env {
		env[name] = value
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	network, err := stackone.NewTransport(http.ProxyFromEnvironment, nil)
	if err != nil {
		t.Fatal(err)
	}

	transport := roundTripper(func(req *http.Request) (*http.Response, error) {
		if o.breaks != nil {
			if err := o.breaks(req); err != nil {
				return nil, err
			}
		}

		resp, err := network.RoundTrip(req)
		if o.interrupts != nil && o.interrupts(req) {
			cancel()
		}

		if err == nil && o.edit != nil {
			o.edit(req, resp)
		}

		return resp, err
	})

	var stdout, stderr bytes.Buffer

	code := run(ctx, append([]string{"-report", file}, o.args...), world{
		getenv: func(name string) string { return env[name] }, stdout: &stdout, stderr: &stderr, transport: transport, clock: stackonetest.NewClock(time.Now()),
	})

	markdown, _ := os.ReadFile(file)

	return result{code: code, stdout: stdout.String(), stderr: stderr.String(), markdown: string(markdown), folder: filepath.Dir(file)}
}

// rows are the rows of a Markdown report with a verdict, without its emphasis.
func (r result) rows(v verdict) []string {
	var out []string

	about := ""

	for line := range strings.Lines(r.markdown) {
		if heading, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			about = heading
		}

		cells := strings.Split(line, " | ")
		if len(cells) > 2 && strings.Trim(cells[1], "*") == v.String() {
			out = append(out, about+": "+strings.TrimPrefix(cells[0], "| "))
		}
	}

	return out
}

func TestRun_asDocumented(t *testing.T) {
	t.Parallel()

	for _, m := range []mode{reading, sessions} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()

			o := options{args: []string{"-mode", string(m)}}
			if m == sessions {
				o.args = append(o.args, "-account", path.Base(theAccount))
			}

			got := examineStandIn(t, furnished(t), o)

			if got.code != exitGood || got.stderr != "" {
				t.Errorf("exit code %d, %s", got.code, got.stderr)
			}

			if rows := got.rows(otherwise); len(rows) > 0 {
				t.Errorf("otherwise: %q", rows)
			}

			// The stand-in's errors have neither field, it echoes not all inputs and ignores
			// unknown ones, and TestRunTerraform runs Terraform.
			for _, row := range got.rows(notSeen) {
				switch {
				case row == "Errors: errors", row == "Errors: errorCode", row == "Linked accounts: total", strings.HasPrefix(row, aboutTerraform):
				case slices.Contains(notEchoed(), row):
				default:
					t.Errorf("not seen: %s", row)
				}
			}

			for line := range strings.Lines(got.stdout) {
				if len(strings.TrimRight(line, "\n")) > width && !strings.Contains(line, "Markdown") {
					t.Errorf("wider than %d columns: %s", width, line)
				}
			}

			if t.Failed() {
				t.Log("\n" + got.stdout)
			}
		})
	}
}

// notEchoed are the rows of inputs that answers do not repeat.
func notEchoed() []string {
	var rows []string

	for _, name := range []string{"connector_profile_id", "multiple", "shared", "relink", "expires_in of 1", "expires_in of 2592000, thirty days", "expires_in with a fraction"} {
		rows = append(rows, aboutRequest+": "+name)
	}

	return rows
}

func TestRun_readsAlone(t *testing.T) {
	t.Parallel()

	s := furnished(t)
	examineStandIn(t, s, options{})

	requests := s.Requests()
	if len(requests) < 10 || len(requests) > 40 {
		t.Errorf("%d requests", len(requests))
	}

	for _, r := range requests {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
}

func TestRun_merelyUnknown(t *testing.T) {
	t.Parallel()

	got := examineStandIn(t, furnished(t), options{args: []string{"-mode", "sessions"}, edit: answerInstead("2592000", 400, aRefusal)})

	rows := got.rows(otherwise)
	if got.code != exitGood || len(rows) != 1 || rows[0] != "Connect sessions: request: expires_in of 2592000, thirty days" {
		t.Errorf("exit code %d, otherwise: %q", got.code, rows)
	}
}

func TestRun_newField(t *testing.T) {
	t.Parallel()

	got := examineStandIn(t, furnished(t), options{edit: onEach("origin_owner_id", func(object map[string]any) { object["owner_email"] = "jane@acme.example" })})

	if got.code != exitGood || !strings.Contains(got.markdown, "| fields that no document names | **otherwise** | owner_email |") {
		t.Errorf("exit code %d\n%s", got.code, got.markdown)
	}
}

func TestRun_oneSentence(t *testing.T) {
	t.Parallel()

	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Sign in</html>")
	}))
	t.Cleanup(html.Close)

	elsewhere := httptest.NewServer(http.RedirectHandler("https://login.example/?token=abc", http.StatusFound))
	t.Cleanup(elsewhere.Close)

	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(busy.Close)

	late := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestTimeout) }))
	t.Cleanup(late.Close)

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()

	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		code int
		want string
	}{
		"no key":      {map[string]string{"STACKONE_API_KEY": ""}, nil, exitUsage, "Set STACKONE_API_KEY"},
		"no good key": {map[string]string{"STACKONE_API_KEY": "key with spaces"}, nil, exitUsage, "no usable key"},
		"no address":  {map[string]string{"STACKONE_BASE_URL": "ftp://user:secret@host"}, nil, exitUsage, "no usable address"},
		"wrong key":   {map[string]string{"STACKONE_API_KEY": "v1.eu1.another"}, nil, exitBad, "refused the key (401)"},
		"HTML":        {map[string]string{"STACKONE_BASE_URL": html.URL}, nil, exitBad, "is not StackOne's API"},
		"a redirect":  {map[string]string{"STACKONE_BASE_URL": elsewhere.URL}, nil, exitBad, "redirects to (not shown),"},
		"an outage":   {map[string]string{"STACKONE_BASE_URL": busy.URL}, nil, exitBad, "503 Service Unavailable just now"},
		"a timeout":   {map[string]string{"STACKONE_BASE_URL": late.URL}, nil, exitBad, "408 Request Timeout just now"},
		"unreachable": {map[string]string{"STACKONE_BASE_URL": gone.URL}, nil, exitBad, "No answer came from " + gone.URL},
		"wrong mode":  {nil, []string{"-mode", "everything"}, exitUsage, "LIVE is read"},
		"no account":  {nil, []string{"-mode", "account"}, exitUsage, "together with ACCOUNT"},
		"to read":     {nil, []string{"-account", "another"}, exitUsage, "LIVE is read"},
		"no such one": {nil, []string{"-mode", "sessions", "-account", "another"}, exitBad, "has no account with the id in ACCOUNT"},
		"its account": {nil, []string{"-mode", "account", "-account", "another"}, exitBad, "has no account with the id in ACCOUNT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, furnished(t), options{env: c.env, args: c.args})

			if got.code != c.code || !strings.Contains(got.stderr, c.want) || strings.Count(got.stderr, "\n") != 1 || got.stdout != "" || got.markdown != "" {
				t.Errorf("exit code %d, %q\n%s", got.code, got.stderr, got.stdout)
			}
		})
	}
}

func TestRun_reportsWhatWasSeenBeforeAFailure(t *testing.T) {
	t.Parallel()

	gone := errors.New("connection reset by planted")

	got := examineStandIn(t, furnished(t), options{breaks: func(req *http.Request) error {
		if req.URL.Path == "/auth_configs" {
			return gone
		}

		return nil
	}})

	if got.code != exitBad || strings.Count(got.stderr, "\n") != 1 || !strings.Contains(got.stderr, "No answer came from") || strings.Contains(got.stdout+got.stderr+got.markdown, "planted") {
		t.Errorf("exit code %d, %q", got.code, got.stderr)
	}

	if !strings.Contains(got.markdown, "| an account by its id | as documented |") || !strings.Contains(got.markdown, "| connector_label | not seen |") || !strings.Contains(got.stdout, "ended early") {
		t.Errorf("the report:\n%s\n%s", got.markdown, got.stdout)
	}
}
