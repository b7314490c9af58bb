// Package terraformcli runs a real Terraform CLI against a build of this
// provider, apart from whatever the user has configured: in a temporary folder,
// with its own CLI configuration, a filesystem mirror that holds the provider,
// and an environment from which every TF_ and STACKONE_ variable is removed.
//
// It serves the programs of this repository that need the CLI itself, such as
// the demo and the benchmark. Nothing that the provider links may import it.
package terraformcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// killDelay is how long Terraform may take to stop after an interrupt before it
// is killed. A killed Terraform leaves its plugins running.
const killDelay = 30 * time.Second

// A Workspace is a temporary folder in which Terraform finds this provider.
// Its methods may be used by several goroutines once Setenv, BuildProvider and
// InstallProvider are done.
type Workspace struct {
	root      string
	terraform string
	openTofu  bool
	env       map[string]string
}

// New makes a workspace and finds, or downloads, the Terraform CLI that it runs.
// The caller calls Close.
func New(ctx context.Context) (*Workspace, error) {
	root, err := os.MkdirTemp("", "terraform-provider-stackone-")
	if err != nil {
		return nil, err
	}

	w := &Workspace{root: root}
	if err := w.prepare(ctx); err != nil {
		return nil, fmt.Errorf("preparing the Terraform workspace: %w", errors.Join(err, w.Close()))
	}

	return w, nil
}

func (w *Workspace) prepare(ctx context.Context) error {
	var err error
	if w.terraform, err = Find(ctx, filepath.Join(w.root, "bin")); err != nil {
		return err
	}

	if err := os.MkdirAll(w.mirror(), 0o700); err != nil {
		return err
	}

	config := filepath.Join(w.root, "terraform.tfrc")
	if err := os.WriteFile(config, []byte(cliConfig(w.mirror())), 0o600); err != nil {
		return err
	}

	w.env = map[string]string{
		"TF_CLI_CONFIG_FILE": config,
		"TF_IN_AUTOMATION":   "1",
		"TF_INPUT":           "0",
		"CHECKPOINT_DISABLE": "1",
	}
	w.openTofu, err = isOpenTofu(ctx, w.terraform, w.Environ())

	return err
}

// Close removes the folder with everything in it.
func (w *Workspace) Close() error { return os.RemoveAll(w.root) }

// Terraform is the path of the CLI that the workspace runs.
func (w *Workspace) Terraform() string { return w.terraform }

// IsOpenTofu reports whether the CLI is OpenTofu, whose versions count apart.
func (w *Workspace) IsOpenTofu() bool { return w.openTofu }

// Root is the path of the temporary folder.
func (w *Workspace) Root() string { return w.root }

// Setenv sets a variable for every command that is started from now on.
func (w *Workspace) Setenv(key, value string) { w.env[key] = value }

// Folder makes, if need be, a folder of the given name for a root module and
// returns its path. Its state stays in it, so each configuration has its own.
func (w *Workspace) Folder(name string) (string, error) {
	dir := filepath.Join(w.root, "modules", name)
	return dir, os.MkdirAll(dir, 0o700)
}

// Command prepares a Terraform command in dir, which is usually the result of
// Folder. Output and input are for the caller to set. When ctx ends, Terraform
// is interrupted, so that it stops its plugins, and killed if it does not stop.
func (w *Workspace) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.terraform, args...) //nolint:gosec // Running Terraform is the point.
	cmd.Dir = dir
	cmd.Env = w.Environ()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killDelay
	inOwnGroup(cmd)

	return cmd
}

// Run runs a Terraform command in dir and returns what it wrote to standard
// output. When it fails, the error ends with what it wrote to standard error.
func (w *Workspace) Run(ctx context.Context, dir string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer

	cmd := w.Command(ctx, dir, args...)

	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s %s: %w\n%s",
			filepath.Base(w.terraform), strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}

	return stdout.String(), nil
}

// Environ is the environment of the commands: that of this process without the
// variables that would change what Terraform or the provider does, and with
// those that the workspace sets.
func (w *Workspace) Environ() []string { return environ(os.Environ(), w.env) }

func environ(inherited []string, set map[string]string) []string {
	env := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		_, replaced := set[name]

		return replaced || strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "STACKONE_")
	})
	for _, name := range slices.Sorted(maps.Keys(set)) {
		env = append(env, name+"="+set[name])
	}

	return env
}
