package main

import (
	"fmt"
	"io"
	"strings"
)

// A row is a fact with what was seen.
type row struct {
	fact
	verdict verdict
	seen    string
}

// contradicts reports whether the provider relies on what is otherwise.
func (r row) contradicts() bool { return r.verdict == otherwise && r.reliesOn != "" }

// A report is the outcome of a run.
type report struct {
	host string
	mode mode
	rows []row
	// more counts the facts that another mode shows.
	more int
	// requests counts the answers.
	requests int
	// early tells that the run ended before it had looked at everything.
	early bool
}

func newReport(host string, m mode, table []fact, e *evidence, early bool) report {
	r := report{host: host, mode: m, requests: len(e.all), early: early}

	for _, f := range table {
		if f.needs != reading && f.needs != m {
			r.more++
			continue
		}

		result, seen := f.check(e)
		r.rows = append(r.rows, row{fact: f, verdict: result, seen: seen})
	}

	return r
}

func (r report) count(matches func(row) bool) int {
	n := 0

	for _, row := range r.rows {
		if matches(row) {
			n++
		}
	}

	return n
}

func (r report) contradictions() int { return r.count(row.contradicts) }

// summary is the outcome in words.
func (r report) summary() string {
	with := func(v verdict) int { return r.count(func(row row) bool { return row.verdict == v }) }

	text := fmt.Sprintf("%d facts: %d as documented, %d otherwise, %d not seen, by %d requests.", len(r.rows), with(asDocumented), with(otherwise), with(notSeen), r.requests)

	if n := r.contradictions(); n > 0 {
		text += fmt.Sprintf(" The provider relies on %d of those that are otherwise.", n)
	} else {
		text += " Nothing contradicts what the provider relies on."
	}

	if r.early {
		text += " The run ended early, before it had looked at everything."
	}

	if r.more > 0 {
		text += fmt.Sprintf(" Other modes (see make help) show %d more.", r.more)
	}

	return text
}

const (
	// width is how many columns the report has on a terminal.
	width          = 100
	nameColumns    = 42
	verdictColumns = 13
)

// terminal writes the report for a terminal.
func (r report) terminal(w io.Writer) error {
	var out strings.Builder

	fmt.Fprintf(&out, "StackOne's API at %s\n", r.host)

	about := ""

	for _, row := range r.rows {
		if row.about != about {
			about = row.about
			fmt.Fprintf(&out, "\n%s\n", about)
		}

		indent := nameColumns + verdictColumns + 6

		for i, line := range wrap(row.seen, width-indent) {
			if i == 0 {
				fmt.Fprintf(&out, "%s\n", strings.TrimRight(fmt.Sprintf("  %-*s  %-*s  %s", nameColumns, row.name, verdictColumns, row.verdict, line), " "))
			} else {
				fmt.Fprintf(&out, "%s%s\n", strings.Repeat(" ", indent), line)
			}
		}

		if row.verdict == otherwise {
			for _, line := range wrap(row.advice(), width-4) {
				fmt.Fprintf(&out, "    %s\n", line)
			}
		}
	}

	fmt.Fprintln(&out)

	for _, line := range wrap(r.summary(), width) {
		fmt.Fprintln(&out, line)
	}

	_, err := io.WriteString(w, out.String())

	return err
}

// advice says what was expected, and where to look.
func (r row) advice() string {
	if r.reliesOn == "" {
		return "Documented: " + r.documented + ". Nothing relies on it."
	}

	return "Documented: " + r.documented + ". Relies on it: " + r.reliesOn
}

// markdown writes the report to be pasted into an issue.
func (r report) markdown(w io.Writer) error {
	var out strings.Builder

	fmt.Fprintf(&out, "## StackOne's API at %s\n\n%s\n", r.host, r.summary())

	about := ""

	for _, row := range r.rows {
		if row.about != about {
			about = row.about
			fmt.Fprintf(&out, "\n### %s\n\n| fact | verdict | seen | documented | relied on by |\n|---|---|---|---|---|\n", about)
		}

		result := row.verdict.String()
		if row.verdict == otherwise {
			result = "**" + result + "**"
		}

		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s |\n", cell(row.name), result, cell(row.seen), cell(row.documented), cell(row.reliesOn))
	}

	_, err := io.WriteString(w, out.String())

	return err
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// wrap breaks a text into lines of at most so many columns, where there are spaces.
func wrap(text string, columns int) []string {
	lines := []string{""}

	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]

		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= columns:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}

	return lines
}
