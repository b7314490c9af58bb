package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestRunShowsEachStepInOrder(t *testing.T) {
	t.Parallel()

	f := newFake(t)

	var out bytes.Buffer
	if err := run(t.Context(), options{out: &out}, machine(f)); err != nil {
		t.Fatal(err)
	}

	text := plain(out.String())
	if missing, ok := inOrder(text,
		"Getting ready", "/usr/bin/tofu", "Stand-in:   http", "examples/scenarios/onboard-customers/main.tf",
		"The plan", "$ tofu plan -out=", "Plan: 3 to add",
		"The apply", "$ tofu apply ", "Apply complete!",
		"The auth link of each customer", "$ tofu output -json auth_links", "acme     "+f.links["acme"], "globex   "+f.links["globex"], "initech  "+f.links["initech"],
		"The requests that arrived", "POST /connect_sessions → 201", `categories         ["hris"]`, `origin_owner_id    "acme"`, `origin_owner_name  "ACME"`,
		"POST /connect_sessions → 201", "POST /connect_sessions → 201",
		"A second plan", "-detailed-exitcode", "No changes.", "Exit code 0",
		"The destroy", "stay usable",
		"Done", "3 customers, 3 requests, 3 auth links",
	); !ok {
		t.Errorf("%q is missing, or not where it belongs, in\n%s", missing, text)
	}

	if !strings.HasPrefix(f.links["acme"], "https://app.stackone.com/") {
		t.Errorf("the link %s leads to a stand-in that ends with the demo", f.links["acme"])
	}

	for _, secret := range []string{f.env["STACKONE_API_KEY"], base64.StdEncoding.EncodeToString([]byte(f.env["STACKONE_API_KEY"] + ":")), "Authorization"} {
		if strings.Contains(text, secret) {
			t.Errorf("the output holds %q", secret)
		}
	}

	if !f.closed {
		t.Error("the workspace was not closed")
	}

	answer, err := http.Get(f.env["STACKONE_BASE_URL"])
	if err == nil {
		_ = answer.Body.Close()

		t.Error("the stand-in still runs")
	}
}

func TestRunFailsWhenAClaimDoesNotHold(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		sabotage func(f *fakeTerraform)
		want     string
	}{
		"init fails": {func(f *fakeTerraform) {
			f.fail = map[string]int{"init": 1}
			f.replies = map[string]string{"init": "no \x1b[31mmirror"}
		}, "tofu init ended with exit code 1:\nno mirror"},
		"plan fails":               {func(f *fakeTerraform) { f.fail = map[string]int{"plan": 1} }, "The plan: tofu plan -out=onboarding.tfplan ended with exit code 1"},
		"plan sends":               {func(f *fakeTerraform) { f.calls = map[string][]string{"plan": {"acme"}} }, "the plan sent 1 requests"},
		"apply fails":              {func(f *fakeTerraform) { f.fail = map[string]int{"apply": 1} }, "The apply: tofu apply onboarding.tfplan ended with exit code 1"},
		"output fails":             {func(f *fakeTerraform) { f.fail = map[string]int{"output": 1} }, "output -json auth_links ended with exit code 1"},
		"output is no map":         {func(f *fakeTerraform) { f.replies = map[string]string{"output": "[]"} }, "not a map of links"},
		"two customers":            {func(f *fakeTerraform) { f.owners = f.owners[:2] }, "2 auth links, expected 3"},
		"empty link":               {func(f *fakeTerraform) { f.change = func(l map[string]string) { l["acme"] = "" } }, "auth link of acme"},
		"link of another customer": {func(f *fakeTerraform) { f.change = func(l map[string]string) { l["acme"] = l["globex"] } }, "auth link of acme"},
		"no link": {func(f *fakeTerraform) {
			f.change = func(l map[string]string) { delete(l, "acme"); l["umbrella"] = "" }
		}, "auth link of umbrella"},
		"refused request":          {func(f *fakeTerraform) { f.calls = map[string][]string{"apply": {""}} }, "POST /connect_sessions was answered with 400"},
		"four requests":            {func(f *fakeTerraform) { f.calls = map[string][]string{"apply": {"umbrella"}} }, "4 requests, expected 3"},
		"output sends":             {func(f *fakeTerraform) { f.calls = map[string][]string{"output": {"umbrella"}} }, "4 requests, expected 3"},
		"second plan has changes":  {func(f *fakeTerraform) { f.fail = map[string]int{"plan -detailed-exitcode": 2} }, "second plan is not empty: exit code 2"},
		"second plan fails":        {func(f *fakeTerraform) { f.fail = map[string]int{"plan -detailed-exitcode": 1} }, "plan -detailed-exitcode ended with exit code 1"},
		"second plan is silent":    {func(f *fakeTerraform) { f.replies = map[string]string{"plan -detailed-exitcode": ""} }, "second plan is not empty"},
		"second plan sends":        {func(f *fakeTerraform) { f.calls = map[string][]string{"plan -detailed-exitcode": {"acme"}} }, "A second plan: there were 4 requests"},
		"destroy fails":            {func(f *fakeTerraform) { f.fail = map[string]int{"apply removal.tfplan": 1} }, "The destroy: tofu apply removal.tfplan ended with exit code 1"},
		"destroy does not warn":    {func(f *fakeTerraform) { f.replies = map[string]string{"apply removal.tfplan": "gone"} }, "no warning"},
		"destroy leaves something": {func(f *fakeTerraform) { f.replies = map[string]string{"state": "a.b\n"} }, `the state still holds ["a.b"]`},
		"destroy sends":            {func(f *fakeTerraform) { f.calls = map[string][]string{"apply removal.tfplan": {"acme"}} }, "The destroy: there were 4 requests"},
		"folder cannot go":         {func(f *fakeTerraform) { f.closeErr = errors.New("busy") }, "busy"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			test.sabotage(f)

			err := run(t.Context(), options{out: new(bytes.Buffer)}, machine(f))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("run() = %v, want %q in it", err, test.want)
			}

			if !f.closed {
				t.Error("the workspace was not closed")
			}
		})
	}
}

