package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// program builds a small program and returns its bytes.
func program(t *testing.T, on target, flags ...string) []byte {
	t.Helper()

	dir := t.TempDir()
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")

	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, flags...), "-o", out, source)...)

	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+on.os, "GOARCH="+on.arch)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}

	return content
}

func TestVerifyBinary(t *testing.T) {
	t.Parallel()

	host := target{runtime.GOOS, runtime.GOARCH}
	good := program(t, host, "-trimpath", "-ldflags=-s -w")

	if err := verifyBinary(good, host); err != nil {
		t.Errorf("a stripped program: %v", err)
	}

	tests := map[string]struct {
		binary  []byte
		target  target
		problem string
	}{
		"another target": {good, target{"plan9", "mips"}, "GOARCH=" + runtime.GOARCH + ", not mips"},
		"paths left in":  {program(t, host, "-ldflags=-s -w"), host, "-trimpath=, not true"},
		"too large":      {append(bytes.Clone(good), make([]byte, maxBinary(host))...), host, fmt.Sprint("more than ", maxBinary(host))},
		"not a program":  {[]byte("#!/bin/sh\n"), host, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			err := verifyBinary(test.binary, test.target)
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("verifyBinary() = %v, want an error with %q", err, test.problem)
			}
		})
	}
}

func TestMaxBinary(t *testing.T) {
	t.Parallel()

	if got := maxBinary(target{"linux", "amd64"}); got != 20_000_000 {
		t.Errorf("linux/amd64 may have %d bytes", got)
	}

	if got := maxBinary(target{"windows", "amd64"}); got != 25_000_000 {
		t.Errorf("windows/amd64 may have %d bytes", got)
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()

	type file struct {
		name string
		mode fs.FileMode
	}

	tests := map[string]struct {
		files   []file
		problem string
	}{
		"complete":         {[]file{{"provider", 0o755}, {"LICENSE", 0o644}}, ""},
		"without licence":  {[]file{{"provider", 0o755}}, "LICENSE"},
		"with another":     {[]file{{"provider", 0o755}, {"LICENSE", 0o644}, {"key.pem", 0o600}}, "key.pem"},
		"not executable":   {[]file{{"provider", 0o644}, {"LICENSE", 0o644}}, "mode"},
		"another provider": {[]file{{"terraform-provider-other", 0o755}, {"LICENSE", 0o644}}, "terraform-provider-other"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var buffer bytes.Buffer

			w := zip.NewWriter(&buffer)

			for _, f := range test.files {
				header := &zip.FileHeader{Name: f.name}
				header.SetMode(f.mode)

				content, err := w.CreateHeader(header)
				if err != nil {
					t.Fatal(err)
				}

				if _, err := content.Write([]byte("content of " + f.name)); err != nil {
					t.Fatal(err)
				}
			}

			if err := w.Close(); err != nil {
				t.Fatal(err)
			}

			path := filepath.Join(t.TempDir(), "archive.zip")
			if err := os.WriteFile(path, buffer.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}

			got, err := unpack(path, "provider")

			switch {
			case test.problem == "" && (err != nil || string(got) != "content of provider"):
				t.Errorf("unpack() = %q, %v", got, err)
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("unpack() = %v, want an error with %q", err, test.problem)
			}
		})
	}
}
