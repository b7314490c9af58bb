package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	t.Parallel()

	requests := func(s sample) int { return s.Requests }

	for _, test := range []struct {
		values []int
		want   int
	}{
		{nil, 0}, {[]int{4}, 4}, {[]int{9, 1}, 1}, {[]int{3, 9, 1}, 3}, {[]int{8, 1, 9, 2}, 2},
	} {
		var samples []sample
		for _, v := range test.values {
			samples = append(samples, sample{Requests: v})
		}

		if got := median(samples, requests); got != test.want {
			t.Errorf("median(%v) = %d, want %d", test.values, got, test.want)
		}
	}
}

// rounds are three rounds of a floor and a provider in the phase "plan".
func rounds() ([]sample, []phase, []subject) {
	var samples []sample
	for round, wall := range []time.Duration{2 * time.Second, time.Second, 30 * time.Second} {
		samples = append(samples,
			sample{Subject: floorName, Phase: "plan", Round: round, Wall: wall},
			sample{
				Subject: "stackone", Phase: "plan", Round: round, Wall: 3 * wall,
				AllCPU: 5 * time.Second, PluginCPU: 1500 * time.Millisecond, PluginPeak: 32 << 20,
				Requests: 1000, Refused: 5, Connections: 10, State: 3 << 19,
			})
	}

	return samples, phases(), []subject{{name: floorName}, {name: "stackone"}}
}

func TestSummarize(t *testing.T) {
	t.Parallel()

	summary := summarize(rounds())
	if want := len(phases()) * 2; len(summary) != want {
		t.Fatalf("%d lines, want %d", len(summary), want)
	}

	floor, ours := summary[0], summary[1]
	if floor.Subject != floorName || floor.Wall != 2*time.Second || floor.Ratio != 1 {
		t.Errorf("the floor is %+v, want 2 s", floor)
	}

	if ours.Subject != "stackone" || ours.Wall != 6*time.Second || ours.Ratio != 3 || ours.Requests != 1000 {
		t.Errorf("the provider is %+v, want 6 s and 3 times the floor", ours)
	}

	if summary[2].Phase != "apply" || summary[2].Ratio != 0 {
		t.Errorf("a phase without samples is %+v", summary[2])
	}
}

func TestPrintTable(t *testing.T) {
	t.Parallel()

	var output bytes.Buffer
	if err := printTable(&output, summarize(rounds())); err != nil {
		t.Fatal(err)
	}

	lines := strings.Split(output.String(), "\n")
	for i, want := range []string{
		"phase subject wall to floor all CPU plugin CPU plugin peak requests refused connections state",
		"plan terraform_data 2.00 s 1.00 n/a n/a n/a 0 0 0 n/a",
		"plan stackone 6.00 s 3.00 5.00 s 1.50 s 32.0 MiB 1000 5 10 1.5 MiB",
	} {
		if got := strings.Join(strings.Fields(lines[i]), " "); got != want {
			t.Errorf("line %d is %q, want %q", i, got, want)
		}
	}
}

func TestParseSubject(t *testing.T) {
	t.Parallel()

	for v, want := range map[string]subject{
		"old=/tmp/p":                       {name: "old", provider: "/tmp/p"},
		"gc=/tmp/p,GOGC=100":               {name: "gc", provider: "/tmp/p", env: []string{"GOGC=100"}},
		"gc=/tmp/a=b,GOGC=100,GODEBUG=x=1": {name: "gc", provider: "/tmp/a=b", env: []string{"GOGC=100", "GODEBUG=x=1"}},
	} {
		got, err := parseSubject(v)
		if err != nil || got.name != want.name || got.provider != want.provider || !slices.Equal(got.env, want.env) {
			t.Errorf("parseSubject(%q) = %+v, %v, want %+v", v, got, err, want)
		}
	}

	for _, v := range []string{"", "old", "=/tmp/p", "old=", "old=,GOGC=1"} {
		if _, err := parseSubject(v); err == nil {
			t.Errorf("parseSubject(%q) is no error", v)
		}
	}
}