func TestRunSaysWhatToDoAboutWhatIsMissing(t *testing.T) {
	t.Parallel()

	cause := errors.New("the cause")

	tests := map[string]struct {
		sabotage func(f *fakeTerraform, m *outside)
		cause    error
		want     []string
	}{
		"Go": {func(_ *fakeTerraform, m *outside) {
			m.lookPath = func(string) (string, error) { return "", exec.ErrNotFound }
		}, exec.ErrNotFound, []string{"no Go on PATH", "https://go.dev/dl/"}},
		"Terraform": {func(_ *fakeTerraform, m *outside) {
			m.workspace = func(context.Context) (terraform, error) { return nil, cause }
		}, cause, []string{"https://developer.hashicorp.com/terraform/install", "https://opentofu.org/"}},
		"a port": {func(_ *fakeTerraform, m *outside) {
			m.standIn = func(stackonetest.Options) (*stackonetest.Server, error) { return nil, cause }
		}, cause, []string{"cannot listen", "free port of 127.0.0.1"}},
		"the repository": {func(f *fakeTerraform, _ *outside) { f.buildErr = cause }, cause, []string{"go run ./internal/dev/demo"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			m := machine(f)
			test.sabotage(f, &m)

			err := run(t.Context(), options{out: new(bytes.Buffer)}, m)
			if !errors.Is(err, test.cause) {
				t.Fatalf("run() = %v, want %v", err, test.cause)
			}

			if missing, ok := inOrder(err.Error(), test.want...); !ok {
				t.Errorf("run() = %v, want %q in it", err, missing)
			}
		})
	}
}

func TestRunAnnouncesTheDownload(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		onPath string
		want   bool
	}{{"", true}, {"terraform", false}, {"tofu", false}} {
		m := machine(newFake(t))
		m.lookPath = func(name string) (string, error) {
			if name == "go" || name == test.onPath {
				return name, nil
			}

			return "", exec.ErrNotFound
		}

		var out bytes.Buffer
		if err := run(t.Context(), options{out: &out}, m); err != nil {
			t.Fatal(err)
		}

		if got := strings.Contains(out.String(), "downloading Terraform"); got != test.want {
			t.Errorf("with %q on PATH, the download is announced: %v", test.onPath, got)
		}
	}
}

func TestRunStopsAndCleansUp(t *testing.T) {
	t.Parallel()

	for _, at := range []string{"init", "plan", "apply", "output", "state"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithCancel(t.Context())
			f := newFake(t)

			f.during = func(args []string) {
				if args[0] == at {
					stop()
				}
			}
			if err := run(ctx, options{out: new(bytes.Buffer)}, machine(f)); !errors.Is(err, errStopped) {
				t.Errorf("run() = %v, want %v", err, errStopped)
			}

			if !f.closed {
				t.Error("the workspace was not closed")
			}
		})
	}
}

