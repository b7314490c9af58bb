package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type described struct {
	name          string
	schema        *tfprotov6.Schema
	example, page string
}

func everySchema(t *testing.T) []described {
	t.Helper()

	schemas, err := newHarness(t).server().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	out := []described{{"provider", schemas.Provider, "examples/provider/provider.tf", "docs/index.md"}}

	add := func(kind, file string, served map[string]*tfprotov6.Schema) {
		for name, schema := range served {
			short := strings.TrimPrefix(name, "stackone_")
			out = append(out, described{kind + " " + name, schema, filepath.Join("examples", kind, name, file), filepath.Join("docs", kind, short+".md")})
		}
	}

	add("resources", "resource.tf", schemas.ResourceSchemas)
	add("data-sources", "data-source.tf", schemas.DataSourceSchemas)
	add("ephemeral-resources", "ephemeral-resource.tf", schemas.EphemeralResourceSchemas)
	add("list-resources", "list-resource.tfquery.hcl", schemas.ListResourceSchemas)

	return out
}

// Terraform before 1.14 has no schemas of list resources, so their pages are hand-written.
func TestConventions_exampleAndPage(t *testing.T) {
	t.Parallel()

	types := map[string]string{"tftypes.String": "String", "tftypes.Bool": "Boolean", "tftypes.List[tftypes.String]": "List of String"}

	for _, d := range everySchema(t) {
		if _, err := os.Stat(filepath.Join("..", "..", d.example)); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}

		page, err := os.ReadFile(filepath.Join("..", "..", d.page))
		if err != nil {
			t.Errorf("%s: %v", d.name, err)
		}

		for _, a := range d.schema.Block.Attributes {
			if want := "- `" + a.Name + "` (" + types[fmt.Sprint(a.Type)] + ") " + a.Description; strings.HasPrefix(d.name, "list-resources ") && !strings.Contains(string(page), want) {
				t.Errorf("%s lacks: %s", d.page, want)
			}
		}
	}
}

// ownAttributes are not fields of the API.
func ownAttributes() []string {
	return []string{
		"resources stackone_connect_session.early_renewal_seconds",
		"resources stackone_connect_session.expired",
		"resources stackone_connect_session.expires_at",
		"resources stackone_connect_session.keepers",
		"resources stackone_connect_session.recreate_when_expired",
		"ephemeral-resources stackone_connect_session.expires_at",
		"ephemeral-resources stackone_connect_session.open",
		"resources stackone_account.deletion_policy",
		"resources stackone_account.id", // the same as account_id, which names its field
		"data-sources stackone_accounts.accounts",
		"data-sources stackone_accounts.ids",
		"data-sources stackone_connector_profile_versions.versions",
		"data-sources stackone_connector_profiles.connector_profiles",
		"data-sources stackone_connectors.connectors",
		"data-sources stackone_connectors.keys",
	}
}

func TestConventions_attributes(t *testing.T) {
	t.Parallel()

	// Fields that count secrets or give their time do not occur.
	secret := regexp.MustCompile(`(^|_)(api_key|token|auth_link_url|password|secrets?|credentials)$`)
	field := regexp.MustCompile("API field: `[^`]+`\\.$")

	var check func(where string, attributes []*tfprotov6.SchemaAttribute)

	check = func(where string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			name := where + "." + a.Name
			checkDescription(t, name, a.Description, a.DescriptionKind)

			if secret.MatchString(a.Name) != a.Sensitive {
				t.Errorf("%s: sensitive is %t", name, a.Sensitive)
			}

			// An account exists before its adoption: unconfigured attributes keep their values.
			// StackOne chooses the owner of a version.
			if a.Optional && a.Computed && where != "resources stackone_account" && name != "resources stackone_connector_profile_pinned_version.owner" {
				t.Errorf("%s: an input has one source, the configuration; it cannot be computed as well", name)
			}

			if a.Deprecated && !strings.Contains(a.DeprecationMessage, "Use ") {
				t.Errorf("%s: the deprecation message names no alternative: %q", name, a.DeprecationMessage)
			}

			if own := where == "provider" || slices.Contains(ownAttributes(), name); field.MatchString(a.Description) == own {
				t.Errorf("%s: the provider's own is %t, and the description is %q", name, own, a.Description)
			}

			if a.NestedType != nil {
				check(name, a.NestedType.Attributes)
			}
		}
	}

	for _, d := range everySchema(t) {
		checkDescription(t, d.name, d.schema.Block.Description, d.schema.Block.DescriptionKind)
		check(d.name, d.schema.Block.Attributes)
	}
}

func checkDescription(t *testing.T, name, text string, kind tfprotov6.StringKind) {
	t.Helper()

	if kind != tfprotov6.StringKindMarkdown {
		t.Errorf("%s: the description is not Markdown", name)
	}

	if len(text) < 20 || !strings.HasSuffix(text, ".") || strings.ToUpper(text[:1]) != text[:1] {
		t.Errorf("%s: the description is no full sentence: %q", name, text)
	}

	if strings.Contains(text, "  ") {
		t.Errorf("%s: the description has doubled spaces: %q", name, text)
	}
}
