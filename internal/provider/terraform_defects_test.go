package provider_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Defects of Terraform are recognised by their effect, not by version.

// destroyLeftovers applies again if Terraform 1.16 has left the deposed object of a replaced
// terraform_data in the state (hashicorp/terraform#39076).
func (a *attached) destroyLeftovers() {
	a.t.Helper()

	var state struct {
		Resources []struct {
			Type      string
			Instances []struct{ Deposed string }
		}
	}

	if err := json.Unmarshal([]byte(a.state()), &state); err != nil {
		a.t.Fatal(err)
	}

	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			switch {
			case instance.Deposed == "":
			case resource.Type == "terraform_data":
				a.apply()
				return
			default:
				a.t.Fatalf("the apply has left a deposed %s behind", resource.Type)
			}
		}
	}
}

// looksElsewhere reports whether Terraform looked for this provider under hashicorp, although
// the configuration names its source.
func looksElsewhere(out string) bool { return strings.Contains(out, "hashicorp/stackone") }

var importBlock = regexp.MustCompile(`(?m)^import \{\n`)

// tryWithNamedImports adds the provider to the import blocks for one command, as the page on
// troubleshooting advises. Terraform refuses it once the resource is in the configuration.
func (a *attached) tryWithNamedImports(args ...string) (string, error) {
	a.t.Helper()

	before, err := os.ReadFile(filepath.Join(a.dir, "main.tf"))
	if err != nil {
		a.t.Fatal(err)
	}

	a.write("main.tf", importBlock.ReplaceAllString(string(before), "import {\n  provider = stackone\n"))
	defer a.write("main.tf", string(before))

	return a.try(args...)
}

// The advice of the page works with and without the defect.
func TestTerraformDefects_namedImports(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.newAccount()

	a := h.attach(t, example(t, "resources/stackone_account/import-by-string-id.tf"))
	needs(t, "1.5.0", "1.6.0")

	if out, err := a.tryWithNamedImports("plan", "-no-color", "-generate-config-out=generated.tf"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	if out := a.apply(); !strings.Contains(out, "1 imported, 0 added, 0 changed") {
		t.Errorf("the apply:\n%s", out)
	}
}
