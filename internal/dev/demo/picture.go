package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terminalsvg"
)

// draw writes the picture of the run so far.
func (d *demo) draw() error {
	lines, err := excerpt(d.planned, d.applied, d.plannedAgain)
	if err != nil {
		return fmt.Errorf("drawing the run: %w", err)
	}

	picture := terminalsvg.SVG("Onboarding three customers", lines)
	if err := os.WriteFile(d.picture, picture, 0o644); err != nil {
		return err
	}

	d.say("\nThe picture %s has %d bytes.", d.picture, len(picture))

	return nil
}

// excerpt is what the picture shows of a run: the first session of the plan and
// the results. It leaves out what differs from run to run, and what Terraform and
// OpenTofu say differently, so that every run gives the same picture.
func excerpt(planned, applied, plannedAgain string) ([]terminalsvg.Line, error) {
	cut := cutter{}
	cut.prompt("plan")
	cut.block(planned, "  # stackone_connect_session.", "    }")
	cut.text(styled("90", "    … and two more"))
	cut.text("")
	cut.line(planned, "Plan: ")
	cut.text("")
	cut.prompt("apply")
	cut.line(applied, "Apply complete!")
	cut.line(applied, "auth_links = ")
	cut.text("")
	cut.prompt("plan")
	cut.line(plannedAgain, "No changes.")

	return cut.lines, cut.err
}

// A cutter collects parts of outputs and remembers the first that is missing.
type cutter struct {
	lines []terminalsvg.Line
	err   error
}

// text adds a line of the picture's own.
func (c *cutter) text(text string) { c.lines = append(c.lines, terminalsvg.Parse(text)...) }

func (c *cutter) prompt(command string) { c.text(promptLine("terraform " + command)) }

// line adds the first line with a prefix.
func (c *cutter) line(output, prefix string) { c.block(output, prefix, "") }

// block adds the lines from the first with a prefix to the next that begins with
// end; to the first itself when end is "".
func (c *cutter) block(output, prefix, end string) {
	lines := terminalsvg.Parse(output)
	for from, line := range lines {
		if !strings.HasPrefix(line.String(), prefix) {
			continue
		}

		for to, line := range lines[from:] {
			if strings.HasPrefix(line.String(), end) {
				c.lines = append(c.lines, lines[from:from+to+1]...)
				return
			}
		}
	}

	if c.err == nil {
		c.err = fmt.Errorf("no line begins with %q and is followed by one with %q", prefix, end)
	}
}
