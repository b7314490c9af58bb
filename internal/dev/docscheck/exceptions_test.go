package docscheck_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// isCLIConfiguration tells the configuration of the CLI from that of modules. It is
// written in an older version of HCL, so a test of its own has Terraform read it.
func (b block) isCLIConfiguration() bool { return strings.HasPrefix(b.text, "provider_installation ") }

// exception is a kind of block that "terraform validate" cannot take. It is
// parsed all the same.
type exception struct {
	reason  string
	applies func(body *hclsyntax.Body) bool
}

// exceptions lists all that is not validated, with the reason.
func exceptions() []exception {
	has := func(types ...string) func(*hclsyntax.Body) bool {
		return func(body *hclsyntax.Body) bool {
			for _, b := range body.Blocks {
				for _, name := range types {
					if b.Type == name {
						return true
					}
				}
			}

			return false
		}
	}

	return []exception{
		{"it is a test file; a test of its own runs it", has("run", "mock_provider")},
		{"it is a query file, which needs Terraform 1.14", has("list")},
		{"it is a file of Terragrunt", func(body *hclsyntax.Body) bool { return body.Attributes["inputs"] != nil }},
		{"OpenTofu alone encrypts the state; a test of its own does so", encrypts},
	}
}

// encrypts reports whether a configuration has OpenTofu encrypt the state.
func encrypts(body *hclsyntax.Body) bool {
	for _, b := range body.Blocks {
		for _, nested := range b.Body.Blocks {
			if b.Type == "terraform" && nested.Type == "encryption" {
				return true
			}
		}
	}

	return false
}

// An exception that nothing needs would let through what comes later.
func TestExceptions_areNeeded(t *testing.T) {
	t.Parallel()

	used := map[string]bool{}
	for _, c := range configurations(t) {
		used[c.skipped] = true
	}

	for _, e := range exceptions() {
		if !used[e.reason] {
			t.Errorf("no block needs the exception %q", e.reason)
		}
	}
}
