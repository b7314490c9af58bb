package provider_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

// workspace has the real Terraform and the released build of the provider, shared by all tests
// that need a separate process.
type workspace struct{ *terraformcli.Workspace }

var sharedWorkspace = sync.OnceValues(func() (*terraformcli.Workspace, error) {
	w, err := terraformcli.New(context.Background())
	if err != nil {
		return nil, err
	}

	closeShared = w.Close

	_, err = w.BuildProvider(context.Background())

	return w, err
})

var closeShared = func() error { return nil }

func TestMain(m *testing.M) {
	// Hundreds of sessions are planned in this process, which may use memory freely.
	debug.SetGCPercent(400)

	if err := terraformcli.PrepareTests(context.Background(), os.Getenv, os.Setenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	code := m.Run()

	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)

		code = 1
	}

	os.Exit(code)
}

func cli(t *testing.T) workspace {
	t.Helper()

	w, err := sharedWorkspace()
	if err != nil {
		t.Fatal(err)
	}

	return workspace{w}
}

// module writes and initialises a configuration.
func (w workspace) module(t *testing.T, h *harness, config string) string {
	t.Helper()

	dir := t.TempDir()

	config = "terraform {\n  required_providers {\n    stackone = {\n      source = \"stackonehq/stackone\"\n    }\n  }\n}\n" + config
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	if out, err := w.command(t, h, dir, "init", "-no-color").CombinedOutput(); err != nil {
		t.Fatalf("init: %v\n%s", err, out)
	}

	return dir
}

func (w workspace) command(t *testing.T, h *harness, dir string, args ...string) *exec.Cmd {
	t.Helper()

	cmd := w.Command(t.Context(), dir, args...)

	for _, name := range slices.Sorted(maps.Keys(h.env)) {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%s", name, h.env[name]))
	}

	return cmd
}
