// Package releasecheck tests the archives that GoReleaser built.
package releasecheck

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const (
	project = "terraform-provider-stackone_"
	root    = "../../../"
	// Archives take 6.2 to 7.0 MB, or 12.9 MB if the binary is not stripped.
	maxArchive = 8_000_000
)

func TestRelease(t *testing.T) {
	t.Parallel()

	if os.Getenv("RELEASE_CHECK") == "" {
		t.Skip("make release-check runs it on the snapshot in the folder dist")
	}

	archives, err := filepath.Glob(root + "dist/" + project + "*.zip")
	if err != nil || len(archives) != 4 {
		t.Fatalf("want an archive for each platform of the build usual: %q, %v", archives, err)
	}

	version := strings.Split(filepath.Base(archives[0]), "_")[1]
	for _, archive := range archives {
		checkArchive(t, archive, project+"v"+version)
	}

	w, err := terraformcli.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	if err := w.Install(fmt.Sprintf("%sdist/%s%s_%s_%s.zip", root, project, version, runtime.GOOS, runtime.GOARCH)); err != nil {
		t.Fatal(err)
	}

	api := stackonetest.New(t, stackonetest.Options{})
	w.Setenv("STACKONE_API_KEY", api.APIKey())
	w.Setenv("STACKONE_BASE_URL", api.URL())

	config := fmt.Sprintf(`terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone", version = "= %s" }
  }
}
resource "stackone_connect_session" "customer" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
}`, version)
	if err := os.WriteFile(filepath.Join(w.Root(), "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, args := range [][]string{{"init"}, {"apply", "-auto-approve"}} {
		if _, err := w.Run(t.Context(), w.Root(), append(args, "-no-color")...); err != nil {
			t.Fatal(err)
		}
	}

	if agent := api.Requests()[0].Header.Get("User-Agent"); !strings.Contains(agent, "/"+version+" ") {
		t.Errorf("the provider of version %s calls itself %q", version, agent)
	}
}

func checkArchive(t *testing.T, path, binary string) {
	t.Helper()

	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()

	var names []string
	for _, file := range archive.File {
		names = append(names, strings.TrimSuffix(file.Name, ".exe"))
	}

	if slices.Sort(names); !slices.Equal(names, []string{"LICENSE", binary}) {
		t.Errorf("%s contains %q", path, names)
	}

	if info, err := os.Stat(path); err != nil || info.Size() > maxArchive {
		t.Errorf("%s has %d bytes, more than %d: %v", path, info.Size(), maxArchive, err)
	}
}

func TestWorkflows(t *testing.T) {
	t.Parallel()

	makefile, err := os.ReadFile(root + "GNUmakefile")
	workflow, err2 := os.ReadFile(root + ".github/workflows/release.yml")

	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}

	checked := regexp.MustCompile(`goreleaser/v2@(v[\d.]+)\n`).FindSubmatch(makefile)
	if len(checked) == 0 || !strings.Contains(string(workflow), " version: "+string(checked[1])+" ") {
		t.Errorf("the release workflow does not run %q, which GNUmakefile checks", checked)
	}
}
