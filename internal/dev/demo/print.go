package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terminalsvg"
)

// width is how far a heading reaches, in characters.
const width = 78

// A printer writes for a terminal and remembers the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}

	n, err := p.out.Write(b)
	p.err = err

	return n, err
}

func (p *printer) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p, format+"\n", args...) // Write keeps the error.
}

func (p *printer) note(text string) { p.say("%s", styled("90", text)) }

func (p *printer) heading(title string) {
	p.say("\n%s %s\n", styled("1;36", "── "+title), styled("36", strings.Repeat("─", max(3, width-4-utf8.RuneCountInString(title)))))
}

func (p *printer) prompt(command string) { p.say("%s", promptLine(command)) }

func promptLine(command string) string { return styled("90", "$") + " " + bold(command) }

// table prints one line for each key, with the values in one column.
func (p *printer) table(keys []string, value func(key string) string) {
	longest := 0
	for _, key := range keys {
		longest = max(longest, utf8.RuneCountInString(key))
	}

	for _, key := range keys {
		p.say("  %-*s  %s", longest, key, value(key))
	}
}

func bold(text string) string { return styled("1", text) }

func styled(codes, text string) string { return "\x1b[" + codes + "m" + text + "\x1b[0m" }

// plain is output without colours.
func plain(output string) string {
	var b strings.Builder

	_, _ = io.WriteString(terminalsvg.Strip(&b), output) // a strings.Builder takes every write

	return b.String()
}
