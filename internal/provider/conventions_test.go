package provider_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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

// No message shows a value that Terraform could be masking, since it masks nothing
// in what a provider says. Where a message is of no use without the value, the
// function is listed here with the reason, and a comment in it says the same.
//
// Values are what comes out of a model, the variables that are made of them, and
// the strings that a function gets. What an error says is not looked at here.
func TestConventions_messagesShowNoValues(t *testing.T) {
	t.Parallel()

	listed := map[string]string{
		"oneOf.ValidateString":            "the misspelled word of a closed list",
		"distinctCategories.ValidateList": "two spellings of a closed list",
		"connectSessionModel.bornDue":     "the end of the session, which is computed, to compare with the clock",
		"connectSessionResource.Delete":   "the identifier and the end, which come from StackOne, or nobody could tell which session is meant",
		"resolver.problem":                "passes on what its callers say, which are looked at themselves",

		"known.ValidateList":         "the word that is not in a list of StackOne's",
		"accountHeld":                "the account that two resources manage",
		"accountModel.overwrites":    "the account that is adopted",
		"accountModel.keepsMetadata": "the account that keeps its metadata",
		"accountNotFound":            "the identifier that was not found",
		"accountDataSource.Read":     "the identifier that was not found",
		"adoptionAgain":              "the account that is gone",
		"accountResource.Read":       "the account that is gone",
		"accountConflict":            "the account that would be deleted",
	}

	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}

		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		for _, declared := range parsed.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if !ok || !showsValue(function) {
				continue
			}

			name := functionName(function)
			if _, ok := listed[name]; !ok {
				t.Errorf("%s: a message of %s shows a value: leave it out, or list the function with the reason", file, name)
			}

			delete(listed, name)
		}
	}

	for name := range listed {
		t.Errorf("%s is listed as showing a value, and shows none", name)
	}
}

// functionName is the name of a function, after that of its receiver's type.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}

	receiver := f.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}

	return types.ExprString(receiver) + "." + f.Name.Name
}

// makesDiagnostic matches what makes a diagnostic: methods of diag.Diagnostics,
// functions of package diag, errors of functions, and the helper of settings.go.
var makesDiagnostic = regexp.MustCompile(`(\.Add|diag\.New)(Attribute)?(Warning|Error)(Diagnostic)?$|^function\.New\w*FuncError$|^r\.problem$`)

// givesValue matches the methods that take a value out of a model.
var givesValue = regexp.MustCompile(`\.(Value\w+|String|text|Reveal)$`)

// isWord matches the variables that hold an error, or the name of an attribute or of
// an environment variable.
var isWord = regexp.MustCompile(`^(err|attribute|env|source)$`)

// showsValue reports whether a function makes a diagnostic of a value.
func showsValue(f *ast.FuncDecl) bool {
	values := map[string]bool{}

	for _, parameter := range f.Type.Params.List {
		for _, name := range parameter.Names {
			values[name.Name] = types.ExprString(parameter.Type) == "string" && !isWord.MatchString(name.Name)
		}
	}

	holds := func(e ast.Node) bool {
		found := false

		ast.Inspect(e, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Ident:
				found = found || values[node.Name]
			case *ast.SelectorExpr:
				// The name of a field is no variable.
				ast.Inspect(node.X, func(inner ast.Node) bool {
					id, ok := inner.(*ast.Ident)
					found = found || ok && values[id.Name]

					return true
				})

				found = found || givesValue.MatchString("."+node.Sel.Name)

				return false
			}

			return true
		})

		return found
	}

	shows := false

	ast.Inspect(f, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for i, left := range node.Lhs {
				id, ok := left.(*ast.Ident)
				if ok && !isWord.MatchString(id.Name) && holds(node.Rhs[min(i, len(node.Rhs)-1)]) {
					values[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			// Something may fill it through its address.
			for _, name := range node.Names {
				values[name.Name] = values[name.Name] || node.Type != nil && types.ExprString(node.Type) == "string"
			}
		case *ast.RangeStmt:
			if id, ok := node.Value.(*ast.Ident); ok && holds(node.X) {
				values[id.Name] = true
			}
		case *ast.CallExpr:
			shows = shows || makesDiagnostic.MatchString(types.ExprString(node.Fun)) && slices.ContainsFunc(node.Args, func(e ast.Expr) bool { return holds(e) })
		}

		return true
	})

	return shows
}
