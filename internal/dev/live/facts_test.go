package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const clientFolder = "../../stackone"

// clientFields are the JSON fields of the client, as facts name them.
func clientFields(t *testing.T) []string {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(clientFolder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of the client: %v", err)
	}

	var out []string

	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}

		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		for _, declaration := range source.Decls {
			out = append(out, fieldsOf(t, declaration)...)
		}
	}

	return out
}

func fieldsOf(t *testing.T, declaration ast.Decl) []string {
	t.Helper()

	var (
		owner string
		out   []string
	)

	if function, ok := declaration.(*ast.FuncDecl); ok {
		owner = function.Name.Name
	}

	ast.Inspect(declaration, func(node ast.Node) bool {
		if named, ok := node.(*ast.TypeSpec); ok {
			owner = named.Name.Name
		}

		field, ok := node.(*ast.Field)
		if !ok || field.Tag == nil {
			return true
		}

		tag, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			t.Fatal(err)
		}

		if name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); name != "" && name != "-" {
			out = append(out, owner+"."+name)
		}

		return true
	})

	return out
}

func TestFacts_coverTheClient(t *testing.T) {
	t.Parallel()

	covered := map[string]bool{}

	for _, f := range facts() {
		for _, name := range f.covers {
			covered[name] = true
		}
	}

	fields := clientFields(t)
	if len(fields) < 50 {
		t.Errorf("only %d fields were found", len(fields))
	}

	for _, name := range fields {
		if !covered[name] {
			t.Errorf("no fact is about the field %s", name)
		}
	}

	for name := range covered {
		if !slices.Contains(fields, name) {
			t.Errorf("a fact is about %s, which the client does not have", name)
		}
	}
}

func TestFacts_nameFiles(t *testing.T) {
	t.Parallel()

	seen := map[string]bool{}

	for _, f := range facts() {
		if f.name == "" || f.about == "" || f.documented == "" || f.check == nil {
			t.Errorf("%s: %q is not complete", f.about, f.name)
		}

		if id := f.about + f.name; seen[id] {
			t.Errorf("%s: %s is there twice", f.about, f.name)
		} else {
			seen[id] = true
		}

		if f.reliesOn == "" {
			continue
		}

		if _, err := os.Stat(filepath.Join("../../..", filepath.FromSlash(f.reliesOn))); err != nil {
			t.Errorf("%s: %s: %v", f.about, f.name, err)
		}
	}
}

func TestFacts_documentedApartFromTheClient(t *testing.T) {
	t.Parallel()

	rows := map[string]string{}
	for _, f := range facts() {
		rows[f.about+": "+f.name] = f.documented
	}

	// What the client takes is more, or less, than the documents say.
	for row, want := range map[string]string{
		"Errors: message":                                           "string, or array (inferred)",
		"Linked accounts: total":                                    "none; the client takes a number",
		"Linked accounts: status_reasons: timestamp":                "time; the client also does without",
		"Connectors: next":                                          "string or null; the client also takes a number",
		"Connectors: key":                                           "string or null; the client needs a string",
		"Connect sessions: answer: id":                              "number (string in 2024)",
		"Connect sessions: answer: organization_id":                 "string (number before 2026)",
		"Connect sessions: request: provider_version":               "deprecated: ignored, or refused",
		"Connect sessions: request: a field that does not exist":    "unknown: ignored, or refused",
		"Connect sessions: request: a category that does not exist": "refused (inferred)",
		"Label of an account: null as label":                        "unknown; removing it is likely",
	} {
		if rows[row] != want {
			t.Errorf("%s is documented as %q, want %q", row, rows[row], want)
		}
	}
}
