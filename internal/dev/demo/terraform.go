package main

import (
	"context"
	"errors"
	"io"
	"os/exec"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

// terraform is what the demo needs of a terraformcli.Workspace.
type terraform interface {
	// BuildProvider builds the provider and installs it.
	BuildProvider(ctx context.Context) (string, error)
	// Setenv sets a variable for the commands that follow.
	Setenv(key, value string)
	// Environ is the environment of the commands.
	Environ() []string
	// Folder makes a folder for a root module.
	Folder(name string) (string, error)
	// Root is the folder with everything in it.
	Root() string
	// Terraform is the path of the command.
	Terraform() string
	// Exec runs Terraform in dir and returns its exit code. What it writes goes
	// to out. The error is for a Terraform that could not be run to its end.
	Exec(ctx context.Context, dir string, out io.Writer, args ...string) (int, error)
	// Close removes the root folder.
	Close() error
}

// workspace is the real terraform.
type workspace struct{ *terraformcli.Workspace }

func (w workspace) Exec(ctx context.Context, dir string, out io.Writer, args ...string) (int, error) {
	cmd := w.Command(ctx, dir, args...)
	cmd.Stdout, cmd.Stderr = out, out
	err := cmd.Run()

	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}

	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}

	return 0, err
}
