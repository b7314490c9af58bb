package docscheck_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the repository.
const root = "../../.."

// page is one Markdown document.
type page struct {
	// file is where the text is, relative to the repository's folder.
	file string
	// at is where readers find it: for a template, the page that is generated from it.
	at   string
	text string
}

// block is one fenced block of code.
type block struct {
	page     page
	line     int
	language string
	text     string
}

func (b block) where() string { return fmt.Sprintf("%s:%d", b.page.file, b.line) }

// pages reads every document that people read: generated pages and their
// templates, since the one may not be generated anew yet, and the Markdown files
// of the repository itself.
func pages(t *testing.T) []page {
	t.Helper()

	var out []page

	for _, pattern := range []string{"docs", "templates", ".github"} {
		err := filepath.WalkDir(filepath.Join(root, pattern), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}

			relative, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}

			if file := filepath.ToSlash(relative); strings.HasSuffix(strings.TrimSuffix(file, ".tmpl"), ".md") {
				out = append(out, read(t, file))
			}

			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}

	// What "make live" writes beside them is no page.
	top, err := filepath.Glob(filepath.Join(root, "[A-Z]*.md"))
	if err != nil {
		t.Fatal(err)
	}

	for _, name := range top {
		out = append(out, read(t, filepath.Base(name)))
	}

	return out
}

// template reads the template of one page, such as "guides/testing".
func template(t *testing.T, name string) page {
	t.Helper()
	return read(t, "templates/"+name+".md.tmpl")
}

// embedded is how a template shows a file of the repository.
var embedded = regexp.MustCompile(`\{\{-?\s*(tffile|codefile "[a-z]+")\s+"([^"]+)"\s*-?\}\}`)

// read reads a document and puts the files that a template embeds in their places.
func read(t *testing.T, file string) page {
	t.Helper()

	text := content(t, file)
	at := file

	if rest, ok := strings.CutPrefix(file, "templates/"); ok {
		at = path.Join("docs", strings.TrimSuffix(rest, ".tmpl"))
		text = embedded.ReplaceAllStringFunc(text, func(call string) string {
			part := embedded.FindStringSubmatch(call)
			language := "terraform"

			if word, ok := strings.CutPrefix(part[1], "codefile "); ok {
				language = strings.Trim(word, `"`)
			}

			return "```" + language + "\n" + strings.TrimSpace(content(t, part[2])) + "\n```"
		})
	}

	return page{file: file, at: at, text: text}
}

