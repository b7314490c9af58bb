package docscheck_test

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// isCLIConfiguration tells the configuration of the CLI from that of modules. It is
// written in an older version of HCL, so a test of its own has Terraform read it.
func (b block) isCLIConfiguration() bool { return strings.HasPrefix(b.text, "provider_installation ") }

// exception is a kind of block that "terraform validate" cannot take. It is
// parsed all the same.
type exception struct {
	reason  string
	applies func(b block, body *hclsyntax.Body) bool
}

// exceptions lists all that is not validated, with the reason.
func exceptions() []exception {
	has := func(types ...string) func(block, *hclsyntax.Body) bool {
		return func(_ block, body *hclsyntax.Body) bool {
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
		{"it is the input of a command, a file of values without blocks", func(_ block, body *hclsyntax.Body) bool {
			return len(body.Blocks) == 0
		}},
		{"OpenTofu alone encrypts the state", func(_ block, body *hclsyntax.Body) bool {
			for _, b := range body.Blocks {
				for _, nested := range b.Body.Blocks {
					if b.Type == "terraform" && nested.Type == "encryption" {
						return true
					}
				}
			}

			return false
		}},
		{"it removes an object of a provider that the reader leaves", func(b block, _ *hclsyntax.Body) bool {
			return strings.Contains(b.text, "from = restapi_object.")
		}},
	}
}
