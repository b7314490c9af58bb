package main

import (
	"bytes"
	"context"
	"crypto/sha256"
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
)

// gitEnvironment gives every git command a remote, as it has in a clone of the
// public repository. Without one GoReleaser ignores the commit, and with it the
// time that all files are to have.
func gitEnvironment() []string {
	return []string{"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=remote.origin.url", "GIT_CONFIG_VALUE_0=" + repository}
}

// goreleaser runs GoReleaser in the working directory.
func goreleaser(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", goreleaserModule}, args...)...) //nolint:gosec // All arguments come from this package.
	cmd.Env = append(os.Environ(), gitEnvironment()...)

	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("goreleaser %s: %w\n%s", args[0], err, bytes.TrimSpace(output))
	}

	return nil
}

// release is what one run of GoReleaser made.
type release struct {
	dist    string
	version string
	digests map[target][sha256.Size]byte // of the archives
}

// archiveName is the name by which the registry finds the archive for t.
func (r *release) archiveName(t target) string {
	return project + "_" + r.version + "_" + t.String() + ".zip"
}

func (r *release) archive(t target) string { return filepath.Join(r.dist, r.archiveName(t)) }

func (r *release) checksums() string {
	return filepath.Join(r.dist, project+"_"+r.version+"_SHA256SUMS")
}

// snapshot makes the archives for some targets, and the checksums, in the
// folder dir. Nothing is signed, listed or published.
func snapshot(ctx context.Context, dir string, targets []target) (*release, error) {
	full, err := os.ReadFile(configFile)
	if err != nil {
		return nil, err
	}

	r := &release{dist: filepath.Join(dir, "dist"), digests: map[target][sha256.Size]byte{}}

	config, err := narrow(full, targets, r.dist)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", configFile, err)
	}

	path := filepath.Join(dir, "goreleaser.yml")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}

	if err := os.WriteFile(path, config, 0o600); err != nil { //nolint:gosec // The folder is one that run has made.
		return nil, err
	}

	if err := goreleaser(ctx, "release", "--config="+path, "--snapshot", "--skip=publish,sign,sbom"); err != nil {
		return nil, err
	}

	if r.version, err = builtVersion(filepath.Join(r.dist, "metadata.json")); err != nil {
		return nil, err
	}

	for _, t := range targets {
		content, err := os.ReadFile(r.archive(t))
		if err != nil {
			return nil, err
		}

		r.digests[t] = sha256.Sum256(content)
	}

	return r, nil
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
