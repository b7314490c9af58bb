package docscheck

import (
	"archive/zip"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Archives take 6.2 to 7.0 MB, or 12.9 MB if the binary is not stripped.
const maxArchive = 8_000_000

// The archives that GoReleaser built.
func TestRelease(t *testing.T) {
	t.Parallel()

	if os.Getenv("RELEASE_CHECK") == "" {
		t.Skip("make release-check runs it on the snapshot in the folder dist")
	}

	const prefix = "dist/terraform-provider-stackone_"

	archives := files(t, prefix+"*.zip")
	if len(archives) != 4 {
		t.Fatalf("want an archive for each platform of the build usual: %q", archives)
	}

	version := strings.Split(archives[0], "_")[1]
	for _, path := range archives {
		archive, err := zip.OpenReader("../../../" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = archive.Close() }()

		var names []string
		for _, file := range archive.File {
			names = append(names, strings.TrimSuffix(file.Name, ".exe"))
		}

		if slices.Sort(names); !slices.Equal(names, []string{"LICENSE", "terraform-provider-stackone_v" + version}) {
			t.Errorf("%s contains %q", path, names)
		}

		if size := len(content(t, path)); size > maxArchive {
			t.Errorf("%s has %d bytes, more than %d", path, size, maxArchive)
		}
	}

	api := stackonetest.New(t, stackonetest.Options{})
	tf := newWorkspace(t)
	tf.Setenv("STACKONE_API_KEY", api.APIKey())
	tf.Setenv("STACKONE_BASE_URL", api.URL())

	if err := tf.Install(fmt.Sprintf("../../../%s%s_%s_%s.zip", prefix, version, runtime.GOOS, runtime.GOARCH)); err != nil {
		t.Fatal(err)
	}

	tf.write(map[string]string{"main.tf": fmt.Sprintf(`terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone", version = "= %s" }
  }
}
resource "stackone_connect_session" "customer" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
}`, version)})
	tf.run("init", "-no-color")
	tf.run("apply", "-auto-approve", "-no-color")

	if agent := api.Requests()[0].Header.Get("User-Agent"); !strings.Contains(agent, "/"+version+" ") {
		t.Errorf("the provider of version %s calls itself %q", version, agent)
	}
}

// Actions are pinned by commit, since tags can be moved.
func TestWorkflows(t *testing.T) {
	t.Parallel()

	uses, pinned := regexp.MustCompile(`(?m)uses: [^.].*$`), regexp.MustCompile(`@[0-9a-f]{40} # v\d`)

	for _, file := range files(t, ".github/workflows/*.yml", "examples/scenarios/*/workflow.yml") {
		for _, line := range uses.FindAllString(string(content(t, file)), -1) {
			if !pinned.MatchString(line) {
				t.Errorf("%s: %s is not pinned by commit", file, line)
			}
		}
	}

	checked := regexp.MustCompile(`goreleaser/v2@(v[\d.]+)\n`).FindSubmatch(content(t, "GNUmakefile"))
	if len(checked) == 0 || !strings.Contains(string(content(t, ".github/workflows/release.yml")), " version: "+string(checked[1])+" ") {
		t.Errorf("the release workflow does not run %q, which GNUmakefile checks", checked)
	}
}
