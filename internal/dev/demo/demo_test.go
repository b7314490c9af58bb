//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// asMain makes the test binary behave as the demo.
const asMain = "DEMO_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
		return
	}

	code := m.Run()

	if shared.workspace != nil {
		_ = shared.workspace.Close()
	}

	os.Exit(code)
}

var shared struct {
	once      sync.Once
	workspace *terraformcli.Workspace
	err       error
}

// built returns a workspace with the provider, so that later demos find its packages in Go's cache.
func built(t *testing.T) *terraformcli.Workspace {
	t.Helper()

	shared.once.Do(func() {
		if shared.workspace, shared.err = terraformcli.New(context.Background()); shared.err == nil {
			_, shared.err = shared.workspace.BuildProvider(context.Background())
		}
	})

	if shared.err != nil {
		t.Fatal(shared.err)
	}

	return shared.workspace
}

// process prepares a demo as a child process, with temp as its TMPDIR.
func process(t *testing.T, args ...string) (cmd *exec.Cmd, temp string) {
	t.Helper()

	built(t)

	temp = t.TempDir()
	cmd = exec.CommandContext(t.Context(), os.Args[0], args...)

	cmd.Env = append(os.Environ(), asMain+"=1", "TMPDIR="+temp)

	return cmd, temp
}

func expectInOrder(t *testing.T, text string, parts ...string) string {
	t.Helper()

	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q is missing or in the wrong place in\n%s", part, text)
		}

		rest = after
	}

	return rest
}

func expectEmpty(t *testing.T, dir string) {
	t.Helper()

	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func readUntil(t *testing.T, r io.Reader, text string) string {
	t.Helper()

	var seen []byte
	for b := make([]byte, 1); !strings.Contains(string(seen), text); seen = append(seen, b[0]) {
		if _, err := r.Read(b); err != nil {
			t.Fatalf("%v before %q in\n%s", err, text, seen)
		}
	}

	return string(seen)
}

func TestDemo(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t)

	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	rest := expectInOrder(t, string(output),
		"── Plan ─", `# stackone_connect_session.customer["acme"] will be created`, "token                  = (sensitive value)", "Plan: 3 to add",
		"── Apply ─", "Apply complete! Resources: 3 added", "auth_links = <sensitive>",
		"── Auth links ─", "\n  acme     https://app.stackone.com/", "\n  globex   https://", "\n  initech  https://",
		"── Requests ", "POST /connect_sessions → 201\n", "expires_in         432000\n",
		"── Second plan ─", "No changes.",
		"── Destroy ─", "Warning:", "stay usable until", "3 destroyed",
	)
	if !strings.HasSuffix(rest, "\nTo try it by hand: make demo-keep\n") {
		t.Errorf("the output ends with\n%s", rest)
	}

	if bytes.Contains(output, []byte("\x1b")) || bytes.Contains(output, []byte(stackonetest.DefaultAPIKey)) {
		t.Errorf("a colour or the API key in\n%s", output)
	}

	expectEmpty(t, temp)

	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}

	_, excerpt, _ := strings.Cut(string(readme), "```text\n")
	excerpt, _, _ = strings.Cut(excerpt, "```")

	if strings.Count(excerpt, "\n") < 10 {
		t.Errorf("the README shows no run of the demo:\n%s", excerpt)
	}

	// OpenTofu prints the same with other prompts.
	expectInOrder(t, strings.ReplaceAll(string(output), "$ tofu ", "$ terraform "), strings.Split(strings.ReplaceAll(excerpt, "…\n", ""), "\n")...)
}

func TestDemo_failedStep(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer

	d := &demo{out: &out, workspace: built(t), api: stackonetest.New(t, stackonetest.Options{}), dir: t.TempDir()}
	d.api.Script(stackonetest.Fault{Status: http.StatusInternalServerError})

	err := d.show(t.Context())
	if want := "Apply: terraform apply onboarding.tfplan: exit status 1"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("show() = %v, want %s", err, want)
	}

	if !strings.Contains(out.String(), "Error:") || strings.Contains(out.String(), "── Auth links ─") {
		t.Errorf("want the error of Terraform at the end of\n%s", out.String())
	}
}

// The output of -keep can be pasted into another terminal.
func TestDemo_keep(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t, "-keep")

	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	output := readUntil(t, stdout, "Press Ctrl-C")

	var lines []string
	for _, line := range regexp.MustCompile(`(?m)^  ((?:export|cd|\S+ plan) .*)$`).FindAllStringSubmatch(output, -1) {
		lines = append(lines, line[1])
	}

	shell := exec.CommandContext(t.Context(), "sh", "-ec", strings.Join(lines, "\n"))
	if plan, err := shell.CombinedOutput(); err != nil || len(lines) != 5 || !strings.Contains(string(plan), "604800") {
		t.Errorf("%q: %v\n%s", lines, err, plan)
	}

	link := regexp.MustCompile(`(?m)^  (http\S+)$`).FindStringSubmatch(output)
	if link == nil {
		t.Fatalf("no link in\n%s", output)
	}

	resp, err := http.Get(link[1])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()

	if page, err := io.ReadAll(resp.Body); err != nil || strings.Count(string(page), "<button") < 2 {
		t.Errorf("no choice of connectors, %v in\n%s", err, page)
	}

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}

	output = readUntil(t, stdout, "\nThe fake has stopped. You can remove "+temp)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestDemo_cleansUp(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		at   string
		stop func(cmd *exec.Cmd, stdout io.Closer) error
	}{
		"after Ctrl-C":        {"$ terraform plan", func(cmd *exec.Cmd, _ io.Closer) error { return cmd.Process.Signal(os.Interrupt) }},
		"after a closed pipe": {"$ terraform init", func(_ *exec.Cmd, stdout io.Closer) error { return stdout.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			cmd, temp := process(t)

			var stderr bytes.Buffer

			cmd.Stderr = &stderr

			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}

			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}

			readUntil(t, stdout, test.at)

			if err := test.stop(cmd, stdout); err != nil {
				t.Fatal(err)
			}

			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "the demo was stopped") {
				t.Errorf("%v\n%s", err, stderr.String())
			}

			expectEmpty(t, temp)
		})
	}
}
