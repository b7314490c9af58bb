package terraformcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

// minimumVersion is the oldest Terraform that Find installs. Ephemeral
// resources need 1.10, write-only arguments 1.11.
const minimumVersion = "1.11.0"

// Find returns the path of a Terraform CLI: terraform on PATH, else tofu on
// PATH, else a Terraform that it downloads into installDir. The folder is made
// if it does not exist, and only when a download is needed.
func Find(ctx context.Context, installDir string) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			return "", fmt.Errorf("looking for %s on PATH: %w", name, err)
		}
	}

	path, err := download(ctx, installDir)
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on PATH, and Terraform could not be downloaded: %w", err)
	}
	return path, nil
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
