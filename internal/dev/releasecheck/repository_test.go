package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// read returns a file of the repository.
func read(t *testing.T, path string) string {
	t.Helper()

	content, err := os.ReadFile(filepath.Join("..", "..", "..", path))
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}

func TestManifest(t *testing.T) {
	t.Parallel()

	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		} `json:"metadata"`
	}

	if err := json.Unmarshal([]byte(read(t, manifestFile)), &manifest); err != nil {
		t.Fatal(err)
	}

	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.Protocols, []string{"6.0"}) {
		t.Errorf("the manifest is %+v", manifest)
	}
}

func TestWorkflows_actionsArePinned(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob(filepath.Join("..", "..", "..", ".github", "workflows", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}

	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned := regexp.MustCompile(`^(\./\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	commits := map[string]string{}

	for _, file := range files {
		content := read(t, filepath.Join(".github", "workflows", filepath.Base(file)))

		for _, match := range uses.FindAllStringSubmatch(content, -1) {
			if !pinned.MatchString(match[1]) {
				t.Errorf("%s: %q is not pinned to a commit with its version", filepath.Base(file), match[1])
			}

			action, commit, _ := strings.Cut(match[1], "@")
			if other, ok := commits[action]; ok && other != commit {
				t.Errorf("%s is used as %s and as %s", action, other, commit)
			}

			commits[action] = commit
		}
	}

	if len(commits) < 5 {
		t.Errorf("only %d actions were found", len(commits))
	}
}

func TestWorkflows_releaseWithTheCheckedVersion(t *testing.T) {
	t.Parallel()

	_, version, _ := strings.Cut(goreleaserModule, "@")
	if !strings.Contains(read(t, ".github/workflows/release.yml"), "version: "+version+" ") {
		t.Errorf("the release workflow does not run GoReleaser %s", version)
	}
}

// The race detector needs a C compiler. "make test" runs without one, but not in CI.
func TestMakefile_raceDetector(t *testing.T) {
	t.Parallel()

	const note = "the race detector is off"

	for name, test := range map[string]struct {
		cgo, compiler, ci string
		race, fails       bool
	}{
		"with a compiler":          {cgo: "1", compiler: "sh -c", race: true},
		"with a compiler, in CI":   {cgo: "1", compiler: "sh", ci: "true", race: true},
		"without a compiler":       {cgo: "1", compiler: "no-such-compiler"},
		"without one, in CI":       {cgo: "1", compiler: "no-such-compiler", ci: "true", fails: true},
		"without cgo":              {cgo: "0", compiler: "sh"},
		"without cgo, in CI":       {cgo: "0", compiler: "sh", ci: "true", fails: true},
		"CI is set to false, none": {cgo: "0", compiler: "sh", ci: "false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			goCommand := filepath.Join(t.TempDir(), "go")
			script := "#!/bin/sh\ncase \"$*\" in\n  'env CGO_ENABLED') echo '" + test.cgo + "' ;;\n  'env CC') echo '" + test.compiler + "' ;;\n  *) echo \"run: $*\" ;;\nesac\n"

			if err := os.WriteFile(goCommand, []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}

			cmd := exec.CommandContext(t.Context(), "make", "-s", "test", "GO="+goCommand)
			cmd.Dir = filepath.Join("..", "..", "..")

			cmd.Env = append(os.Environ(), "CI="+test.ci, "MAKEFLAGS=", "MFLAGS=")
			out, err := cmd.CombinedOutput()
			text := string(out)

			if (err != nil) != test.fails || strings.Contains(text, note) == test.race {
				t.Errorf("%v, want a failure: %t, the note: %t\n%s", err, test.fails, !test.race, text)
			}

			runs, races := strings.Count(text, "run: test "), strings.Count(text, " -race ")
			if (runs == 0) != test.fails || (races == runs) != (test.race || test.fails) || (races > 0) != test.race {
				t.Errorf("%d runs, %d with the race detector:\n%s", runs, races, text)
			}
		})
	}
}

// changelogHeading matches the heading of a version. A pre-release has one too,
// since each release takes its notes from its section.
func changelogHeading() *regexp.Regexp {
	return regexp.MustCompile(`^## \d+\.\d+\.\d+(-[0-9A-Za-z.]+)? \((Unreleased|[A-Z][a-z]+ \d{1,2}, \d{4})\)$`)
}

func TestChangelogHeading(t *testing.T) {
	t.Parallel()

	for line, want := range map[string]bool{
		"## 0.1.0 (Unreleased)":           true,
		"## 1.2.3 (March 1, 2031)":        true,
		"## 0.1.0-rc1 (March 1, 2031)":    true,
		"## 0.1.0-beta.2 (Unreleased)":    true,
		"## 0.1.0- (Unreleased)":          false,
		"## v0.1.0 (Unreleased)":          false,
		"## 0.1.0":                        false,
		"## 0.1.0-rc1 (2031-03-01)":       false,
		"## 0.1.0-rc1 extra (Unreleased)": false,
	} {
		if got := changelogHeading().MatchString(line); got != want {
			t.Errorf("%q is a heading: %t, want %t", line, got, want)
		}
	}
}

func TestChangelog(t *testing.T) {
	t.Parallel()

	heading := changelogHeading()
	sections := []string{"BREAKING CHANGES:", "NOTES:", "DEPRECATIONS:", "FEATURES:", "ENHANCEMENTS:", "BUG FIXES:", "SECURITY:"}

	for i, line := range strings.Split(strings.TrimSpace(read(t, "CHANGELOG.md")), "\n") {
		entry := strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "  ")
		if i > 0 && line != "" && !entry && !heading.MatchString(line) && !slices.Contains(sections, line) {
			t.Errorf("line %d is neither a version, nor a section, nor an entry: %q", i+1, line)
		}

		if i == 0 && line != "# Changelog" {
			t.Errorf("it begins with %q, not with its heading", line)
		}
	}
}

func TestSeenVersion(t *testing.T) {
	t.Parallel()

	request := func(agent string) stackonetest.Request {
		return stackonetest.Request{Header: http.Header{"User-Agent": {agent}}}
	}

	if err := seenVersion([]stackonetest.Request{request(project + "/1.2.3 Terraform/1.11.4")}, "1.2.3"); err != nil {
		t.Error(err)
	}

	for name, requests := range map[string][]stackonetest.Request{
		"no request":      nil,
		"two requests":    {request(project + "/1.2.3"), request(project + "/1.2.3")},
		"without version": {request(project + "/dev Terraform/1.2.3")},
	} {
		if seenVersion(requests, "1.2.3") == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
