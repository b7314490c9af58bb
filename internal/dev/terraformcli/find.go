package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

// minimumVersion is the oldest Terraform that Find installs. Ephemeral
// resources need 1.10, write-only arguments 1.11.
const minimumVersion = "1.11.0"

// pathVariable names the Terraform CLI to use, by the name that the library for
// acceptance tests has for it, so that all tests run the same one.
const pathVariable = "TF_ACC_TERRAFORM_PATH"

// hostVariable names the registry in which the library for acceptance tests
// looks for the provider. Without it the library takes Terraform's.
const hostVariable = "TF_ACC_PROVIDER_HOST"

// Find returns the path of a Terraform CLI: the one that TF_ACC_TERRAFORM_PATH
// names, else terraform on PATH, else tofu on PATH, else a Terraform that it
// downloads into installDir. The folder is made if it does not exist, and only
// when a download is needed.
func Find(ctx context.Context, installDir string) (string, error) {
	path, err := present(os.Getenv(pathVariable))
	if err != nil || path != "" {
		return path, err
	}

	path, err = download(ctx, installDir)
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform could not be downloaded: %w", err)
	}

	return path, nil
}

// present returns the path of a CLI that is on this machine already, or nothing.
func present(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s: %w", pathVariable, err)
		}
		// Commands run in other folders.
		return filepath.Abs(path)
	}

	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}

		if !errors.Is(err, exec.ErrNotFound) {
			return "", fmt.Errorf("looking for %s on PATH: %w", name, err)
		}
	}

	return "", nil
}

// isOpenTofu asks the CLI at path for its name: the file may have any.
func isOpenTofu(ctx context.Context, path string, env []string) (bool, error) {
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = env

	out, err := cmd.Output()
	if err != nil {
		return false, fmt.Errorf("asking %s for its version: %w", path, err)
	}

	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "OpenTofu v") {
			return true, nil
		}
	}

	return false, nil
}

// PrepareTests sets the variables by which the library for acceptance tests runs
// the OpenTofu that Find would find, with the provider from OpenTofu's registry. It
// does nothing for Terraform, which the library takes by itself. It is for
// TestMain, with os.Getenv and os.Setenv.
func PrepareTests(ctx context.Context, getenv func(string) string, setenv func(name, value string) error) error {
	path, err := present(getenv(pathVariable))
	if err != nil || path == "" {
		return err
	}

	openTofu, err := isOpenTofu(ctx, path, environ(os.Environ(), map[string]string{"CHECKPOINT_DISABLE": "1"}))
	if err != nil || !openTofu {
		return err
	}

	if err := setenv(pathVariable, path); err != nil || getenv(hostVariable) != "" {
		return err
	}

	return setenv(hostVariable, openTofuHost)
}

func download(ctx context.Context, dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}

	atLeast, err := version.NewConstraint(">= " + minimumVersion)
	if err != nil {
		return "", err
	}

	return install.NewInstaller().Ensure(ctx, []src.Source{
		&releases.LatestVersion{
			Product:     product.Terraform,
			Constraints: atLeast,
			InstallDir:  dir,
		},
	})
}
