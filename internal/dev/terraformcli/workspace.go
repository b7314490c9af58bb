// Package terraformcli runs a real Terraform with a build of this provider, in a temporary
// folder, isolated from the user's configuration and environment.
package terraformcli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	// The variables with which terraform-plugin-testing selects a CLI and the provider's registry.
	pathVariable = "TF_ACC_TERRAFORM_PATH"
	hostVariable = "TF_ACC_PROVIDER_HOST"
	openTofuHost = "registry.opentofu.org"

	project = "terraform-provider-stackone"
	module  = "github.com/StackOneHQ/" + project
	version = "0.1.0"
)

// A Workspace is a temporary folder with the provider. Its methods are safe for concurrent
// use after Setenv, BuildProvider and Install.
type Workspace struct {
	root      string
	terraform string
	host      string // the registry where the CLI looks for the provider
	env       []string
}

// New creates a workspace, and finds or downloads the Terraform CLI. Its commands inherit no
// variable that would configure Terraform or the provider.
func New(ctx context.Context) (*Workspace, error) {
	root, err := os.MkdirTemp("", project+"-")
	if err != nil {
		return nil, err
	}

	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "STACKONE_") })
	cli, host, err := find(ctx, env, os.Getenv(pathVariable), root)
	config := filepath.Join(root, "terraform.tfrc")
	w := &Workspace{root, cli, host, append(env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0")}
	install := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n  direct {\n    exclude = [%q]\n  }\n}\n",
		filepath.ToSlash(filepath.Join(root, "mirror")), host+"/stackonehq/stackone")

	if err := errors.Join(err, os.WriteFile(config, []byte(install), 0o600)); err != nil {
		return nil, fmt.Errorf("preparing the Terraform workspace: %w", errors.Join(err, w.Close()))
	}

	return w, nil
}

// Close removes the folder.
func (w *Workspace) Close() error { return os.RemoveAll(w.root) }

// Terraform returns the path of the CLI.
func (w *Workspace) Terraform() string { return w.terraform }

// IsOpenTofu reports whether the CLI is OpenTofu, whose versions differ.
func (w *Workspace) IsOpenTofu() bool { return w.host == openTofuHost }

// Root returns the path of the temporary folder.
func (w *Workspace) Root() string { return w.root }

// Setenv sets a variable for all later commands.
func (w *Workspace) Setenv(key, value string) { w.env = append(w.env, key+"="+value) }

// Environ returns the environment of the commands.
func (w *Workspace) Environ() []string { return slices.Clone(w.env) }

// Command returns a Terraform command in dir. When ctx ends, Terraform is interrupted, and
// killed if it does not exit.
func (w *Workspace) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.terraform, args...) //nolint:gosec // Running Terraform is the point.
	cmd.Dir, cmd.Env, cmd.SysProcAttr = dir, w.Environ(), ownGroup()
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second

	return cmd
}

// BuildProvider builds and installs the provider of the working directory's module, and
// returns the path of the binary.
func (w *Workspace) BuildProvider(ctx context.Context) (string, error) {
	// The go command caches test results by the files that the test itself looks at.
	source, _ := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}/main.go", module).Output()
	_, _ = os.Stat(strings.TrimSpace(string(source)))

	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w -X main.version="+version, "-o", w.root, module) //nolint:gosec // The folder is the workspace's.

	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}

	binary, err := exec.LookPath(filepath.Join(w.root, project)) // with .exe on Windows

	return binary, errors.Join(err, w.Install(binary))
}

// Install copies an executable, or the zip archive of a release, into the mirror. The
// archive's name determines version and platform. Terraform locks the checksum, so run init
// again in existing folders.
func (w *Workspace) Install(path string) error {
	name := filepath.Base(path)
	if extension := filepath.Ext(path); extension != ".zip" {
		name = filepath.Join(version, runtime.GOOS+"_"+runtime.GOARCH, project+"_v"+version)
		if extension == ".exe" {
			name += extension
		}
	}

	content, err := os.ReadFile(path) //nolint:gosec // The caller's executable.
	target := filepath.Join(w.root, "mirror", w.host, "stackonehq", "stackone", name)

	return errors.Join(err, os.MkdirAll(filepath.Dir(target), 0o700), os.WriteFile(target, content, 0o700)) //nolint:gosec // An executable in the workspace.
}

// find returns the path of a CLI, and its registry: the named CLI, or terraform or tofu on
// PATH, or a download, unless downloads is empty.
func find(ctx context.Context, env []string, named, downloads string) (path, host string, err error) {
	path, err = exec.LookPath(cmp.Or(named, "terraform"))
	if err != nil && named == "" {
		if path, err = exec.LookPath("tofu"); err != nil && downloads != "" {
			path, err = (&releases.LatestVersion{Product: product.Terraform, InstallDir: downloads}).Install(ctx)
		}
	}

	if err != nil {
		return "", "", fmt.Errorf("looking for %s, or for terraform or tofu on PATH: %w", pathVariable, err)
	}

	// The file may be renamed.
	cmd := exec.CommandContext(ctx, path, "version") //nolint:gosec // The user may name the CLI.
	cmd.Env = env
	out, err := cmd.Output()
	path, errPath := filepath.Abs(path)

	host = "registry.terraform.io"
	if strings.Contains("\n"+string(out), "\nOpenTofu v") {
		host = openTofuHost
	}

	return path, host, errors.Join(err, errPath)
}

// PrepareTests makes terraform-plugin-testing run the same OpenTofu as New. It does nothing
// for Terraform or a broken CLI, which the library handles. Call it in TestMain with
// os.Getenv and os.Setenv.
func PrepareTests(ctx context.Context, getenv func(string) string, setenv func(name, value string) error) error {
	if path, host, _ := find(ctx, nil, getenv(pathVariable), ""); host == openTofuHost {
		return errors.Join(setenv(pathVariable, path), setenv(hostVariable, cmp.Or(getenv(hostVariable), openTofuHost)))
	}

	return nil
}
