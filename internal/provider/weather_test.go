package provider_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Whole runs of the released build during an outage, on the real clock. Package stackone tests
// the default settings in virtual time.
func TestWeather(t *testing.T) {
	t.Parallel()

	response := func(status int, retryAfter string) *stackonetest.Fault {
		return &stackonetest.Fault{Status: status, Header: http.Header{"Retry-After": {retryAfter}}}
	}

	always := func(f *stackonetest.Fault) func(int, stackonetest.Request) *stackonetest.Fault {
		return func(int, stackonetest.Request) *stackonetest.Fault { return f }
	}

	// between injects a fault for a while from the k-th request on.
	between := func(k int, lasts time.Duration, f *stackonetest.Fault) func(int, stackonetest.Request) *stackonetest.Fault {
		var since time.Time

		return func(n int, r stackonetest.Request) *stackonetest.Fault {
			if n == k {
				since = r.At
			}

			if n < k || r.At.Sub(since) >= lasts {
				return nil
			}

			return f
		}
	}

	tests := map[string]struct {
		sessions int
		env      map[string]string
		weather  func(int, stackonetest.Request) *stackonetest.Fault
		// created is the number of sessions in the state; requests, seconds and lines are bounds.
		created, requests, lines int
		seconds                  float64
		// first occurs once, again in all other errors.
		first, again string
	}{
		"nobody listens": {
			sessions: 30, env: map[string]string{"STACKONE_BASE_URL": "http://127.0.0.1:1", "STACKONE_MAX_WAIT_SECONDS": "2"},
			seconds: 15, lines: 30*10 + 15,
			first: "Could not reach StackOne at", again: "have been failing since",
		},
		"refused for a while": {
			sessions: 30, weather: between(1, 2*time.Second, response(http.StatusTooManyRequests, "1")),
			created: 30, requests: 60, seconds: 25,
		},
		"429 for ever": {
			sessions: 30, env: map[string]string{"STACKONE_MAX_WAIT_SECONDS": "3"}, weather: always(response(http.StatusTooManyRequests, "1")),
			// Before the first health check, attempts go at one per second.
			requests: 30, seconds: 30, lines: 30*10 + 15,
			first: "StackOne's rate limit is exceeded.", again: "have been failing since",
		},
		"no responses for ever": {
			sessions: 30, env: map[string]string{"STACKONE_MAX_WAIT_SECONDS": "2", "STACKONE_REQUEST_TIMEOUT_SECONDS": "1"}, weather: always(&stackonetest.Fault{Hang: true}),
			requests: 30, seconds: 15, lines: 30*10 + 15,
			first: "did not respond in time", again: "have been failing since",
		},
		"502 for 30 seconds": {
			sessions: 100, weather: between(40, 30*time.Second, &stackonetest.Fault{Status: http.StatusBadGateway}),
			created: 100, requests: 130, seconds: 70,
		},
		"502 for one customer": {
			sessions: 30, env: map[string]string{"STACKONE_MAX_RETRIES": "4"},
			weather: func(_ int, r stackonetest.Request) *stackonetest.Fault {
				if string(r.Fields["origin_owner_id"]) == `"customer-7"` {
					return &stackonetest.Fault{Status: http.StatusBadGateway}
				}

				return nil
			},
			created: 29, requests: 29 + 5 + 5, seconds: 15, lines: 25,
			first: "Status: 502 Bad Gateway", again: "have been failing since",
		},
		"a single 401": {
			sessions: 30, weather: between(12, time.Nanosecond, &stackonetest.Fault{Status: http.StatusUnauthorized}),
			created: 30, requests: 32, seconds: 15,
		},
		"wrong key": {
			sessions: 100, env: map[string]string{"STACKONE_API_KEY": "v1.eu1.wrong"},
			requests: 11, seconds: 20, lines: 100*10 + 15,
			first: "StackOne did not accept the API key.", again: "did not accept the API key for another request",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.Server = stackonetest.New(t, stackonetest.Options{})
			h.env["STACKONE_BASE_URL"] = h.URL()
			h.OnRequest(test.weather)

			for name, value := range test.env {
				h.env[name] = value
			}

			dir := cli(t).module(t, h, many(test.sessions))
			begun := time.Now()
			cmd := cli(t).command(t, h, dir, "apply", "-auto-approve", "-no-color")

			var stderr strings.Builder

			cmd.Stderr = &stderr
			err := cmd.Run()
			took, output := time.Since(begun), stderr.String()
			failed := test.sessions - test.created

			if (err == nil) != (failed == 0) {
				t.Errorf("it ended with %v:\n%s", err, output)
			}

			created := 0
			if _, err := os.Stat(dir + "/terraform.tfstate"); err == nil {
				created = len(stateTokens(t, dir))
			}

			if created != test.created {
				t.Errorf("%d sessions are in the state, want %d", created, test.created)
			}

			lines := strings.Count(output, "\n")
			t.Logf("%s, %d requests, %d lines", took.Round(100*time.Millisecond), len(h.Requests()), lines)

			if len(h.Requests()) > test.requests || took.Seconds() > test.seconds || lines > test.lines {
				t.Errorf("%d requests, %s and %d lines, at most %d, %g s and %d", len(h.Requests()), took, lines, test.requests, test.seconds, test.lines)
			}

			words := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")

			if failed > 0 && (strings.Count(words, test.first) != 1 || strings.Count(words, test.again) != failed-1) {
				t.Errorf("%d times %q and %d times %q:\n%s", strings.Count(words, test.first), test.first, strings.Count(words, test.again), test.again, output)
			}
		})
	}
}

// An interruption ends the common wait at once.
func TestTimed_interruptInAnOutage(t *testing.T) { //nolint:paralleltest // Other tests would distort the measurement.
	h := newHarness(t)
	h.Server = stackonetest.New(t, stackonetest.Options{})
	h.env["STACKONE_BASE_URL"] = h.URL()

	waiting := make(chan struct{})

	h.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
		if n == 5 {
			close(waiting)
		}

		return &stackonetest.Fault{Status: http.StatusBadGateway, Header: http.Header{"Retry-After": {"60"}}}
	})

	dir := cli(t).module(t, h, many(30))
	cmd := cli(t).command(t, h, dir, "apply", "-auto-approve", "-no-color")

	var out strings.Builder

	cmd.Stdout, cmd.Stderr = &out, &out

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	<-waiting

	begun := time.Now()
	_ = cmd.Process.Signal(os.Interrupt)

	if err := cmd.Wait(); err == nil {
		t.Error("an interrupted apply must not succeed")
	}

	if took := time.Since(begun); took > 2*time.Second || !strings.Contains(out.String(), "was interrupted") || len(h.Requests()) > 10 {
		t.Errorf("it took %s to stop, with %d requests:\n%s", took, len(h.Requests()), out.String())
	}
}
