package terraformcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindFailsForANamedCLIThatDoesNotExist(t *testing.T) {
	t.Parallel()

	if path, _, err := find(t.Context(), nil, "no-such-cli", t.TempDir()); err == nil || !strings.Contains(err.Error(), pathVariable) {
		t.Errorf("find() = %q, %v", path, err)
	}
}

// Terraform does not start a provider during init, so any file will do.
func TestTerraformInstallsTheProvider(t *testing.T) {
	t.Setenv("TF_LOG", "inherited")
	t.Setenv("TF_CLI_ARGS", "inherited")
	t.Setenv("TF_VAR_region", "inherited")
	t.Setenv("STACKONE_API_KEY", "inherited")

	w, err := New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	if env := strings.Join(w.Environ(), "\n"); strings.Contains(env, "inherited") || !strings.Contains(env, "\nCHECKPOINT_DISABLE=1\n") {
		t.Errorf("the environment is\n%s", env)
	}

	init := func() string {
		out, err := w.Command(t.Context(), w.Root(), "init", "-no-color").CombinedOutput()
		if err != nil {
			return string(out)
		}

		return ""
	}

	main := filepath.Join(w.Root(), "main.tf")
	if err := os.WriteFile(main, []byte("terraform {\n  required_providers {\n    stackone = { source = \"stackonehq/stackone\" }\n  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	if problem := init(); !strings.Contains(problem, "stackonehq/stackone") {
		t.Errorf("init with an empty mirror: %q", problem)
	}

	if err := w.Install(main); err != nil {
		t.Fatal(err)
	}

	if problem := init(); problem != "" {
		t.Error(problem)
	}
}
