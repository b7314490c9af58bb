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
	"strings"

	"github.com/hashicorp/go-version"
	install "github.com/hashicorp/hc-install"
	"github.com/hashicorp/hc-install/fs"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/hc-install/src"
)

const (
	// The variables with which terraform-plugin-testing selects a CLI and the provider's registry.
	pathVariable = "TF_ACC_TERRAFORM_PATH"
	hostVariable = "TF_ACC_PROVIDER_HOST"

	terraformHost = "registry.terraform.io"
	openTofuHost  = "registry.opentofu.org"
	source        = "stackonehq/stackone"

	project     = "terraform-provider-stackone"
	mainPackage = "github.com/StackOneHQ/" + project
	devVersion  = "0.1.0"
)

// find returns the path of a CLI: the named one, or terraform or tofu on PATH, or a
// download, unless downloads is empty.
func find(ctx context.Context, named, downloads string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s: %w", pathVariable, err)
		}

		return filepath.Abs(path)
	}

	sources := []src.Source{
		&fs.AnyVersion{Product: &product.Terraform},
		&fs.AnyVersion{Product: &product.Product{Name: "tofu", BinaryName: func() string { return executable("tofu") }}},
	}

	if downloads != "" {
		// The examples use write-only arguments.
		atLeast := version.MustConstraints(version.NewConstraint(">= 1.11.0"))
		sources = append(sources, &releases.LatestVersion{Product: product.Terraform, Constraints: atLeast, InstallDir: downloads})
	}

	path, err := install.NewInstaller().Ensure(ctx, sources)
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on PATH: %w", err)
	}

	return path, nil
}

// isOpenTofu runs the CLI, since its file may be renamed.
func isOpenTofu(ctx context.Context, path string) (bool, error) {
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = environ(os.Environ())
	out, err := cmd.Output()

	return strings.Contains("\n"+string(out), "\nOpenTofu v"), err
}

// PrepareTests makes terraform-plugin-testing run the same OpenTofu as New. It does nothing
// for Terraform or a broken CLI, which the library handles. Call it in TestMain with
// os.Getenv and os.Setenv.
func PrepareTests(ctx context.Context, getenv func(string) string, setenv func(name, value string) error) error {
	path, _ := find(ctx, getenv(pathVariable), "")
	if openTofu, _ := isOpenTofu(ctx, path); !openTofu {
		return nil
	}

	return errors.Join(setenv(pathVariable, path), setenv(hostVariable, cmp.Or(getenv(hostVariable), openTofuHost)))
}

// cliConfig installs this provider from the mirror and all others from their registry.
func cliConfig(mirror string) string {
	ours := fmt.Sprintf("[%q, %q]", terraformHost+"/"+source, openTofuHost+"/"+source)

	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = %s
  }
  direct {
    exclude = %s
  }
}
`, filepath.ToSlash(mirror), ours, ours)
}

// BuildProvider builds and installs the provider of the working directory's module, and
// returns the path of the binary.
func (w *Workspace) BuildProvider(ctx context.Context) (string, error) {
	// The go command caches test results by the files that the test itself reads.
	dir, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", mainPackage).Output()
	if err != nil {
		return "", fmt.Errorf("finding the provider's module: %w", err)
	}

	if _, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "main.go")); err != nil {
		return "", err
	}

	binary := filepath.Join(w.root, executable(project))
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", //nolint:gosec // The folder is the workspace's.
		"-ldflags=-s -w -X main.version="+devVersion, "-o", binary, mainPackage)

	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}

	return binary, w.Install(binary)
}

// Install copies an executable, or the zip archive of a release, into the mirror. The
// archive's name determines version and platform. Terraform locks the checksum, so run init
// again in existing folders.
func (w *Workspace) Install(path string) error {
	content, err := os.ReadFile(path) //nolint:gosec // The caller's executable.
	if err != nil {
		return fmt.Errorf("installing the provider: %w", err)
	}

	name := filepath.Base(path)
	if filepath.Ext(path) != ".zip" {
		name = filepath.Join(devVersion, runtime.GOOS+"_"+runtime.GOARCH, executable(project+"_v"+devVersion))
	}

	for _, host := range []string{terraformHost, openTofuHost} {
		target := filepath.Join(w.root, "mirror", host, source, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}

		if err := os.WriteFile(target, content, 0o700); err != nil { //nolint:gosec // An executable in the workspace.
			return err
		}
	}

	return nil
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}

	return name
}
