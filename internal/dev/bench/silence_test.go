package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// serveWithLog runs a provider and appends what it writes to standard error to
// a file, where Terraform does not see it.
func serveWithLog(provider, path string) (exitCode int) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return failPlugin(err)
	}
	defer func() { _ = file.Close() }()

	cmd := exec.Command(provider, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, file

	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Run(); err != nil {
		return failPlugin(err)
	}

	return 0
}

// TestSilence looks at what the provider writes when nobody asks Terraform for
// a log: the two lines of the plugin's start, which go-plugin writes before any
// request, and no line of a request.
func TestSilence(t *testing.T) {
	t.Parallel()

	workspace, provider, self := stage(t)
	if err := workspace.Install(self); err != nil {
		t.Fatal(err)
	}

	api := stackonetest.New(t, stackonetest.Options{})
	api.AddAccount(stackonetest.Account{ID: accountID})

	for name, test := range map[string]struct {
		variables []string
		silent    bool
	}{
		"nobody asks":              {nil, true},
		"the loggers are switched": {[]string{"TF_LOG_SDK=TRACE", "TF_LOG_SDK_PROTO=TRACE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(sessionConfiguration(1, true)), 0o600); err != nil {
				t.Fatal(err)
			}

			if _, err := workspace.Run(t.Context(), dir, "init", "-no-color"); err != nil {
				t.Fatal(err)
			}

			log := filepath.Join(dir, "plugin.log")
			cmd := workspace.Command(t.Context(), dir, "apply", "-auto-approve", "-no-color")
			cmd.Env = append(cmd.Env, test.variables...)

			cmd.Env = append(cmd.Env, envTestProvider+"=serve", envTestServed+"="+provider, envTestLog+"="+log,
				"STACKONE_BASE_URL="+api.URL(), "STACKONE_API_KEY="+api.APIKey())
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("apply: %v\n%s", err, output)
			}

			if lines := requestLines(t, log); test.silent != (len(lines) == 0) {
				t.Errorf("the provider wrote %d lines about requests:\n%s", len(lines), strings.Join(lines, "\n"))
			}
		})
	}
}

// requestLines are the lines that are about a request. It is an error if the
// file has no line at all, because every plugin says that it has started.
func requestLines(t *testing.T, path string) []string {
	t.Helper()

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if len(content) == 0 {
		t.Fatal("the log is empty: the provider did not run")
	}

	var found []string

	for line := range strings.Lines(string(content)) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("the provider wrote %q, which is no line of a log", line)
			continue
		}

		if request, ok := fields["tf_req_id"]; ok {
			found = append(found, fmt.Sprint(request, " ", fields["@message"]))
		}
	}

	return found
}
