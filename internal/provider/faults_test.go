package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Whole runs of the released build, on the real clock. Package stackone tests rates and outages in
// virtual time.

func newRealTimeHarness(t *testing.T) *harness {
	t.Helper()

	h := newHarness(t)
	h.Server = stackonetest.New(t, stackonetest.Options{})
	h.env["STACKONE_BASE_URL"] = h.URL()

	return h
}

func many(n int) string {
	return strings.Replace(session("this"), "origin_owner_id   = \"customer-1\"", fmt.Sprintf("count = %d\n  origin_owner_id = \"customer-${count.index}\"", n), 1)
}

// tokens returns the different tokens in the state, and checks that the server issued them.
func (a *attached) tokens(h *harness) []string {
	a.t.Helper()

	raw, err := os.ReadFile(filepath.Join(a.dir, "terraform.tfstate"))
	if err != nil && !os.IsNotExist(err) {
		a.t.Fatal(err)
	}

	var tokens []string

	for _, match := range regexp.MustCompile(`(?m)^ *"token": "(.*)",?$`).FindAllStringSubmatch(string(raw), -1) {
		if !slices.ContainsFunc(h.Sessions(), func(s stackonetest.Session) bool { return s.Token == match[1] }) {
			a.t.Error("a session of the state has a token that was not issued")
		}

		tokens = append(tokens, match[1])
	}

	slices.Sort(tokens)

	return slices.Compact(tokens)
}

func TestFaults(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		sessions int
		env      map[string]string
		fault    func(int, stackonetest.Request) *stackonetest.Fault
		limit    int
		// created is the number of sessions in the state; requests, seconds and lines are bounds.
		created, requests, lines int
		seconds                  float64
		// first occurs once, again in all other errors.
		first, again string
	}{
		"nobody listens": {
			sessions: 30, env: map[string]string{"STACKONE_BASE_URL": "http://127.0.0.1:1", "STACKONE_MAX_WAIT_SECONDS": "2"},
			seconds: 15, lines: 30*10 + 15,
			first: "Could not reach StackOne at http://127.0.0.1:1", again: "have been failing since",
		},
		"a limit of 20 requests a second": {
			sessions: 100, limit: 20,
			created: 100, requests: 120, seconds: 20,
		},
		"no responses": {
			sessions: 30, env: map[string]string{"STACKONE_MAX_WAIT_SECONDS": "2", "STACKONE_REQUEST_TIMEOUT_SECONDS": "1"}, fault: func(int, stackonetest.Request) *stackonetest.Fault {
				return &stackonetest.Fault{Hang: true}
			},
			requests: 30, seconds: 15, lines: 30*10 + 15,
			first: "did not respond in time", again: "have been failing since",
		},
		"502 for one customer": {
			sessions: 30, env: map[string]string{"STACKONE_MAX_RETRIES": "4"}, fault: func(_ int, r stackonetest.Request) *stackonetest.Fault {
				if string(r.Fields["origin_owner_id"]) != `"customer-7"` {
					return nil
				}

				return &stackonetest.Fault{Status: http.StatusBadGateway}
			},
			created: 29, requests: 29 + 5 + 5, seconds: 15, lines: 25,
			first: "Status: 502 Bad Gateway", again: "have been failing since",
		},
		"wrong key": {
			sessions: 100, env: map[string]string{"STACKONE_API_KEY": "v1.eu1.wrong"},
			requests: 11, seconds: 20, lines: 100*10 + 15,
			first: "StackOne did not accept the API key.", again: "did not accept the API key for another request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newRealTimeHarness(t)
			h.OnRequest(test.fault)
			h.LimitRate(test.limit, time.Second)

			for name, value := range test.env {
				h.env[name] = value
			}

			a := h.install(t, many(test.sessions))
			cmd := a.command("apply", "-auto-approve", "-no-color")

			var stderr strings.Builder

			cmd.Stderr = &stderr
			begun := time.Now()
			err := cmd.Run()
			took, output, failed := time.Since(begun), stderr.String(), test.sessions-test.created

			if created := len(a.tokens(h)); created != test.created || (err == nil) != (failed == 0) {
				t.Errorf("%d sessions are in the state, want %d; it ended with %v:\n%s", created, test.created, err, output)
			}

			lines := strings.Count(output, "\n")
			if len(h.Requests()) > test.requests || took.Seconds() > test.seconds || lines > test.lines {
				t.Errorf("%d requests, %s and %d lines, at most %d, %g s and %d", len(h.Requests()), took, lines, test.requests, test.seconds, test.lines)
			}

			words := oneLine(output)
			if failed > 0 && (strings.Count(words, test.first) != 1 || strings.Count(words, test.again) != failed-1) {
				t.Errorf("%d times %q and %d times %q:\n%s", strings.Count(words, test.first), test.first, strings.Count(words, test.again), test.again, output)
			}
		})
	}
}

// interrupted stops an apply of 30 sessions at its last request, when all requests after those of
// the saved sessions fail. The next apply creates only the rest.
func interrupted(t *testing.T, saved, last int, fault stackonetest.Fault, stop func(cmd *exec.Cmd)) (output string, took time.Duration) {
	t.Helper()

	h := newRealTimeHarness(t)
	a := h.install(t, many(30))
	waiting := make(chan struct{})

	h.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
		if n == last {
			close(waiting)
		}

		if n <= saved {
			return nil
		}

		return &fault
	})

	var out strings.Builder

	cmd := a.command("apply", "-auto-approve", "-no-color")
	cmd.Stdout, cmd.Stderr = &out, &out

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	<-waiting

	begun := time.Now()

	stop(cmd)

	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted apply must not succeed")
	}

	took = time.Since(begun)

	before, requests := a.tokens(h), len(h.Requests())
	if len(before) != saved || requests > last+5 {
		t.Errorf("%d sessions are in the state after %d requests, want %d after %d", len(before), requests, saved, last)
	}

	h.OnRequest(nil)
	a.apply()

	after := a.tokens(h)
	if got := len(h.Requests()) - requests; got != 30-saved || len(after) != 30 {
		t.Errorf("the next apply created %d sessions, and %d are in the state", got, len(after))
	}

	if slices.ContainsFunc(before, func(token string) bool { return !slices.Contains(after, token) }) {
		t.Error("a session of the first apply was lost")
	}

	return out.String(), took
}

// An interruption ends requests, and the common wait in an outage.
func TestTimed_interrupt(t *testing.T) { //nolint:paralleltest // Other tests would distort the measurement.
	for name, test := range map[string]struct {
		saved, last int
		fault       stackonetest.Fault
	}{
		// All ten workers of Terraform hang.
		"no responses": {5, 15, stackonetest.Fault{Hang: true}},
		"outage":       {0, 5, stackonetest.Fault{Status: http.StatusBadGateway, Header: http.Header{"Retry-After": {"60"}}}},
	} {
		output, took := interrupted(t, test.saved, test.last, test.fault, func(cmd *exec.Cmd) { _ = cmd.Process.Signal(os.Interrupt) })
		if took > 2*time.Second || !strings.Contains(output, "was interrupted") {
			t.Errorf("%s: it took %s to stop:\n%s", name, took, output)
		}
	}
}
