// Package terraformcli runs a real Terraform with a build of this provider, in a temporary
// folder, isolated from the user's configuration and environment.
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

// A Workspace is a temporary folder with the provider. Its methods are safe for concurrent
// use after Setenv, BuildProvider and Install.
type Workspace struct {
	root      string
	terraform string
	openTofu  bool
	env       []string
}

// New creates a workspace, and finds or downloads the Terraform CLI.
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

// Close removes the folder.
func (w *Workspace) Close() error { return os.RemoveAll(w.root) }

// Terraform returns the path of the CLI.
func (w *Workspace) Terraform() string { return w.terraform }

// IsOpenTofu reports whether the CLI is OpenTofu, whose versions differ.
func (w *Workspace) IsOpenTofu() bool { return w.openTofu }

// Root returns the path of the temporary folder.
func (w *Workspace) Root() string { return w.root }

// Setenv sets a variable for all later commands.
func (w *Workspace) Setenv(key, value string) { w.env = append(w.env, key+"="+value) }

// Environ returns the environment of the commands.
func (w *Workspace) Environ() []string { return slices.Clone(w.env) }

// Folder returns the path of a folder for a root module, and creates it if needed.
func (w *Workspace) Folder(name string) (string, error) {
	dir := filepath.Join(w.root, "modules", name)
	return dir, os.MkdirAll(dir, 0o700)
}

// Command returns a Terraform command in dir. When ctx ends, Terraform is interrupted, and
// killed if it does not exit.
func (w *Workspace) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.terraform, args...) //nolint:gosec // Running Terraform is the point.
	cmd.Dir, cmd.Env = dir, w.Environ()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	inOwnGroup(cmd)

	return cmd
}

// Run runs a Terraform command in dir and returns its standard output. Errors include its
// standard error.
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

// environ removes the variables that would configure Terraform or the provider.
func environ(inherited []string) []string {
	env := slices.DeleteFunc(slices.Clone(inherited), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "STACKONE_")
	})

	return append(env, "CHECKPOINT_DISABLE=1")
}
