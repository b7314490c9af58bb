package provider_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Defects of Terraform itself that tests meet. Each is recognised by what it does,
// so that nobody has to remember a version when Terraform has mended it.

// leftover is a configuration without this provider in which one object is replaced
// because another one with create_before_destroy is. By hashicorp/terraform#39076,
// Terraform 1.16 leaves the first one's old object in the state as deposed.
const leftover = `
variable "version_of_both" { type = string }

resource "terraform_data" "session" {
  triggers_replace = var.version_of_both

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "invitation" {
  input = terraform_data.session.id

  lifecycle {
    replace_triggered_by = [terraform_data.session.id]
  }
}
`

// leavesDeposed finds out, once, whether the installed Terraform has that defect.
var leavesDeposed = sync.OnceValues(func() (bool, error) {
	w, err := sharedWorkspace()
	if err != nil {
		return false, err
	}

	dir, err := w.Folder("leftover")
	if err != nil {
		return false, err
	}

	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(leftover), 0o600); err != nil {
		return false, err
	}

	for _, args := range [][]string{{"init"}, {"apply", "-auto-approve", "-var=version_of_both=1"}, {"apply", "-auto-approve", "-var=version_of_both=2"}} {
		if _, err := w.Run(context.Background(), dir, args...); err != nil {
			return false, err
		}
	}

	state, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err != nil {
		return false, err
	}

	found, err := deposed(state)

	return len(found) > 0, err
})

// deposed lists the resources of a state that have deposed objects.
func deposed(state []byte) ([]string, error) {
	var decoded struct {
		Resources []struct {
			Type, Name string
			Instances  []struct{ Deposed string }
		}
	}

	if err := json.Unmarshal(state, &decoded); err != nil {
		return nil, err
	}

	var out []string

	for _, resource := range decoded.Resources {
		for _, instance := range resource.Instances {
			if instance.Deposed != "" {
				out = append(out, resource.Type+"."+resource.Name)
			}
		}
	}

	return out, nil
}

// destroyLeftovers applies once more where Terraform has left old objects of
// terraform_data behind and does so without this provider as well. It says so.
func (a *attached) destroyLeftovers() {
	a.t.Helper()

	found, err := deposed([]byte(a.state()))
	if err != nil {
		a.t.Fatal(err)
	}

	if len(found) == 0 {
		return
	}

	byItself, err := leavesDeposed()
	if err != nil {
		a.t.Fatal(err)
	}

	for _, address := range found {
		if !byItself || !strings.HasPrefix(address, "terraform_data.") {
			a.t.Fatalf("the apply has left deposed objects behind: %v", found)
		}
	}

	a.t.Logf("This Terraform leaves the old object of a replaced dependant behind, also without this provider (hashicorp/terraform#39076). A second apply destroys it.")
	a.apply()
}

// looksElsewhere reports whether Terraform has failed because it looked for this
// provider under hashicorp, though the configuration names its source.
func looksElsewhere(out string) bool { return strings.Contains(out, "hashicorp/stackone") }

// importBlock is the beginning of an import block.
var importBlock = regexp.MustCompile(`(?m)^import \{\n`)

// tryWithNamedImports runs a command while the import blocks name the provider, as
// the page on troubleshooting advises. The blocks are as before afterwards:
// Terraform refuses the name as soon as the resource is in the configuration.
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

func TestTerraformDefects_deposed(t *testing.T) {
	t.Parallel()

	state := `{"version": 4, "resources": [
		{"mode": "managed", "type": "terraform_data", "name": "session", "instances": [{"attributes": {}}]},
		{"mode": "managed", "type": "terraform_data", "name": "invitation", "instances": [{"attributes": {}}, {"deposed": "a1b2c3d4", "attributes": {}}]}
	]}`

	if got, err := deposed([]byte(state)); err != nil || strings.Join(got, " ") != "terraform_data.invitation" {
		t.Errorf("deposed: %v, %v", got, err)
	}

	if got, err := deposed([]byte(`{"version": 4, "resources": []}`)); err != nil || len(got) != 0 {
		t.Errorf("deposed in an empty state: %v, %v", got, err)
	}

	// Whatever the answer is here, Terraform has to give one.
	found, err := leavesDeposed()
	if err != nil {
		t.Fatal(err)
	}

	if found {
		t.Log("This Terraform leaves deposed objects behind (hashicorp/terraform#39076).")
	}
}

// The way out that the page names works, whether or not this Terraform needs it.
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

	for text, want := range map[string]bool{
		"Error: failed to read schema for stackone_account.acme in registry.terraform.io/hashicorp/stackone: failed to instantiate provider \"registry.terraform.io/hashicorp/stackone\"": true,
		"Error: Linked account not found\n\non main.tf line 8": false,
	} {
		if got := looksElsewhere(text); got != want {
			t.Errorf("looksElsewhere(%q) = %t", text, got)
		}
	}
}
