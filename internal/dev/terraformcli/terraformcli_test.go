package terraformcli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEnvironDropsWhatWouldChangeTheRun(t *testing.T) {
	t.Parallel()

	inherited := []string{"PATH=/bin", "TF_LOG=TRACE", "TF_CLI_ARGS=-no-color", "TF_VAR_region=eu", "STACKONE_API_KEY=of-someone"}
	if got, want := environ(inherited), []string{"PATH=/bin", "CHECKPOINT_DISABLE=1"}; !slices.Equal(got, want) {
		t.Errorf("environ() = %q, want %q", got, want)
	}
}

func TestFindFailsForANamedCLIThatDoesNotExist(t *testing.T) {
	t.Parallel()

	if path, err := find(t.Context(), "no-such-cli", t.TempDir()); err == nil || !strings.Contains(err.Error(), pathVariable) {
		t.Errorf("find() = %q, %v", path, err)
	}
}

// Terraform does not start a provider during init, so any file will do.
func TestTerraformInstallsTheProvider(t *testing.T) {
	t.Parallel()

	w, err := New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	dir, err := w.Folder("example")
	if err != nil {
		t.Fatal(err)
	}

	config := "terraform {\n  required_providers {\n    stackone = { source = \"stackonehq/stackone\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	if _, err := w.Run(t.Context(), dir, "init", "-no-color"); err == nil || !strings.Contains(err.Error(), source) {
		t.Errorf("init with an empty mirror: %v", err)
	}

	if err := w.Install(filepath.Join(dir, "main.tf")); err != nil {
		t.Fatal(err)
	}

	if _, err := w.Run(t.Context(), dir, "init", "-no-color"); err != nil {
		t.Error(err)
	}
}
