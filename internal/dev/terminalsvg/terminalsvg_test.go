package terminalsvg_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terminalsvg"
)

func TestParse(t *testing.T) {
	t.Parallel()

	bold := terminalsvg.Style{Bold: true}
	green := terminalsvg.Style{Color: 3}

	tests := map[string]struct {
		output string
		want   []terminalsvg.Line
	}{
		"nothing":            {"", []terminalsvg.Line{nil}},
		"plain":              {"a\nb\n", []terminalsvg.Line{{{Text: "a"}}, {{Text: "b"}}}},
		"carriage returns":   {"a\r\nb\r\n", []terminalsvg.Line{{{Text: "a"}}, {{Text: "b"}}}},
		"one style":          {"\x1b[1mPlan:\x1b[0m 3", []terminalsvg.Line{{{"Plan:", bold}, {Text: " 3"}}}},
		"styles add up":      {"\x1b[1m\x1b[32mx", []terminalsvg.Line{{{"x", terminalsvg.Style{Color: 3, Bold: true}}}}},
		"in one sequence":    {"\x1b[1;36mx", []terminalsvg.Line{{{"x", terminalsvg.Style{Color: 7, Bold: true}}}}},
		"styles end":         {"\x1b[1;32mx\x1b[22;39my", []terminalsvg.Line{{{"x", terminalsvg.Style{Color: 3, Bold: true}}, {Text: "y"}}}},
		"no number is reset": {"\x1b[32mx\x1b[my", []terminalsvg.Line{{{"x", green}, {Text: "y"}}}},
		"beyond a line":      {"\x1b[32mx\ny", []terminalsvg.Line{{{"x", green}}, {{"y", green}}}},
		"bright":             {"\x1b[90mx\x1b[92my", []terminalsvg.Line{{{"x", terminalsvg.Style{Color: 1}}, {"y", green}}}},
		"other sequences":    {"\x1b[2Kx\x1b[?25ly\x1b7z", []terminalsvg.Line{{{Text: "x"}, {Text: "y"}, {Text: "z"}}}},
		"white space ends":   {"x \x1b[32m \t\x1b[0m\n  y", []terminalsvg.Line{{{Text: "x"}}, {{Text: "  y"}}}},
		"cut off":            {"x\x1b[3", []terminalsvg.Line{{{Text: "x"}}}},
		"longer than a byte": {"─\x1b[1m…", []terminalsvg.Line{{{Text: "─"}, {"…", bold}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := terminalsvg.Parse(test.output); !reflect.DeepEqual(got, test.want) {
				t.Errorf("Parse(%q)\n = %#v,\nwant %#v", test.output, got, test.want)
			}
		})
	}
}

func TestStripGivesTheSameTextHoweverItIsWritten(t *testing.T) {
	t.Parallel()

	const styled, want = "\x1b[1mPlan:\x1b[0m ─ 3 to \x1b[1;32madd\x1b[m\n", "Plan: ─ 3 to add\n"
	for size := 1; size <= len(styled); size++ {
		var out bytes.Buffer

		w := terminalsvg.Strip(&out)
		for rest := styled; rest != ""; {
			n, err := io.WriteString(w, rest[:min(size, len(rest))])
			if err != nil || n != min(size, len(rest)) {
				t.Fatalf("Write() = %d, %v", n, err)
			}

			rest = rest[n:]
		}

		if out.String() != want {
			t.Errorf("in pieces of %d: %q, want %q", size, out.String(), want)
		}
	}
}

func TestStripReportsTheErrorOfItsWriter(t *testing.T) {
	t.Parallel()

	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}

	if _, err := io.WriteString(terminalsvg.Strip(w), "x"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Write() to a closed pipe: %v", err)
	}
}

func TestSVGHoldsTheTextAndIsWellFormed(t *testing.T) {
	t.Parallel()

	const output = "\x1b[1m  # a[\"<b>\"] & 'c'\x1b[0m\n\n\x1b[32m+\x1b[0m token = (sensitive value)\n"

	picture := terminalsvg.SVG("a & b", terminalsvg.Parse(output))

	text, err := textOf(picture)
	if err != nil {
		t.Fatalf("%v in\n%s", err, picture)
	}

	if want := []string{"a & b", `  # a["<b>"] & 'c'`, "+ token = (sensitive value)"}; !reflect.DeepEqual(text, want) {
		t.Errorf("the texts are %q, want %q", text, want)
	}

	for _, want := range []string{`<tspan class="g">+</tspan>`, `<tspan class="b">`, "<title>a &amp; b</title>", `viewBox="0 0 269 120"`} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("%s is not in\n%s", want, picture)
		}
	}

	if again := terminalsvg.SVG("a & b", terminalsvg.Parse(output)); !bytes.Equal(again, picture) {
		t.Error("a second picture differs")
	}
}

// textOf returns the content of each text element.
func textOf(picture []byte) ([]string, error) {
	var texts []string

	inside := false

	for decoder := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}

		if err != nil {
			return nil, err
		}

		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "text" {
				inside = true

				texts = append(texts, "")
			}
		case xml.EndElement:
			if token.Name.Local == "text" {
				inside = false
			}
		case xml.CharData:
			if inside {
				texts[len(texts)-1] += string(token)
			}
		}
	}
}
