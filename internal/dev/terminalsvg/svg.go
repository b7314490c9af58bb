package terminalsvg

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The measures of a picture, in the units of its own coordinates. A character of
// a monospaced font is about 0.6 of its size wide; the margin covers the rest.
const (
	fontSize   = 14
	charWidth  = 8.5
	lineHeight = 20
	margin     = 20
	barHeight  = 40
)

// The picture has a dark ground of its own, so that it looks the same on a light
// page and on a dark one. Its colours have a contrast of at least 4.5 to 1 on it.
const styleSheet = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6dbe3;white-space:pre}` +
	`.b{font-weight:700;fill:#fff}.c{fill:#9aa4b2}` +
	`.k{fill:#8b95a5}.r{fill:#ff8a80}.g{fill:#7ee2a0}.y{fill:#f2cc60}.l{fill:#82b1ff}.m{fill:#e2a6ff}.a{fill:#76e4f7}.w{fill:#fff}`

// SVG draws lines in a window with a title. The same lines and title always give
// the same bytes.
func SVG(title string, lines []Line) []byte {
	columns := utf8.RuneCountInString(title)
	for _, line := range lines {
		columns = max(columns, utf8.RuneCountInString(line.String()))
	}

	width := int(float64(columns)*charWidth) + 2*margin
	height := barHeight + len(lines)*lineHeight + margin

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" xml:space="preserve">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n", escapeText(title), styleSheet)
	fmt.Fprintf(&b, `<rect x=".5" y=".5" width="%d" height="%d" rx="10" fill="#161b22" stroke="#3d4450"/>`+"\n", width-1, height-1)

	for i, color := range []string{"#ff6159", "#ffbd2e", "#28c941"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="20" r="6" fill="%s"/>`, margin+6+20*i, color)
	}

	fmt.Fprintf(&b, "\n"+`<text class="c" x="%d" y="25" text-anchor="middle">%s</text>`+"\n", width/2, escapeText(title))

	for i, line := range lines {
		if len(line) > 0 {
			fmt.Fprintf(&b, `<text x="%d" y="%d">`, margin, barHeight+i*lineHeight+fontSize)

			for _, span := range line {
				writeSpan(&b, span)
			}

			b.WriteString("</text>\n")
		}
	}

	b.WriteString("</svg>\n")

	return b.Bytes()
}

func writeSpan(b *bytes.Buffer, span Span) {
	if class := class(span.Style); class != "" {
		fmt.Fprintf(b, `<tspan class="%s">%s</tspan>`, class, escapeText(span.Text))
		return
	}

	b.WriteString(escapeText(span.Text))
}

// class names the classes of the style sheet that make up a style. The colour
// comes last in the sheet, so it wins over the white of bold text.
func class(s Style) string {
	var classes []string
	if s.Bold {
		classes = append(classes, "b")
	}

	if s.Color != 0 {
		classes = append(classes, string("krgylmaw"[s.Color-1]))
	}

	return strings.Join(classes, " ")
}

// escapeText makes s the content of an element. Unlike in an attribute, quotes
// may stay there, and a plan is full of them.
func escapeText(s string) string {
	var b strings.Builder

	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes every write

	return strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(b.String())
}
