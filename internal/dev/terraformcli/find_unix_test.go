//go:build unix

package terraformcli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// TestMain lets this program stand for a CLI: see fakeCLI.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Printf("a line of a wrapper\n%s\non linux_amd64\n", filepath.Base(filepath.Dir(os.Args[0])))
		return
	}

	os.Exit(m.Run())
}

// fakeCLI is a CLI that prints a version. It is a link to this program in a folder
// of that name: what a test has just written cannot be run while others fork.
func fakeCLI(t *testing.T, name, version string) string {
	t.Helper()

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(t.TempDir(), version, name)
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}

	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}

	return path
}

// What a CLI is, it says itself: packages, wrappers and people rename the file.
func TestIsOpenTofuByWhatItPrints(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		name, version string
		want          bool
	}{
		{"tofu", "OpenTofu v1.12.6", true},
		{"terraform", "OpenTofu v1.9.0", true},
		{"terraform-1.16", "Terraform v1.16.0-rc2", false},
		{"tofu", "Terraform v1.11.4", false},
	} {
		path := fakeCLI(t, test.name, test.version)
		if got, err := isOpenTofu(t.Context(), path, os.Environ()); err != nil || got != test.want {
			t.Errorf("%s that prints %q: %t, %v", test.name, test.version, got, err)
		}
	}

	if _, err := isOpenTofu(t.Context(), filepath.Join(t.TempDir(), "gone"), nil); err == nil {
		t.Error("a CLI that does not exist has no error")
	}
}

func TestPrepareTests(t *testing.T) {
	t.Parallel()

	tofu, terraform := fakeCLI(t, "any", "OpenTofu v1.12.6"), fakeCLI(t, "tofu", "Terraform v1.11.4")

	for name, test := range map[string]struct{ set, want map[string]string }{
		"OpenTofu":            {map[string]string{pathVariable: tofu}, map[string]string{pathVariable: tofu, hostVariable: "registry.opentofu.org"}},
		"another registry":    {map[string]string{pathVariable: tofu, hostVariable: "example.com"}, map[string]string{pathVariable: tofu, hostVariable: "example.com"}},
		"Terraform as it was": {map[string]string{pathVariable: terraform}, map[string]string{pathVariable: terraform}},
	} {
		env := maps.Clone(test.set)

		err := PrepareTests(t.Context(), func(name string) string { return env[name] }, func(name, value string) error {
			env[name] = value
			return nil
		})
		if err != nil || !maps.Equal(env, test.want) {
			t.Errorf("%s: %v, %v, want %v", name, env, err, test.want)
		}
	}

	err := PrepareTests(t.Context(), func(string) string { return "no-such-cli" }, func(string, string) error { return nil })
	if err == nil {
		t.Error("a named CLI that does not exist has no error")
	}
}
