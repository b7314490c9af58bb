package docscheck_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is the parsed Go code of a package, without its tests.
type source struct {
	set   *token.FileSet
	files []*ast.File
}

func parse(t *testing.T, pkg string) source {
	t.Helper()

	names, err := filepath.Glob(filepath.Join(root, "internal", pkg, "*.go"))
	if err != nil {
		t.Fatal(err)
	}

	s := source{set: token.NewFileSet()}

	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}

		file, err := parser.ParseFile(s.set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		s.files = append(s.files, file)
	}

	return s
}

// each calls f for every node of a type, with the function that it is in.
func each[N ast.Node](s source, f func(within string, node N)) {
	for _, file := range s.files {
		within := ""

		ast.Inspect(file, func(node ast.Node) bool {
			if function, ok := node.(*ast.FuncDecl); ok {
				within = function.Name.Name
			}

			if found, ok := node.(N); ok {
				f(within, found)
			}

			return true
		})
	}
}

// literal is the text of a string literal.
func literal(e ast.Expr) (string, bool) {
	basic, ok := e.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}

	text, err := strconv.Unquote(basic.Value)

	return text, err == nil
}

// name is the last part of what a call calls, or of a type.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}

	return ""
}

// summaries returns the summary of every diagnostic that the provider can give.
func summaries(t *testing.T, s source) []string {
	t.Helper()

	// Where each function that makes a diagnostic takes its summary.
	position := map[string]int{
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
		"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
		"problem": 1,
	}

	var out []string

	each(s, func(within string, call *ast.CallExpr) {
		at, ok := position[name(call.Fun)]
		if !ok || len(call.Args) <= at {
			return
		}

		summary := call.Args[at]

		if text, ok := literal(summary); ok {
			out = append(out, text)
			return
		}

		switch {
		case within == "problem" || within == "apiDiagnostic":
			// Passed on by a caller, or made of an operation: see below.
		case isSum(summary, "Unknown ", "what"):
			out = append(out, fields(s, "oneOf", "what", "Unknown ")...)
		default:
			t.Errorf("%s: teach this test where the summary comes from", s.set.Position(summary.Pos()))
		}
	})

	// The summary of an API error is "Cannot " and the operation.
	each(s, func(_ string, spec *ast.ValueSpec) {
		if name(spec.Type) != "operation" {
			return
		}

		for _, value := range spec.Values {
			if text, ok := literal(value); ok {
				out = append(out, "Cannot "+text)
			}
		}
	})

	slices.Sort(out)

	return slices.Compact(out)
}

// isSum reports whether an expression is a literal plus a field.
func isSum(e ast.Expr, prefix, field string) bool {
	sum, ok := e.(*ast.BinaryExpr)
	if !ok {
		return false
	}

	text, ok := literal(sum.X)

	return ok && text == prefix && name(sum.Y) == field
}

// fields returns what a field is set to in the composite literals of a type.
func fields(s source, typeName, field, prefix string) []string {
	var out []string

	each(s, func(_ string, value *ast.CompositeLit) {
		if name(value.Type) != typeName {
			return
		}

		for _, element := range value.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok && name(pair.Key) == field {
				if text, ok := literal(pair.Value); ok {
					out = append(out, prefix+text)
				}
			}
		}
	})

	return out
}

// verb is a verb of package fmt.
var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// literals returns the string literals that stand for sentences in a function,
// without the verbs of their formats. An empty receiver means none.
func literals(s source, receiver, function string) []string {
	var out []string

	each(s, func(_ string, declared *ast.FuncDecl) {
		if declared.Name.Name != function || receiverOf(declared) != receiver {
			return
		}

		ast.Inspect(declared, func(node ast.Node) bool {
			e, ok := node.(ast.Expr)
			if !ok {
				return true
			}

			if text, ok := literal(e); ok {
				for _, part := range verb.Split(text, -1) {
					if part = strings.Trim(part, " :.,()"); len(strings.Fields(part)) >= 3 {
						out = append(out, part)
					}
				}
			}

			return true
		})
	})

	return out
}

func receiverOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}

	receiver := f.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}

	return name(receiver)
}

// The troubleshooting guide explains every message that the provider can give.
func TestTroubleshooting_isComplete(t *testing.T) {
	t.Parallel()

	guide := template(t, "guides/troubleshooting")
	provider, client := parse(t, "provider"), parse(t, "stackone")

	var headings []string

	for line := range strings.SplitSeq(guide.text, "\n") {
		if match := heading.FindStringSubmatch(line); match != nil {
			headings = append(headings, match[1])
		}
	}

	found := summaries(t, provider)
	if len(found) < 15 {
		t.Errorf("only %d summaries were found: %q", len(found), found)
	}

	for _, summary := range found {
		if !slices.Contains(headings, summary) {
			t.Errorf("no heading explains %q", summary)
		}
	}

	sentences := map[string][]string{
		"statusMeaning":     literals(client, "", "statusMeaning"),
		"Reason":            literals(client, "Error", "Reason"),
		"ParseBaseURL":      literals(client, "", "ParseBaseURL"),
		"ParseAPIKey":       literals(client, "", "ParseAPIKey"),
		"ParseCertificates": literals(client, "", "ParseCertificates"),
		"proxyProblem":      literals(client, "", "proxyProblem"),
		"apiDiagnostic":     {"The provider needs to call StackOne, but its configuration depends on values that are known only after apply"},
	}

	for function, parts := range sentences {
		if len(parts) == 0 {
			t.Errorf("no sentence was found in %s", function)
		}

		for _, part := range parts {
			// The guide shows "…" where a message names a host or a request.
			if !strings.Contains(guide.words(), part) && !slices.Contains(unexplained(), part) {
				t.Errorf("the guide does not explain %q, which %s says", part, function)
			}
		}
	}

	if !slices.Contains(literals(provider, "", "apiDiagnostic"), sentences["apiDiagnostic"][0]) {
		t.Error("apiDiagnostic says something else about unknown configuration than this test")
	}
}

// unexplained lists sentences that need no explanation in the guide, as each
// stands beside another one that has it.
func unexplained() []string {
	return []string{
		"was answered with", // Error of a status: diagnostics say it in their own words
		"it is empty",       // ParseAPIKey: an absent key is reported before
	}
}
