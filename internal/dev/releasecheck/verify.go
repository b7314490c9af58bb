package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// maxBinary is the largest acceptable size of the provider in bytes. Every
// "terraform init" in a fresh folder downloads and unpacks it. The goal is 20 MB,
// and linux/amd64, on which most pipelines run, is held to it. The same code takes
// more room on some others, such as windows/amd64: their bound only stops a leap.
func maxBinary(t target) int {
	if t == (target{"linux", "amd64"}) {
		return 20_000_000
	}

	return 25_000_000
}

// verifyChecksums checks that the checksums cover the archives and the manifest.
func (r *release) verifyChecksums() error {
	manifest, err := os.ReadFile(manifestFile)
	if err != nil {
		return err
	}

	sums, err := os.ReadFile(r.checksums())
	if err != nil {
		return err
	}

	want := []string{sumLine(sha256.Sum256(manifest), project+"_"+r.version+"_manifest.json")}
	for t, digest := range r.digests {
		want = append(want, sumLine(digest, r.archiveName(t)))
	}

	got := strings.Split(strings.TrimSpace(string(sums)), "\n")

	slices.Sort(got)
	slices.Sort(want)

	if !slices.Equal(got, want) {
		return fmt.Errorf("the checksums are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	return nil
}

func sumLine(digest [sha256.Size]byte, name string) string {
	return hex.EncodeToString(digest[:]) + "  " + name
}

// verifyArchive checks the archive for t and returns the size of the provider
// that is in it, in bytes.
func (r *release) verifyArchive(t target) (int, error) {
	executable := project + "_v" + r.version
	if t.os == "windows" {
		executable += ".exe"
	}

	binary, err := unpack(r.archive(t), executable)
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

	switch debug, err := debugSections(binary); {
	case err != nil:
		problems = append(problems, err)
	case len(debug) > 0:
		problems = append(problems, fmt.Errorf("it is not stripped: it has the sections %q", debug))
	}

	if most := maxBinary(t); len(binary) > most {
		problems = append(problems, fmt.Errorf("it has %d bytes, more than %d", len(binary), most))
	}

	return errors.Join(problems...)
}

// debugSections lists the sections of an executable that only a debugger reads.
func debugSections(binary []byte) ([]string, error) {
	var names []string

	file := bytes.NewReader(binary)

	if f, err := elf.NewFile(file); err == nil {
		for _, s := range f.Sections {
			names = append(names, s.Name)
		}
	} else if f, err := macho.NewFile(file); err == nil {
		for _, s := range f.Sections {
			names = append(names, s.Name)
		}
	} else if f, err := pe.NewFile(file); err == nil {
		for _, s := range f.Sections {
			// The linker always makes this one, for Windows without a content of use.
			if s.Name != symbols {
				names = append(names, s.Name)
			}
		}
	} else {
		return nil, errors.New("it is no executable of a known format")
	}

	return slices.DeleteFunc(names, func(name string) bool {
		return name != symbols && !strings.Contains(name, "debug_")
	}), nil
}

// symbols is the section with the names of an executable's functions.
const symbols = ".symtab"
