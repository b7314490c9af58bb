// Package terraformcli runs a real Terraform against a build of this provider,
// isolated from the user's configuration: in a temporary folder, with its own CLI
// configuration and filesystem mirror, and without the TF_ and STACKONE_ variables
// of this process.
package terraformcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Workspace is a temporary folder in which Terraform finds this provider.
// Its methods may be used by several goroutines once Setenv, BuildProvider and
// Install have returned.
type Workspace struct {
	root      string
	terraform string
	openTofu  bool
	env       []string
}

// New creates a workspace and finds, or downloads, the Terraform CLI that it runs.
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
	if w.terraform, err = find(ctx, os.Getenv(pathVariable), w.root); err != nil {
		return err
	}

	if w.openTofu, err = isOpenTofu(ctx, w.terraform); err != nil {
		return err
	}

	config, mirror := filepath.Join(w.root, "terraform.tfrc"), filepath.Join(w.root, "mirror")
	w.env = append(environ(os.Environ()), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0")

	return errors.Join(os.Mkdir(mirror, 0o700), os.WriteFile(config, []byte(cliConfig(mirror)), 0o600))
}

// Close removes the folder with everything in it.
func (w *Workspace) Close() error { return os.RemoveAll(w.root) }

// Terraform returns the path of the CLI.
func (w *Workspace) Terraform() string { return w.terraform }

// IsOpenTofu reports whether the CLI is OpenTofu, whose versions count apart.
func (w *Workspace) IsOpenTofu() bool { return w.openTofu }

// Root returns the path of the temporary folder.
func (w *Workspace) Root() string { return w.root }

// Setenv sets a variable for all commands created from now on.
func (w *Workspace) Setenv(key, value string) { w.env = append(w.env, key+"="+value) }

// Environ returns the environment of the commands.
func (w *Workspace) Environ() []string { return slices.Clone(w.env) }

// Folder creates, if needed, a folder for a root module and its state, and
// returns its path.
func (w *Workspace) Folder(name string) (string, error) {
	dir := filepath.Join(w.root, "modules", name)
	return dir, os.MkdirAll(dir, 0o700)
}

// Command returns a Terraform command in dir. When ctx ends, Terraform is
// interrupted so that it can stop its plugins, and killed if it does not exit.
func (w *Workspace) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.terraform, args...) //nolint:gosec // Running Terraform is the point.
	cmd.Dir, cmd.Env = dir, w.Environ()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	inOwnGroup(cmd)

	return cmd
}

// Run runs a Terraform command in dir and returns its standard output. The error
// of a failed command includes its standard error.
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

// environ removes every variable that would change what Terraform or the provider does.
func environ(inherited []string) []string {
	env := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "STACKONE_")
	})

	return append(env, "CHECKPOINT_DISABLE=1")
}
