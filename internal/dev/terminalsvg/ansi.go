package terminalsvg

import (
	"io"
	"strconv"
	"strings"
)

// A Style is how a piece of text looks. The zero Style is plain text.
type Style struct {
	// Color is one of the eight ECMA-48 colours, from 1 for black, which is shown grey,
	// to 8 for white; 0 is none. A bright one counts as the colour itself.
	Color int
	Bold  bool
}

// A Span is text of one style within a line.
type Span struct {
	Text  string
	Style Style
}

// A Line is one line of a terminal, without its line break.
type Line []Span

// String is the text of the line without its styles.
func (l Line) String() string {
	var b strings.Builder
	for _, span := range l {
		b.WriteString(span.Text)
	}

	return b.String()
}

// Parse splits terminal output into lines. A style lasts until it is changed,
// beyond the end of a line too. White space at the end of a line is dropped,
// and so is a line break at the very end.
func Parse(output string) []Line {
	var (
		lines []Line
		style Style
	)

	for text := range strings.SplitSeq(strings.TrimSuffix(output, "\n"), "\n") {
		var line Line

		line, style = parseLine(strings.TrimSuffix(text, "\r"), style)
		lines = append(lines, trimRight(line))
	}

	return lines
}

func parseLine(text string, style Style) (Line, Style) {
	var line Line

	for text != "" {
		plain, rest, sequence := cut(text)
		if plain != "" {
			line = append(line, Span{Text: plain, Style: style})
		}

		text, style = rest, style.apply(sequence)
	}

	return line, style
}

func trimRight(line Line) Line {
	for len(line) > 0 {
		last := &line[len(line)-1]

		last.Text = strings.TrimRight(last.Text, " \t")
		if last.Text != "" {
			break
		}

		line = line[:len(line)-1]
	}

	return line
}

// apply returns the style after a control sequence, which is given without its
// introducer: "1;32m" for example.
func (s Style) apply(sequence string) Style {
	codes, ok := strings.CutSuffix(sequence, "m")
	if !ok {
		return s
	}

	for code := range strings.SplitSeq(codes, ";") {
		n, err := strconv.Atoi(code)
		if code != "" && err != nil {
			return s
		}

		switch {
		case n == 0:
			s = Style{}
		case n == 1:
			s.Bold = true
		case n == 22:
			s.Bold = false
		case n == 39:
			s.Color = 0
		case n >= 30 && n <= 37:
			s.Color = n - 29
		case n >= 90 && n <= 97:
			s.Color = n - 89
		}
	}

	return s
}

// cut divides text at its first control sequence, which is given without its
// introducer, and which is the rest of text where its end is missing.
func cut(text string) (plain, rest, sequence string) {
	plain, sequence, _ = strings.Cut(text, "\x1b")

	body, ok := strings.CutPrefix(sequence, "[")
	if !ok { // an escape with one character, or none at all
		return plain, sequence[min(1, len(sequence)):], ""
	}

	for i := range len(body) {
		if body[i] >= 0x40 && body[i] <= 0x7e { // the final byte of a control sequence
			return plain, body[i+1:], body[:i+1]
		}
	}

	return plain, "", ""
}

// Strip returns a writer that passes text on to w without control sequences,
// also where a sequence is spread over several writes.
func Strip(w io.Writer) io.Writer { return &stripper{w: w} }

type stripper struct {
	w    io.Writer
	held []byte // the beginning of a control sequence
}

// Write implements io.Writer. It reports all of p as written unless w fails.
func (s *stripper) Write(p []byte) (int, error) {
	text := make([]byte, 0, len(p))
	for _, c := range p {
		switch {
		case len(s.held) == 0 && c != 0x1b:
			text = append(text, c)
		case len(s.held) == 1 && c != '[', len(s.held) > 1 && c >= 0x40 && c <= 0x7e:
			s.held = s.held[:0]
		default:
			s.held = append(s.held, c)
		}
	}

	if _, err := s.w.Write(text); err != nil {
		return 0, err
	}

	return len(p), nil
}
