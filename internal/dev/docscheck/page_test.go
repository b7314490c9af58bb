// Package docscheck tests what no other package does: the pages under docs/ and the other
// Markdown files, the workflows, and the archives of a release.
//
//   - page_test.go parses the pages and checks their headings, blocks and links.
//   - blocks_test.go validates each block of configuration with the real Terraform.
//   - guides_test.go follows the instructions of the pages.
//   - release_test.go checks the archives and the workflows.
//   - terraform_test.go runs Terraform with the provider, and stubs of other providers.
package docscheck

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

func root() fs.FS { return os.DirFS("../../..") }

func content(t *testing.T, file string) []byte {
	t.Helper()

	out, err := fs.ReadFile(root(), file)
	if err != nil {
		t.Fatal(err)
	}

	return out
}

func files(t *testing.T, patterns ...string) []string {
	t.Helper()

	var out []string

	for _, pattern := range patterns {
		found, err := fs.Glob(root(), pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}

		out = append(out, found...)
	}

	return out
}

// page is a Markdown document. Its frontmatter is blanked, which keeps line numbers.
type page struct {
	file   string
	source []byte
	root   ast.Node
}

type block struct{ where, language, text string }

var frontmatter = regexp.MustCompile(`(?s)\A---\n.*?\n---\n`)

func read(t *testing.T, file string) page {
	t.Helper()

	source := frontmatter.ReplaceAllFunc(content(t, file), func(head []byte) []byte { return bytes.Repeat([]byte("\n"), bytes.Count(head, []byte("\n"))) })
	parser := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Linkify)).Parser()

	return page{file, source, parser.Parse(text.NewReader(source))}
}

// pages reads every document, except those that "make live" writes, in lower case.
func pages(t *testing.T) []page {
	t.Helper()

	var out []page

	for _, file := range files(t, "[A-Z]*.md", ".github/*.md", "docs/*.md", "docs/*/*.md") {
		out = append(out, read(t, file))
	}

	return out
}

func nodes[N ast.Node](p page) []N {
	var out []N

	_ = ast.Walk(p.root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if found, ok := node.(N); ok && entering {
			out = append(out, found)
		}

		return ast.WalkContinue, nil
	})

	return out
}

func (p page) blocks() []block {
	var out []block

	for _, b := range nodes[*ast.FencedCodeBlock](p) {
		line := bytes.Count(p.source[:b.Lines().At(0).Start], []byte("\n"))
		out = append(out, block{fmt.Sprintf("%s:%d", p.file, line), string(b.Language(p.source)), string(b.Lines().Value(p.source))})
	}

	return out
}

func (p page) blocksIn(languages ...string) []block {
	return slices.DeleteFunc(p.blocks(), func(b block) bool { return !slices.Contains(languages, b.language) })
}

func (p page) configurations() []block { return p.blocksIn("terraform", "hcl") }

func (p page) headings() []string {
	var out []string
	for _, h := range nodes[*ast.Heading](p) {
		out = append(out, string(h.Lines().Value(p.source)))
	}

	return out
}

var (
	anchorTag = regexp.MustCompile(`<a (?:id|name)="([^"]+)">`)
	mark      = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors returns the fragments of the page, as GitHub and the registry build them, except
// those of repeated headings.
func (p page) anchors() []string {
	var out []string

	for _, heading := range p.headings() {
		out = append(out, strings.ReplaceAll(mark.ReplaceAllString(strings.ToLower(heading), ""), " ", "-"))
	}

	for _, tag := range anchorTag.FindAllSubmatch(p.source, -1) {
		out = append(out, string(tag[1]))
	}

	return out
}

func (p page) links() []string {
	var out []string

	for _, l := range nodes[*ast.Link](p) {
		out = append(out, string(l.Destination))
	}

	for _, l := range nodes[*ast.Image](p) {
		out = append(out, string(l.Destination))
	}

	for _, l := range nodes[*ast.AutoLink](p) {
		out = append(out, string(l.URL(p.source)))
	}

	return out
}

const (
	registry = "https://registry.terraform.io/providers/stackonehq/stackone/latest/docs"

	raw  = "https://raw.githubusercontent.com/StackOneHQ/terraform-provider-stackone/main/"
	blob = "https://github.com/StackOneHQ/terraform-provider-stackone/blob/main/"
)

// linkProblem describes what is wrong with a link, or returns "".
func linkProblem(anchors map[string][]string, from, address string) string {
	target, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}

	at := path.Join(path.Dir(from), target.Path)
	name, published := strings.CutPrefix(target.Scheme+"://"+target.Host+target.Path, registry)

	switch {
	case published && name == "":
		at = "docs/index.md"
	case published:
		at = "docs" + name + ".md"
	case strings.HasPrefix(address, raw):
		at = strings.TrimPrefix(address, raw)
	case strings.HasPrefix(address, blob):
		at, _, _ = strings.Cut(strings.TrimPrefix(address, blob), "#")
	case target.Scheme == "https" || target.Scheme == "mailto":
		return ""
	case target.Scheme != "":
		return "the scheme is not https"
	case target.Path == "":
		at = from
	case !strings.HasPrefix(from, "docs/"):
	case !strings.HasPrefix(at, "docs/"):
		return "it leads out of the documentation"
	case from == "docs/index.md" || at == "docs/index.md":
		// The registry serves the index at …/docs, without a trailing slash.
		return "it is relative from or to the index; begin it with " + registry + " or " + blob + "docs"
	}

	if _, err := fs.Stat(root(), at); err != nil {
		return err.Error()
	}

	if target.Fragment != "" && !slices.Contains(anchors[at], target.Fragment) {
		return at + " has no such place"
	}

	return ""
}

// A block without a language would escape the tests, and screen readers cannot explain empty cells.
func TestPages(t *testing.T) {
	t.Parallel()

	known := []string{"terraform", "hcl", "shell", "text", "json", "go", "yaml", "make", "diff", "powershell", "typescript"}

	all := pages(t)
	anchors, links := map[string][]string{}, 0

	for _, p := range all {
		anchors[p.file] = p.anchors()
	}

	for _, p := range all {
		for _, address := range p.links() {
			links++

			if problem := linkProblem(anchors, p.file, address); problem != "" {
				t.Errorf("%s: the link %s: %s", p.file, address, problem)
			}
		}

		for _, b := range p.blocks() {
			if !slices.Contains(known, b.language) {
				t.Errorf("%s: the language %q is none of %v", b.where, b.language, known)
			}
		}

		for _, b := range nodes[*ast.CodeBlock](p) {
			t.Errorf("%s: indented code names no language:\n%s", p.file, b.Lines().Value(p.source))
		}

		for _, cell := range nodes[*tables.TableCell](p) {
			if !cell.HasChildren() {
				t.Errorf("%s: a table has an empty cell", p.file)
			}
		}

		// GitHub adds the titles of its forms.
		headings := nodes[*ast.Heading](p)
		if !strings.HasPrefix(p.file, ".github/") && (len(headings) == 0 || headings[0].Level != 1) {
			t.Errorf("%s: the first heading is not of the first level", p.file)
		}
	}

	if links < 100 {
		t.Errorf("only %d links were found", links)
	}
}
