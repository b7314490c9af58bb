//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	// The child processes build these, which Go's test cache would not notice.
	_ "github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	_ "github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// asMain makes the test binary behave as the demo.
const asMain = "DEMO_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) == "" {
		os.Exit(m.Run())
	}

	main()
}

// process is a demo as a child process, with temp as its TMPDIR.
type process struct {
	*exec.Cmd
	t      *testing.T
	stdout io.ReadCloser
	stderr bytes.Buffer
	temp   string
}

func start(t *testing.T, args ...string) *process {
	t.Helper()

	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], args...), t: t, temp: t.TempDir()}
	p.Env, p.Stderr = append(os.Environ(), asMain+"=1", "TMPDIR="+p.temp), &p.stderr
	stdout, err := p.StdoutPipe()
	p.stdout = stdout

	if err := errors.Join(err, p.Start()); err != nil {
		t.Fatal(err)
	}

	return p
}

// until reads the output up to text.
func (p *process) until(text string) (seen string) {
	p.t.Helper()

	for b := make([]byte, 1); !strings.HasSuffix(seen, text); seen += string(b) {
		if _, err := p.stdout.Read(b); err != nil {
			p.t.Fatalf("%v before %q in\n%s%s", err, text, seen, &p.stderr)
		}
	}

	return seen
}

// exits waits for the end of the demo, which leaves as many folders in its TMPDIR, and returns
// the rest of the output.
func (p *process) exits(code int, stderr string, folders int) string {
	p.t.Helper()

	rest, _ := io.ReadAll(p.stdout)
	err := p.Wait()

	left, _ := filepath.Glob(filepath.Join(p.temp, "*"))
	if p.ProcessState.ExitCode() != code || !strings.Contains(p.stderr.String(), stderr) || len(left) != folders {
		p.t.Errorf("%v, and %q is left\n%s", err, left, &p.stderr)
	}

	return string(rest)
}

// The other demos find the packages of the provider in Go's cache.
func TestDemo(t *testing.T) {
	t.Parallel()

	p := start(t)
	output := p.until("\nTo try it by hand: make demo-keep\n")

	if rest := p.exits(0, "", 0); rest != "" || strings.Contains(output, "\x1b") || strings.Contains(output, stackonetest.DefaultAPIKey) {
		t.Errorf("a colour, the API key or %q after the end in\n%s", rest, output)
	}

	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	_, excerpt, _ := strings.Cut(string(readme), "```text\n")
	excerpt, _, _ = strings.Cut(excerpt, "```")

	shown := strings.Split(strings.ReplaceAll(excerpt, "…\n", ""), "\n")
	if err != nil || len(shown) < 9 {
		t.Errorf("the README shows no run of the demo: %v\n%s", err, excerpt)
	}

	for _, parts := range [][]string{
		shown,
		{
			"── Plan ─", "token                  = (sensitive value)", "── Apply ─",
			"── Auth links ─", "\n  acme     https://app.stackone.com/", "\n  globex   https://", "\n  initech  https://",
			"── Requests ", "POST /connect_sessions → 201\n", "expires_in         432000\n",
			"── Second plan ─", "── Destroy ─", "Warning:", "stay usable until", "3 destroyed",
		},
	} {
		// OpenTofu prints the same with other prompts.
		rest := strings.ReplaceAll(output, "$ tofu ", "$ terraform ")

		for _, part := range parts {
			var found bool
			if _, rest, found = strings.Cut(rest, part); !found {
				t.Fatalf("%q is missing or in the wrong place in\n%s", part, output)
			}
		}
	}

	t.Run("keep", testKeep)

	t.Run("Ctrl-C", func(t *testing.T) {
		t.Parallel()

		p := start(t)
		p.until("$ terraform plan")
		_ = p.Process.Signal(os.Interrupt)
		p.exits(1, "the demo was stopped: Plan: terraform plan", 0)
	})
	t.Run("a closed pipe", func(t *testing.T) {
		t.Parallel()

		p := start(t)
		p.until("$ terraform init")
		_ = p.stdout.Close()
		p.exits(1, "the demo was stopped", 0)
	})
}

// The output of -keep can be pasted into another terminal.
func testKeep(t *testing.T) {
	t.Parallel()

	p := start(t, "-keep")
	output := p.until("Press Ctrl-C")

	lines := regexp.MustCompile(`(?m)^  (export|cd|\S+ plan|http).*`).FindAllString(output, -1)
	if len(lines) != 6 {
		t.Fatalf("%d lines to paste, want 6, in\n%s", len(lines), output)
	}

	plan, err := exec.CommandContext(t.Context(), "sh", "-ec", strings.Join(lines[:5], "\n")).CombinedOutput()
	if err != nil || !strings.Contains(string(plan), "604800") {
		t.Errorf("%q: %v\n%s", lines, err, plan)
	}

	resp, err := http.Get(strings.TrimSpace(lines[5]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()

	if page, err := io.ReadAll(resp.Body); err != nil || strings.Count(string(page), "<button") < 2 {
		t.Errorf("no choice of connectors, %v in\n%s", err, page)
	}

	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}

	p.until("\nThe fake has stopped. You can remove " + p.temp)
	p.exits(0, "", 1)
}