func TestRunReportsOutputThatIsLost(t *testing.T) {
	t.Parallel()

	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}

	if err := file.Close(); err != nil {
		t.Fatal(err)
	}

	if err := run(t.Context(), options{out: file}, machine(newFake(t))); !errors.Is(err, os.ErrClosed) {
		t.Errorf("run() into a closed file = %v", err)
	}
}

func TestKeepLeavesEverythingUntilItIsStopped(t *testing.T) {
	t.Parallel()

	ctx, stop := context.WithCancel(t.Context())
	defer stop()

	f := newFake(t)
	out := newWatcher("Ctrl-C stops the stand-in")

	done := make(chan error)
	go func() { done <- run(ctx, options{keep: true, out: out}, machine(f)) }()

	select {
	case <-out.seen:
	case err := <-done:
		t.Fatalf("run() = %v before it was stopped", err)
	}

	if _, err := f.post(ctx, "umbrella"); err != nil {
		t.Errorf("the stand-in does not take requests: %v", err)
	}

	expectChoice(t, f.links["acme"])
	expectAccount(t, f)

	text := plain(out.String())
	if missing, ok := inOrder(text, "No changes.", "Going on by hand",
		"export STACKONE_API_KEY='"+f.env["STACKONE_API_KEY"]+"'", "export STACKONE_BASE_URL='"+f.env["STACKONE_BASE_URL"]+"'",
		`export TF_CLI_CONFIG_FILE='/it'\''s/terraform.tfrc'`, "cd '"+f.root, "tofu destroy", "\n  "+f.links["acme"]+"\n", "curl --data-urlencode 'link="+f.links["acme"]+"' "+f.env["STACKONE_BASE_URL"]+"/stand-in/connect",
	); !ok {
		t.Errorf("%q is missing in\n%s", missing, text)
	}

	stop()

	if err := <-done; err != nil {
		t.Errorf("run() = %v after it was stopped", err)
	}

	if f.closed {
		t.Error("the folder was removed")
	}

	if text := plain(out.String()); strings.Contains(text, "The destroy") || !strings.Contains(text, "The stand-in has stopped") {
		t.Errorf("the output is\n%s", text)
	}

	if _, err := f.post(t.Context(), "umbrella"); err == nil {
		t.Error("the stand-in still runs")
	}
}

// expectAccount looks for an account of a customer that Terraform does not onboard.
func expectAccount(t *testing.T, f *fakeTerraform) {
	t.Helper()

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.env["STACKONE_BASE_URL"]+"/accounts", nil)
	if err != nil {
		t.Fatal(err)
	}

	r.SetBasicAuth(f.env["STACKONE_API_KEY"], "")
	r.Header.Set("User-Agent", "demo-test")

	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = answer.Body.Close() }()

	var accounts []struct {
		Owner string `json:"origin_owner_id"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&accounts); err != nil || len(accounts) != 1 || slices.Contains(f.owners, accounts[0].Owner) {
		t.Errorf("the stand-in has the accounts %v, %v", accounts, err)
	}
}

// expectChoice opens a link as a browser does and looks for more than one button.
func expectChoice(t *testing.T, link string) {
	t.Helper()

	answer, err := http.Get(link)
	if err != nil {
		t.Fatalf("the link %s does not open: %v", link, err)
	}

	defer func() { _ = answer.Body.Close() }()

	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || strings.Count(string(page), "<button") < 2 {
		t.Errorf("%s answers %d, %v:\n%s", link, answer.StatusCode, err, page)
	}
}

func TestExportForEachShell(t *testing.T) {
	t.Parallel()

	if got, want := export("windows", "A", `C:\it's`), `$env:A = 'C:\it''s'`; got != want {
		t.Errorf("export() = %s, want %s", got, want)
	}

	if got, want := export("linux", "A", "it's"), `export A='it'\''s'`; got != want {
		t.Errorf("export() = %s, want %s", got, want)
	}

	if got, want := opening("windows", "http://a", "b"), `curl.exe --data-urlencode 'link=b' http://a/stand-in/connect`; got != want {
		t.Errorf("opening() = %s, want %s", got, want)
	}
}

func TestShownHidesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()

	if got := shown("label", []byte(`"a"`)); got != `"a"` {
		t.Errorf(`shown("label") = %s`, got)
	}

	for _, field := range []string{"token", "credentials", "new_field"} {
		if got := shown(field, []byte(`"s3cr3t"`)); strings.Contains(got, "s3cr3t") {
			t.Errorf("shown(%q) = %s", field, got)
		}
	}
}