func content(t *testing.T, file string) string {
	t.Helper()

	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

var fence = regexp.MustCompile("^( *)(`{3,})([^`]*)$")

// split takes a document apart into its fenced blocks and its other lines, in
// which each line of a block is left empty.
func (p page) split() (blocks []block, prose []string) {
	var (
		open       block
		indent     string
		marker     string
		inside     bool
		collecting []string
	)

	for i, line := range strings.Split(p.text, "\n") {
		match := fence.FindStringSubmatch(line)

		switch {
		case !inside && match == nil:
			prose = append(prose, line)
			continue
		case !inside:
			inside, indent, marker = true, match[1], match[2]
			open = block{page: p, line: i + 1, language: strings.TrimSpace(match[3])}
			collecting = nil
		case match != nil && match[1] == indent && match[2] == marker && match[3] == "":
			inside = false
			open.text = strings.Join(collecting, "\n") + "\n"
			blocks = append(blocks, open)
		default:
			collecting = append(collecting, strings.TrimPrefix(line, indent))
		}

		prose = append(prose, "")
	}

	return blocks, prose
}

// configurations returns the blocks that are written in HCL.
func (p page) configurations() []block {
	blocks, _ := p.split()
	return slices.DeleteFunc(blocks, func(b block) bool { return !slices.Contains([]string{"terraform", "hcl", "tf"}, b.language) })
}

var (
	heading   = regexp.MustCompile(`^#{1,6} +(.*?) *#*$`)
	anchorTag = regexp.MustCompile(`<a (?:id|name)="([^"]+)">`)
	mark      = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors returns the fragments that lead to a place on the page, by the rule
// that GitHub and the registry share.
func (p page) anchors() map[string]bool {
	_, prose := p.split()
	out := map[string]bool{}

	for _, line := range prose {
		for _, tag := range anchorTag.FindAllStringSubmatch(line, -1) {
			out[tag[1]] = true
		}

		match := heading.FindStringSubmatch(line)
		if match == nil {
			continue
		}

		slug := strings.ReplaceAll(mark.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-")
		for n := 1; out[slug]; n++ {
			slug = fmt.Sprintf("%s-%d", strings.TrimSuffix(slug, fmt.Sprintf("-%d", n-1)), n)
		}

		out[slug] = true
	}

	return out
}

// words are the page's text with runs of white space as one space, so that a
// sentence is found whatever its line breaks.
func (p page) words() string { return strings.Join(strings.Fields(p.text), " ") }

func TestPage_split(t *testing.T) {
	t.Parallel()

	p := page{text: "# A `b` c?\n\n1. Do:\n\n   ```terraform\n   a = 1\n     b\n   ```\n\n````text\n```\n````\n## A `b` c?\n"}

	blocks, prose := p.split()
	if len(blocks) != 2 {
		t.Fatalf("%d blocks, want 2: %v", len(blocks), blocks)
	}

	if b := blocks[0]; b.text != "a = 1\n  b\n" || b.line != 5 || b.language != "terraform" {
		t.Errorf("block: %+v", b)
	}

	if blocks[1].text != "```\n" {
		t.Errorf("nested fence: %q", blocks[1].text)
	}

	if want := strings.Count(p.text, "\n") + 1; len(prose) != want {
		t.Errorf("%d lines of prose, want %d", len(prose), want)
	}

	if anchors := p.anchors(); !anchors["a-b-c"] || !anchors["a-b-c-1"] || len(anchors) != 2 {
		t.Errorf("anchors: %v", anchors)
	}
}

// A block without a language would escape the checks.
func TestPages_everyBlockNamesItsLanguage(t *testing.T) {
	t.Parallel()

	known := []string{"terraform", "hcl", "shell", "text", "json", "go", "yaml", "make", "diff", "powershell", "typescript"}

	for _, p := range pages(t) {
		blocks, _ := p.split()
		for _, b := range blocks {
			if !slices.Contains(known, b.language) {
				t.Errorf("%s: a block in the language %q, want one of %v", b.where(), b.language, known)
			}
		}
	}
}

// problems are what a checker of Markdown would complain about: a first heading that
// is not of the first level, code that is indented and so names no language, and
// empty cells, of which readers with a screen reader do not learn what they mean.
func (p page) problems() []string {
	var out []string

	_, prose := p.split()
	headed := false

	for i, line := range prose {
		where := fmt.Sprintf("%s:%d: ", p.file, i+1)

		if match := heading.FindString(line); match != "" && !headed {
			headed = true

			if !strings.HasPrefix(match, "# ") {
				out = append(out, where+"the first heading is not of the first level")
			}
		}

		// A deeper list, or a paragraph of one, has its item before it.
		if strings.HasPrefix(line, "    ") && strings.TrimSpace(line) != "" && i > 1 && prose[i-1] == "" && !listed(prose[:i]) {
			out = append(out, where+"an indented block of code names no language")
		}

		if cells := strings.Split(strings.TrimSpace(line), "|"); strings.HasPrefix(strings.TrimSpace(line), "|") {
			for _, cell := range cells[1 : len(cells)-1] {
				if strings.TrimSpace(cell) == "" {
					out = append(out, where+"a cell is empty")
				}
			}
		}
	}

	if !headed {
		out = append(out, p.file+": there is no heading")
	}

	return out
}

// item is the beginning of an item of a list.
var item = regexp.MustCompile(`^ *([-*]|\d+\.) `)

// listed reports whether the last line that is not indented begins an item.
func listed(before []string) bool {
	for _, line := range slices.Backward(before) {
		if line != "" && !strings.HasPrefix(line, "    ") {
			return item.MatchString(line)
		}
	}

	return false
}

func TestPages_problems(t *testing.T) {
	t.Parallel()

	for _, p := range pages(t) {
		if strings.HasPrefix(p.at, ".github/") {
			continue // forms, which GitHub puts under a title of its own
		}

		for _, problem := range p.problems() {
			t.Error(problem)
		}
	}

	for text, want := range map[string]int{
		"# A\n\n1. Do:\n\n    on\n\n| a | b |\n|---|---|\n| `x` | y |\n":          0,
		"# A\n\n```text\n## no heading\n    no code\n| | no table |\n```\n## B\n": 0,
		"## A\n\n# B\n":                         1,
		"# A\n\nSay:\n\n    code\n":             1,
		"# A\n\n| | b |\n|---|---|\n| c |  |\n": 2,
		"text\n":                                1,
	} {
		if got := (page{text: text}).problems(); len(got) != want {
			t.Errorf("%q: %q, want %d", text, got, want)
		}
	}
}

// The registry shows guides by their title; the page of a guide needs both lines.
func TestPages_guidesHaveFrontmatter(t *testing.T) {
	t.Parallel()

	guides := 0

	for _, p := range pages(t) {
		if !strings.HasPrefix(p.at, "docs/guides/") {
			continue
		}

		guides++

		for _, want := range []string{"---\n", "\npage_title: \"", "\nsubcategory: ", "\ndescription: |-\n  "} {
			if !strings.Contains(p.text, want) {
				t.Errorf("%s: the frontmatter has no %q", p.file, want)
			}
		}
	}

	if guides < 7 {
		t.Errorf("%d guides were found", guides)
	}
}
