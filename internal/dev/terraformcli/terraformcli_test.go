package terraformcli

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestEnvironDropsWhatWouldChangeTheRun(t *testing.T) {
	t.Parallel()

	inherited := []string{
		"PATH=/bin", "HOME=/home/x", "TF_LOG=TRACE", "TF_CLI_ARGS=-no-color", "TF_WORKSPACE=prod",
		"TF_VAR_region=eu", "STACKONE_API_KEY=someone-s-key", "CHECKPOINT_DISABLE=0",
	}
	got := environ(inherited, map[string]string{"CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"})

	want := []string{"PATH=/bin", "HOME=/home/x", "CHECKPOINT_DISABLE=1", "TF_INPUT=0"}
	if !slices.Equal(got, want) {
		t.Errorf("environ() = %q, want %q", got, want)
	}

	if inherited[2] != "TF_LOG=TRACE" {
		t.Error("environ() changed its argument")
	}
}

// Whoever names a CLI gets that one, or an error: not another one silently.
func TestPresentIsTheOneThatIsNamed(t *testing.T) {
	t.Parallel()

	named := filepath.Join(t.TempDir(), executable("tofu"))
	if err := os.WriteFile(named, []byte("a CLI"), 0o755); err != nil {
		t.Fatal(err)
	}

	if got, err := present(named); err != nil || got != named {
		t.Errorf("present(%q) = %q, %v", named, got, err)
	}

	if got, err := present(named + "-gone"); err == nil || !strings.Contains(err.Error(), pathVariable) {
		t.Errorf("a CLI that does not exist: %q, %v", got, err)
	}
}

// Terraform does not start a provider during init, so any file will do.
func TestTerraformFindsTheInstalledProvider(t *testing.T) {
	t.Parallel()
	ctx := t.Context()

	w, err := New(ctx)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}

		if _, err := os.Stat(w.Root()); !os.IsNotExist(err) {
			t.Errorf("the folder is still there after Close: %v", err)
		}
	})

	binary := filepath.Join(w.Root(), "provider")
	if err := os.WriteFile(binary, []byte("a provider"), 0o755); err != nil {
		t.Fatal(err)
	}

	if err := w.InstallProvider(binary); err != nil {
		t.Fatal(err)
	}
	// A second installation replaces the first.
	if err := w.InstallProvider(binary); err != nil {
		t.Fatal(err)
	}

	dir, err := w.Folder("example")
	if err != nil {
		t.Fatal(err)
	}

	config := `terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}
`
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	if _, err := w.Run(ctx, dir, "init", "-no-color"); err != nil {
		t.Fatal(err)
	}

	lock, err := os.ReadFile(filepath.Join(dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}

	if !strings.Contains(string(lock), `/stackonehq/stackone"`) || !strings.Contains(string(lock), `"`+Version+`"`) {
		t.Errorf("the lock file does not name the provider in version %s:\n%s", Version, lock)
	}
}

func TestRunReportsWhatTerraformSaid(t *testing.T) {
	t.Parallel()

	w, err := New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	dir, err := w.Folder("empty")
	if err != nil {
		t.Fatal(err)
	}

	_, err = w.Run(t.Context(), dir, "plan", "-no-color")
	if err == nil || !strings.Contains(err.Error(), "No configuration files") {
		t.Errorf("Run() of a plan without configuration: %v", err)
	}
}

func TestTerraformInstallsAnArchive(t *testing.T) {
	t.Parallel()
	ctx := t.Context()

	w, err := New(ctx)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	var content bytes.Buffer

	archive := zip.NewWriter(&content)

	file, err := archive.Create(executable("terraform-provider-stackone_v1.2.3"))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := file.Write([]byte("a provider")); err != nil {
		t.Fatal(err)
	}

	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}

	path := filepath.Join(w.Root(), "terraform-provider-stackone_1.2.3_"+runtime.GOOS+"_"+runtime.GOARCH+".zip")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}

	if err := w.InstallArchive(path); err != nil {
		t.Fatal(err)
	}

	dir, err := w.Folder("archive")
	if err != nil {
		t.Fatal(err)
	}

	config := `terraform {
  required_providers {
    stackone = {
      source  = "stackonehq/stackone"
      version = "1.2.3"
    }
  }
}
`
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	if _, err := w.Run(ctx, dir, "init", "-no-color"); err != nil {
		t.Fatal(err)
	}

	unpacked, err := filepath.Glob(filepath.Join(dir, ".terraform", "providers", "*", "stackonehq", "stackone", "1.2.3", "*", "terraform-provider-*"))
	if err != nil || len(unpacked) != 1 {
		t.Errorf("Terraform unpacked %q (%v), want one provider", unpacked, err)
	}
}
