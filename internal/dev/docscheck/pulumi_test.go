package docscheck_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// Pulumi is not run here, but what the two programs of its guide name is what the
// resource has.
func TestPulumiGuide_namesAttributes(t *testing.T) {
	t.Parallel()

	schemas, err := plugin.NewServer(provider.New(provider.Options{})).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	attributes := map[string]bool{}
	for _, a := range schemas.ResourceSchemas["stackone_connect_session"].Block.Attributes {
		attributes[a.Name] = true
	}

	check := func(b block, camel string) {
		snake := strings.ToLower(regexp.MustCompile(`[A-Z]`).ReplaceAllString(camel, "_$0"))
		if !attributes[snake] {
			t.Errorf("%s: the resource has no %s", b.where(), snake)
		}
	}

	languages := map[string]int{}

	blocks, _ := template(t, "guides/pulumi").split()
	for _, b := range blocks {
		used := regexp.MustCompile(`\bacme\.(\w+)`).FindAllStringSubmatch(b.text, -1)

		switch b.language {
		case "yaml":
			used = append(used, regexp.MustCompile(`(?m)^ {6}(\w+):`).FindAllStringSubmatch(b.text, -1)...)
		case "typescript":
			used = append(used, regexp.MustCompile(`(?m)^\s+(\w+):`).FindAllStringSubmatch(b.text, -1)...)
		default:
			continue
		}

		for _, match := range used {
			check(b, match[1])
		}

		languages[b.language] += len(used)
	}

	if languages["yaml"] != 6 || languages["typescript"] != 6 {
		t.Errorf("names in the programs: %v", languages)
	}
}
