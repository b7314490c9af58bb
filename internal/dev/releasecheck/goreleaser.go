package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	// goreleaserModule is the version that the release workflow runs too.
	goreleaserModule = "github.com/goreleaser/goreleaser/v2@v2.15.2"

	configFile   = ".goreleaser.yml"
	manifestFile = "terraform-registry-manifest.json"
	project      = "terraform-provider-stackone"
	repository   = "https://github.com/StackOneHQ/" + project

	// dist is the folder into which GoReleaser writes.
	dist = "dist"
)

// target is a pair of GOOS and GOARCH.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "_" + t.arch }

// targets are those of the build "usual": the common platforms of those who run
// Terraform, among which this machine must be.
func targets() []target {
	return []target{{"darwin", "arm64"}, {"linux", "amd64"}, {"linux", "arm64"}, {"windows", "amd64"}}
}

// environment makes GoReleaser leave out the build "others", and gives every git
// command a remote, as it has in a clone of the public repository. Without one
// GoReleaser ignores the commit, and with it the time that all files are to have.
func environment() []string {
	return []string{"RELEASE_CHECK=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=remote.origin.url", "GIT_CONFIG_VALUE_0=" + repository}
}

// goreleaser runs GoReleaser in the working directory.
func goreleaser(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", goreleaserModule}, args...)...) //nolint:gosec // All arguments come from this package.
	cmd.Env = append(os.Environ(), environment()...)

	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("goreleaser %s: %w\n%s", args[0], err, bytes.TrimSpace(output))
	}

	return nil
}

// release is what one run of GoReleaser made in the folder dist.
type release struct {
	version   string
	checksums string // the content of the file with the checksums of the archives
}

// archiveName is the name by which the registry finds the archive for t.
func (r release) archiveName(t target) string {
	return project + "_" + r.version + "_" + t.String() + ".zip"
}

// snapshot makes the archives for the targets, and the checksums. Nothing is signed, listed or
// published.
func snapshot(ctx context.Context) (release, error) {
	if err := goreleaser(ctx, "release", "--snapshot", "--clean", "--skip=publish,sign,sbom"); err != nil {
		return release{}, err
	}

	version, err := builtVersion(filepath.Join(dist, "metadata.json"))
	if err != nil {
		return release{}, err
	}

	sums, err := os.ReadFile(filepath.Join(dist, project+"_"+version+"_SHA256SUMS")) //nolint:gosec // The path is this package's own.

	return release{version: version, checksums: string(sums)}, err
}

// builtVersion reads the version from what GoReleaser says about its run.
func builtVersion(path string) (string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // The path is this package's own.
	if err != nil {
		return "", err
	}

	var metadata struct {
		Version string `json:"version"`
	}

	if err := json.Unmarshal(content, &metadata); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}

	if metadata.Version == "" {
		return "", fmt.Errorf("%s names no version", path)
	}

	return metadata.Version, nil
}
