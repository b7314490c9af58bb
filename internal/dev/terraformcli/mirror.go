package terraformcli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// The provider as the mirror offers it.
const (
	// Version is the version under which the provider is installed.
	Version = "0.0.1"

	namespace = "stackonehq"
	typeName  = "stackone"

	openTofuHost = "registry.opentofu.org"

	mainPackage = "github.com/StackOneHQ/terraform-provider-stackone"
)

// hosts are the registries under which Terraform and OpenTofu look for the
// source address "stackonehq/stackone".
func hosts() []string { return []string{"registry.terraform.io", openTofuHost} }

func (w *Workspace) mirror() string { return filepath.Join(w.root, "mirror") }

// cliConfig is a CLI configuration that takes this provider from the mirror and
// every other one from where Terraform takes it by default.
func cliConfig(mirror string) string {
	addresses := make([]string, 0, len(hosts()))
	for _, host := range hosts() {
		addresses = append(addresses, fmt.Sprintf("%q", host+"/"+namespace+"/"+typeName))
	}

	ours := strings.Join(addresses, ", ")

	return fmt.Sprintf(`disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = %q
    include = [%s]
  }
  direct {
    exclude = [%s]
  }
}
`, filepath.ToSlash(mirror), ours, ours)
}

// BuildProvider builds the provider from the module that the working directory
// is in, stripped as a release is, and installs it. It needs the go command.
// It returns the path of the binary.
func (w *Workspace) BuildProvider(ctx context.Context) (string, error) {
	if err := touchMain(ctx); err != nil {
		return "", err
	}

	binary := filepath.Join(w.root, "build", executable("terraform-provider-"+typeName))
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", //nolint:gosec // The folder is the workspace's.
		"-ldflags=-s -w -X main.version="+Version, "-o", binary, mainPackage)

	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, bytes.TrimSpace(output))
	}

	return binary, w.InstallProvider(binary)
}

// touchMain reads the source of package main. Go caches the results of tests by
// what they read, and does not see what a command that they run reads.
func touchMain(ctx context.Context) error {
	output, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", mainPackage).Output()
	if err != nil {
		return fmt.Errorf("finding the provider's module: %w", err)
	}

	_, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(output)), "main.go"))

	return err
}

// InstallProvider puts the executable at path into the mirror as the provider.
// A folder that was initialised with another one must be initialised anew,
// because Terraform locks the checksum.
func (w *Workspace) InstallProvider(path string) error {
	return w.install(path, filepath.Join(Version, runtime.GOOS+"_"+runtime.GOARCH, executable("terraform-provider-"+typeName+"_v"+Version)))
}

// InstallArchive puts the zip of a release at path into the mirror, where
// Terraform unpacks it. Its name must be the one that a release has, such as
// terraform-provider-stackone_1.2.3_linux_amd64.zip: Terraform reads the version
// and the platform from it.
func (w *Workspace) InstallArchive(path string) error { return w.install(path, filepath.Base(path)) }

// install copies the file at path into the mirror, under a name for each host.
func (w *Workspace) install(path, name string) error {
	content, err := os.ReadFile(path) //nolint:gosec // The caller's executable.
	if err != nil {
		return fmt.Errorf("installing the provider: %w", err)
	}

	for _, host := range hosts() {
		target := filepath.Join(w.mirror(), host, namespace, typeName, name)
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
