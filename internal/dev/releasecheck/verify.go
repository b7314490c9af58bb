package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxBinary is the largest acceptable size of the provider in bytes. Every
// "terraform init" in a fresh folder downloads and unpacks it. The goal is 20 MB,
// and linux/amd64, on which most pipelines run, is held to it. The same code takes
// more room on some others, such as windows/amd64: their bound only stops a leap.
// On linux/amd64 it stops a provider that is not stripped as well.
func maxBinary(t target) int {
	if t == (target{"linux", "amd64"}) {
		return 20_000_000
	}

	return 25_000_000
}

// verifyChecksums checks that the checksums cover the archives and the manifest,
// and nothing else.
func (r release) verifyChecksums() error {
	manifest, err := sumLine(manifestFile, project+"_"+r.version+"_manifest.json")
	if err != nil {
		return err
	}

	want := []string{manifest}

	for _, t := range targets() {
		line, err := sumLine(filepath.Join(dist, r.archiveName(t)), r.archiveName(t))
		if err != nil {
			return err
		}

		want = append(want, line)
	}

	got := strings.Split(strings.TrimSpace(r.checksums), "\n")

	slices.Sort(got)
	slices.Sort(want)

	if !slices.Equal(got, want) {
		return fmt.Errorf("the checksums are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	return nil
}

// sumLine is the line of the checksums for the file at path under a name.
func sumLine(path, name string) (string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // The path is this package's own.
	return fmt.Sprintf("%x  %s", sha256.Sum256(content), name), err
}

// verifyArchive checks the archive for t and returns the size of the provider
// that is in it, in bytes.
func (r release) verifyArchive(t target) (int, error) {
	executable := project + "_v" + r.version
	if t.os == "windows" {
		executable += ".exe"
	}

	binary, err := unpack(filepath.Join(dist, r.archiveName(t)), executable)
	if err != nil {
		return 0, err
	}

	return len(binary), verifyBinary(binary, t)
}

// unpack reads the executable out of an archive, in which there must be nothing
// else but the licence.
func unpack(path, executable string) (_ []byte, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()

	names := make([]string, 0, len(archive.File))
	for _, f := range archive.File {
		names = append(names, f.Name)
	}

	slices.Sort(names)

	if want := []string{"LICENSE", executable}; !slices.Equal(names, want) {
		return nil, fmt.Errorf("it holds %q, not %q", names, want)
	}

	file, err := archive.Open(executable)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()

	info, err := file.Stat()
	if err != nil {
		return nil, err
	}

	// Windows has no such permission; there the archive's does not matter.
	if info.Mode().Perm()&0o111 != 0o111 {
		return nil, fmt.Errorf("the provider in it has the mode %v, so not everybody may run it", info.Mode())
	}

	return io.ReadAll(file)
}

// verifyBinary checks how the provider was built, and for what.
func verifyBinary(binary []byte, t target) error {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return err
	}

	built := make(map[string]string, len(info.Settings))
	for _, s := range info.Settings {
		built[s.Key] = s.Value
	}

	var problems []error

	want := []struct{ key, value string }{
		{"GOOS", t.os},
		{"GOARCH", t.arch},
		{"CGO_ENABLED", "0"},
		{"-trimpath", "true"},
	}
	for _, w := range want {
		if built[w.key] != w.value {
			problems = append(problems, fmt.Errorf("it was built with %s=%s, not %s", w.key, built[w.key], w.value))
		}
	}

	if maximum := maxBinary(t); len(binary) > maximum {
		problems = append(problems, fmt.Errorf("it has %d bytes, more than %d", len(binary), maximum))
	}

	return errors.Join(problems...)
}
