package docscheck_test

import (
	"io/fs"
	"regexp"
	"testing"
)

// Actions are pinned by commit, since tags can be moved.
func TestWorkflows_actionsArePinned(t *testing.T) {
	t.Parallel()

	uses, pinned := regexp.MustCompile(`(?m)uses: [^.].*$`), regexp.MustCompile(`@[0-9a-f]{40} # v\d`)

	for _, pattern := range []string{".github/workflows/*.yml", "examples/scenarios/*/workflow.yml"} {
		files, err := fs.Glob(root(), pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}

		for _, file := range files {
			text, err := fs.ReadFile(root(), file)
			if err != nil {
				t.Fatal(err)
			}

			for _, line := range uses.FindAllString(string(text), -1) {
				if !pinned.MatchString(line) {
					t.Errorf("%s: %s is not pinned by commit", file, line)
				}
			}
		}
	}
}
