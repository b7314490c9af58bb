package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// medians are the middle values of the samples of one subject and phase, each
// figure for itself, and the wall time as a ratio to that of the floor.
type medians struct {
	sample
	Ratio float64
}

// summarize returns the medians in the order of the phases and, in each, of the
// subjects. Their Round is 0.
func summarize(samples []sample, phases []phase, subjects []subject) []medians {
	var summary []medians

	for _, p := range phases {
		var floor time.Duration

		for _, s := range subjects {
			of := slices.DeleteFunc(slices.Clone(samples), func(one sample) bool {
				return one.Phase != p.name || one.Subject != s.name
			})

			m := medians{sample: sample{
				Subject: s.name, Phase: p.name,
				Wall:        median(of, func(s sample) time.Duration { return s.Wall }),
				AllCPU:      median(of, func(s sample) time.Duration { return s.AllCPU }),
				PluginCPU:   median(of, func(s sample) time.Duration { return s.PluginCPU }),
				PluginPeak:  median(of, func(s sample) int64 { return s.PluginPeak }),
				Requests:    median(of, func(s sample) int { return s.Requests }),
				Refused:     median(of, func(s sample) int { return s.Refused }),
				Connections: median(of, func(s sample) int { return s.Connections }),
				State:       median(of, func(s sample) int64 { return s.State }),
			}}
			if s.name == floorName {
				floor = m.Wall
			}

			if floor > 0 {
				m.Ratio = float64(m.Wall) / float64(floor)
			}

			summary = append(summary, m)
		}
	}

	return summary
}

// median is the middle value of one figure, the lower one of two, and zero
// where there is none.
func median[T cmp.Ordered](samples []sample, figure func(sample) T) T {
	var values []T
	for _, s := range samples {
		values = append(values, figure(s))
	}

	if len(values) == 0 {
		var zero T
		return zero
	}

	slices.Sort(values)

	return values[(len(values)-1)/2]
}

// printTable prints the medians.
func printTable(w io.Writer, summary []medians) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)

	lines := "phase\tsubject\twall\tto floor\tall CPU\tplugin CPU\tplugin peak\trequests\trefused\tconnections\tstate\t\n"
	for _, m := range summary {
		lines += fmt.Sprintf("%s\t%s\t%s\t%.2f\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t\n",
			m.Phase, m.Subject, seconds(m.Wall), m.Ratio, seconds(m.AllCPU), seconds(m.PluginCPU),
			mebibytes(m.PluginPeak), m.Requests, m.Refused, m.Connections, mebibytes(m.State))
	}

	if _, err := io.WriteString(table, lines); err != nil {
		return err
	}

	return table.Flush()
}

func seconds(d time.Duration) string {
	if d == 0 {
		return "n/a"
	}

	return fmt.Sprintf("%.2f s", d.Seconds())
}

func mebibytes(n int64) string {
	if n == 0 {
		return "n/a"
	}

	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
