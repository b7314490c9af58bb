//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/examples"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// asMain makes the test binary behave as the demo itself.
const asMain = "DEMO_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
		return
	}

	os.Exit(m.Run())
}

// process prepares the demo as a program of its own, with the real Terraform and
// its temporary files in a folder of its own.
func process(t *testing.T, args ...string) (cmd *exec.Cmd, temp string) {
	t.Helper()

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	temp = t.TempDir()
	cmd = exec.CommandContext(t.Context(), self, args...)
	cmd.Dir = filepath.Join("..", "..", "..") // the folder of the repository

	cmd.Env = append(os.Environ(), asMain+"=1", "TMPDIR="+temp)

	return cmd, temp
}

func expectEmpty(t *testing.T, dir string) {
	t.Helper()

	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range files {
		t.Errorf("%s is left", file.Name())
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}

	if err != nil {
		return -1
	}

	return 0
}

func TestDemoWithTheRealTerraform(t *testing.T) {
	t.Parallel()

	picture := filepath.Join(t.TempDir(), "demo.svg")
	cmd, temp := process(t, "-svg", picture)

	var stdout, stderr bytes.Buffer

	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, stdout.String(), stderr.String())
	}

	text := stdout.String()
	if missing, ok := inOrder(text,
		"The plan", `# stackone_connect_session.customer["acme"] will be created`, "token                  = (sensitive value)", "Plan: 3 to add, 0 to change, 0 to destroy.",
		"The apply", "Apply complete! Resources: 3 added", "auth_links = <sensitive>",
		"The auth link of each customer", "\n  acme     https://", "\n  globex   https://", "\n  initech  https://",
		"The requests that arrived", "POST /connect_sessions → 201", "expires_in         432000",
		"A second plan", "No changes.", "Exit code 0",
		"The destroy", "Warning:", "stay usable until", "3 destroyed",
		"Done", "3 customers, 3 requests", "Everything temporary is removed.",
	); !ok {
		t.Errorf("%q is missing, or not where it belongs, in\n%s", missing, text)
	}

	for _, unwanted := range []string{"\x1b", stackonetest.DefaultAPIKey, "Authorization"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("the output holds %q", unwanted)
		}
	}

	if stderr.Len() > 0 {
		t.Errorf("on standard error: %s", stderr.String())
	}

	expectEmpty(t, temp)

	drawn, err := os.ReadFile(picture)
	if err != nil {
		t.Fatal(err)
	}

	committed, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "demo.svg"))
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Equal(drawn, committed) {
		t.Errorf("examples/demo.svg is not what the demo draws; draw it anew with: go run ./internal/dev/demo -svg examples/demo.svg\nThe demo draws\n%s", drawn)
	}

	if len(drawn) > 20_000 {
		t.Errorf("the picture has %d bytes", len(drawn))
	}
}

// The reader's way: the demo with -keep, and the first configuration of the
// documentation in another folder.
func TestDemoKeepsWhatAConfigurationOfOnesOwnNeeds(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t, "-keep")
	out := newWatcher("Ctrl-C stops the stand-in")

	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()

	select {
	case <-out.seen:
	case err := <-done:
		t.Fatalf("the demo ended: %v\n%s", err, out.String())
	}

	dir := t.TempDir()
	for _, example := range []string{"provider", "resources/stackone_connect_session"} {
		if err := copyExample(examples.FS, example, dir); err != nil {
			t.Fatal(err)
		}
	}

	env := os.Environ()

	exports := regexp.MustCompile(`(?m)^  export (\w+=)'(.*)'$`).FindAllStringSubmatch(out.String(), -1)
	for _, export := range exports {
		env = append(env, export[1]+export[2])
	}

	if len(exports) != 3 {
		t.Errorf("there are %d exports, want 3", len(exports))
	}

	for _, args := range [][]string{{"init"}, {"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}} {
		command := exec.CommandContext(t.Context(), commandIn(t, out.String()), args...)

		command.Dir, command.Env = dir, env
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", args, err, output)
		}
	}

	// The customer acme opens the link, and Terraform finds the account.
	opens := regexp.MustCompile(`(?m)^  curl --data-urlencode 'link=(.*)' (http.*)$`).FindStringSubmatch(out.String())
	if opens == nil {
		t.Fatalf("no command opens a link in\n%s", out.String())
	}

	answer, err := http.PostForm(opens[2], url.Values{"link": {opens[1]}})
	if err != nil {
		t.Fatal(err)
	}

	_ = answer.Body.Close()

	accounts := "data \"stackone_accounts\" \"acme\" {\n  origin_owner_ids = [\"acme\"]\n}\n\noutput \"found\" {\n  value = length(data.stackone_accounts.acme.ids)\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "accounts.tf"), []byte(accounts), 0o600); err != nil {
		t.Fatal(err)
	}

	command := exec.CommandContext(t.Context(), commandIn(t, out.String()), "apply", "-auto-approve", "-no-color")

	command.Dir, command.Env = dir, env
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "found = 1") {
		t.Errorf("the customer's account: %v\n%s", err, output)
	}

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}

	if code := exitCode(<-done); code != 0 {
		t.Errorf("exit code %d\n%s", code, out.String())
	}

	if kept, err := filepath.Glob(filepath.Join(temp, "*", "terraform.tfrc")); err != nil || len(kept) != 1 {
		t.Errorf("the folder was not kept: %v, %v", kept, err)
	}
}

// commandIn is the path of the Terraform that a demo names.
func commandIn(t *testing.T, output string) string {
	t.Helper()

	match := regexp.MustCompile(`(?m)^Terraform: +(.*)$`).FindStringSubmatch(output)
	if match == nil {
		t.Fatalf("no path of Terraform in\n%s", output)
	}

	return match[1]
}

func TestDemoCleansUpAfterAnInterrupt(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t)
	out := newWatcher("$ t") // the first command: Terraform is at work

	var stderr bytes.Buffer

	cmd.Stdout, cmd.Stderr = out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	<-out.seen

	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}

	if code := exitCode(cmd.Wait()); code != 1 || !strings.Contains(stderr.String(), errStopped.Error()) {
		t.Errorf("exit code %d, on standard error: %s", code, stderr.String())
	}

	expectEmpty(t, temp)
}

func TestDemoCleansUpWhenNobodyReads(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t)

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}

	var stderr bytes.Buffer

	cmd.Stdout, cmd.Stderr = w, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	_, readErr := io.ReadFull(r, make([]byte, 10))
	if err := errors.Join(readErr, w.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}

	if code := exitCode(cmd.Wait()); code != 1 || !strings.Contains(stderr.String(), "broken pipe") {
		t.Errorf("exit code %d, on standard error: %s", code, stderr.String())
	}

	expectEmpty(t, temp)
}

func TestDemoWithoutGo(t *testing.T) {
	t.Parallel()

	cmd, temp := process(t)
	cmd.Env = append(cmd.Env, "PATH=")

	var stderr bytes.Buffer

	cmd.Stderr = &stderr
	if code := exitCode(cmd.Run()); code != 1 || !strings.Contains(stderr.String(), "https://go.dev/dl/") {
		t.Errorf("exit code %d, on standard error: %s", code, stderr.String())
	}

	expectEmpty(t, temp)
}

func TestDemoRefusesArguments(t *testing.T) {
	t.Parallel()

	cmd, _ := process(t, "svg")

	var stderr bytes.Buffer

	cmd.Stderr = &stderr
	if code := exitCode(cmd.Run()); code != 2 || !strings.Contains(stderr.String(), `"svg"`) {
		t.Errorf("exit code %d, on standard error: %s", code, stderr.String())
	}
}
