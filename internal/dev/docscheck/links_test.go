package docscheck_test

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	inlineCode = regexp.MustCompile("`[^`]*`")
	inlineLink = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?[^)]*\)`)
	bareLink   = regexp.MustCompile(`https?://[^\s)>\]]+`)
)

// link is one link of a page.
type link struct {
	page   page
	target string
}

func (p page) links() []link {
	_, prose := p.split()

	var out []link

	for _, line := range prose {
		// The text of a link may be code; its target is not.
		line = inlineCode.ReplaceAllString(line, "code")

		for _, match := range inlineLink.FindAllStringSubmatch(line, -1) {
			out = append(out, link{p, match[1]})
		}

		for _, match := range bareLink.FindAllString(inlineLink.ReplaceAllString(line, "]"), -1) {
			out = append(out, link{p, match})
		}
	}

	return out
}

// site knows the anchors of every page, by where readers find it.
type site map[string]map[string]bool

func newSite(pages []page) site {
	out := site{}

	for _, p := range pages {
		if out[p.at] == nil {
			out[p.at] = map[string]bool{}
		}

		for anchor := range p.anchors() {
			out[p.at][anchor] = true
		}
	}

	return out
}

// registry is where the pages under docs/ are read.
const registry = "https://registry.terraform.io/providers/stackonehq/stackone/latest/docs"

// published is the page that an address in the registry shows.
func published(address string) (at string, ok bool) {
	rest, ok := strings.CutPrefix(address, registry)

	switch {
	case !ok:
		return "", false
	case rest == "" || rest[0] == '#':
		return "/docs/index.md" + rest, true
	case rest[0] == '/':
		name, fragment, found := strings.Cut(rest, "#")
		if found {
			fragment = "#" + fragment
		}

		return "/docs" + name + ".md" + fragment, true
	default:
		return "", false
	}
}

// problem says what is wrong with a link, or nothing.
func (s site) problem(l link) string {
	address := l.target

	own, isOwn := published(address)
	if isOwn {
		address = own
	}

	target, err := url.Parse(address)
	if err != nil {
		return "is not a link"
	}

	switch target.Scheme {
	case "https", "mailto":
		return ""
	case "":
	default:
		return "has the scheme " + target.Scheme + ", want https"
	}

	at := l.page.at

	switch {
	case isOwn:
		at = strings.TrimPrefix(target.Path, "/")
	case target.Path != "":
		at = path.Join(path.Dir(l.page.at), target.Path)

		// The registry serves the index at …/docs, without a slash at the end: what
		// is relative to that misses the other pages, and no page is called index.
		if strings.HasPrefix(l.page.at, "docs/") && (l.page.at == "docs/index.md" || at == "docs/index.md") {
			return "is relative from or to the index; begin it with " + registry
		}
	}

	// The registry holds the pages alone, not the rest of the repository.
	if strings.HasPrefix(l.page.at, "docs/") && !strings.HasPrefix(at, "docs/") {
		return "leads out of the documentation"
	}

	anchors, isPage := s[at]
	if !isPage {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(at))); err != nil {
			return "leads to " + at + ", which does not exist"
		}
	}

	if isPage && target.Fragment != "" && !anchors[target.Fragment] {
		return "leads to a place on " + at + " that does not exist"
	}

	return ""
}

func TestLinks(t *testing.T) {
	t.Parallel()

	all := pages(t)
	known := newSite(all)
	count := 0

	for _, p := range all {
		for _, l := range p.links() {
			count++

			if problem := known.problem(l); problem != "" {
				t.Errorf("%s: the link %s %s", p.file, l.target, problem)
			}
		}
	}

	if count < 50 {
		t.Errorf("only %d links were found", count)
	}
}

func TestSite_problem(t *testing.T) {
	t.Parallel()

	guide := page{file: "docs/guides/a.md", at: "docs/guides/a.md", text: "# Title\n## Part one\n"}
	resource := page{file: "docs/resources/b.md", at: "docs/resources/b.md", text: "## Part one\n"}
	index := page{file: "docs/index.md", at: "docs/index.md", text: "## Part one\n"}
	readme := page{file: "README.md", at: "README.md"}
	known := newSite([]page{guide, resource, index, readme})

	tests := map[string]struct {
		from   page
		target string
		good   bool
	}{
		"page":                       {guide, "../resources/b.md", true},
		"page in the registry":       {index, registry + "/guides/a", true},
		"index in the registry":      {guide, registry, true},
		"anchor":                     {guide, "../resources/b.md#part-one", true},
		"anchor in the registry":     {index, registry + "/guides/a#part-one", true},
		"anchor of the index":        {guide, registry + "#part-one", true},
		"anchor on itself":           {guide, "#part-one", true},
		"anchor on the index itself": {index, "#part-one", true},
		"secure":                     {index, "https://example.com", true},
		"another provider":           {index, "https://registry.terraform.io/providers/hashicorp/time/latest/docs/a", true},
		"file of the whole":          {readme, "go.mod", true},
		"index from outside":         {readme, "docs/index.md#part-one", true},
		"relative from the index":    {index, "guides/a.md", false},
		"relative to the index":      {guide, "../index.md", false},
		"missing page":               {guide, "../guides/b.md", false},
		"missing in the registry":    {index, registry + "/guides/b", false},
		"file name in the registry":  {index, registry + "/guides/a.md", false},
		"missing anchor":             {guide, "../resources/b.md#part-two", false},
		"missing anchor there":       {index, registry + "/guides/a#part-two", false},
		"missing anchor of index":    {guide, registry + "#part-two", false},
		"missing on itself":          {guide, "#part-two", false},
		"insecure":                   {index, "http://example.com", false},
		"out of the docs":            {guide, "../../README.md", false},
		"missing file":               {readme, "gone.md", false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if problem := known.problem(link{test.from, test.target}); (problem == "") != test.good {
				t.Errorf("problem: %q", problem)
			}
		})
	}
}

func TestPage_links(t *testing.T) {
	t.Parallel()

	p := page{text: "[a](b.md) `[no](x)` [`c`](d.md#e \"title\") see http://bare.example.\n```text\n[no](y)\n```\n![p](q.svg)\n"}

	var got []string
	for _, l := range p.links() {
		got = append(got, l.target)
	}

	if want := "b.md d.md#e http://bare.example. q.svg"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
