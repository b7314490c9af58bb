package provider_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// described is one schema with where its example and its page are.
type described struct {
	name          string
	schema        *tfprotov6.Schema
	example, page string
}

// everySchema lists the schemas that the provider serves.
func everySchema(t *testing.T) []described {
	t.Helper()

	server, err := newHarness(t).factories()["stackone"]()
	if err != nil {
		t.Fatal(err)
	}

	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	for _, d := range schemas.Diagnostics {
		t.Fatalf("%s: %s", d.Summary, d.Detail)
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

func TestConventions_exampleAndPageExist(t *testing.T) {
	t.Parallel()

	for _, d := range everySchema(t) {
		for _, file := range []string{d.example, d.page} {
			if _, err := os.Stat(filepath.Join("..", "..", file)); err != nil {
				t.Errorf("%s: %v", d.name, err)
			}
		}
	}
}

// Terraform before 1.14 does not tell the schemas of list resources, so their
// pages are written by hand.
func TestConventions_pagesOfListsAreComplete(t *testing.T) {
	t.Parallel()

	for _, d := range everySchema(t) {
		if !strings.HasPrefix(d.name, "list-resources ") {
			continue
		}

		page, err := os.ReadFile(filepath.Join("..", "..", d.page))
		if err != nil {
			t.Fatal(err)
		}

		for _, a := range d.schema.Block.Attributes {
			if want := "- `" + a.Name + "` (List of String) " + a.Description; !strings.Contains(string(page), want) {
				t.Errorf("%s lacks: %s", d.page, want)
			}
		}
	}
}

// The ephemeral session has the attributes of the resource, and the list of
// accounts the filters of the data source, but for what is each one's own.
func TestConventions_twins(t *testing.T) {
	t.Parallel()

	attributes := map[string]map[string]*tfprotov6.SchemaAttribute{}

	for _, d := range everySchema(t) {
		attributes[d.name] = map[string]*tfprotov6.SchemaAttribute{}

		for _, a := range d.schema.Block.Attributes {
			attributes[d.name][a.Name] = a
		}
	}

	for twin, other := range map[string]string{
		"ephemeral-resources stackone_connect_session": "resources stackone_connect_session",
		"list-resources stackone_account":              "data-sources stackone_accounts",
	} {
		if len(attributes[twin]) == 0 {
			t.Errorf("%s has no attributes", twin)
		}

		for name, a := range attributes[twin] {
			if name != "open" && !reflect.DeepEqual(a, attributes[other][name]) {
				t.Errorf("%s of %s differs from that of %s", name, twin, other)
			}
		}

		for name := range attributes[other] {
			own := slices.Contains([]string{"expired", "recreate_when_expired", "early_renewal_seconds", "keepers", "ids", "accounts"}, name)
			if _, found := attributes[twin][name]; found == own {
				t.Errorf("%s of %s: found in %s is %t", name, other, twin, found)
			}
		}
	}
}

func TestConventions_descriptions(t *testing.T) {
	t.Parallel()

	for _, d := range everySchema(t) {
		checkDescription(t, d.name, d.schema.Block.Description, d.schema.Block.DescriptionKind)
		checkAttributes(t, d.name, d.schema.Block.Attributes)
	}
}

func checkAttributes(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()

	// A name that speaks of a secret; the fields that count or time secrets do not occur.
	secret := regexp.MustCompile(`(^|_)(api_key|token|auth_link_url|password|secrets?|credentials)$`)

	for _, a := range attributes {
		name := where + "." + a.Name
		checkDescription(t, name, a.Description, a.DescriptionKind)

		if secret.MatchString(a.Name) != a.Sensitive {
			t.Errorf("%s: sensitive is %t", name, a.Sensitive)
		}

		// An adopted account exists before Terraform knows it: what is not configured stays as it is.
		adopted := strings.HasPrefix(name, "resources stackone_account.")

		if a.Optional && a.Computed && !adopted {
			t.Errorf("%s: an input has one source, the configuration; it cannot be computed as well", name)
		}

		if a.Deprecated && !strings.Contains(a.DeprecationMessage, "Use ") {
			t.Errorf("%s: the deprecation message names no alternative: %q", name, a.DeprecationMessage)
		}

		if a.NestedType != nil {
			checkAttributes(t, name, a.NestedType.Attributes)
		}
	}
}

// Each attribute names the field of the API that it maps to, or is the provider's
// own; and where its name differs from the field's, DESIGN.md says so.
func TestConventions_apiFields(t *testing.T) {
	t.Parallel()

	field := regexp.MustCompile("API field: `([^`]+)`\\.$")
	own := ownAttributes()
	renamed := map[string]string{} // attributes by fields

	var walk func(where string, attributes []*tfprotov6.SchemaAttribute)

	walk = func(where string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			name := where + "." + a.Name
			isOwn := own[name]
			delete(own, name)

			match := field.FindStringSubmatch(a.Description)

			switch {
			case match == nil && !isOwn:
				t.Errorf("%s: the description names no field of the API: %q", name, a.Description)
			case match != nil && isOwn:
				t.Errorf("%s is listed as the provider's own, and names the field %s", name, match[1])
			case match != nil && match[1] != a.Name:
				renamed[match[1]] = a.Name
			}

			if a.NestedType != nil {
				walk(name, a.NestedType.Attributes)
			}
		}
	}

	for _, d := range everySchema(t) {
		if d.name != "provider" {
			walk(d.name, d.schema.Block.Attributes)
		}
	}

	for name := range own {
		t.Errorf("%s is listed as the provider's own, and does not exist", name)
	}

	design, err := os.ReadFile(filepath.Join("..", "..", "DESIGN.md"))
	if err != nil {
		t.Fatal(err)
	}

	for field, attribute := range renamed {
		if !strings.Contains(string(design), "`"+field+"`") || !strings.Contains(string(design), "`"+attribute+"`") {
			t.Errorf("DESIGN.md does not say that the field %s is the attribute %s", field, attribute)
		}
	}

	if len(renamed) < 5 {
		t.Errorf("only %d renamed fields were found", len(renamed))
	}
}

// ownAttributes are those that map to no field of the API.
func ownAttributes() map[string]bool {
	return map[string]bool{
		"resources stackone_connect_session.early_renewal_seconds": true,
		"resources stackone_connect_session.expired":               true,
		"resources stackone_connect_session.expires_at":            true,
		"resources stackone_connect_session.keepers":               true,
		"resources stackone_connect_session.recreate_when_expired": true,
		"ephemeral-resources stackone_connect_session.expires_at":  true,
		"ephemeral-resources stackone_connect_session.open":        true,
		"resources stackone_account.deletion_policy":               true,
		"resources stackone_account.id":                            true, // the same as account_id, which names its field
		"data-sources stackone_accounts.accounts":                  true, // the whole answer
		"data-sources stackone_accounts.ids":                       true,
		"data-sources stackone_auth_configs.auth_configs":          true, // the whole answer
		"data-sources stackone_connectors.connectors":              true, // the whole answer
		"data-sources stackone_connectors.keys":                    true,
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
