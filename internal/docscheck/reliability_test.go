package docscheck_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// attempt makes one session against a stand-in that answers every request with
// the same fault, and tells how many requests came and how long the client waited.
func attempt(t *testing.T, fault stackonetest.Fault) (requests int, waited time.Duration) {
	t.Helper()

	clock := stackonetest.NewClock(time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC))
	server := stackonetest.New(t, stackonetest.Options{Now: clock.Now})
	server.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &fault })

	base, err := stackone.ParseBaseURL(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	client, err := stackone.New(stackone.Config{
		BaseURL: base, APIKey: stackone.NewSecret(server.APIKey()), UserAgent: "test",
		MaxRetries: stackone.DefaultMaxRetries, MaxRequestsPerMinute: stackone.DefaultMaxRequestsPerMinute,
		Clock: clock, Jitter: func() float64 { return 1 }, // the longest waits
	})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := client.CreateConnectSession(t.Context(), stackone.ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "Acme"}); err == nil {
		t.Error("the request succeeded")
	}

	for _, pause := range clock.Sleeps() {
		waited += pause
	}

	return len(server.Requests()), waited
}

// The table of the guide says for each status whether the request that makes a
// session is retried.
func TestReliabilityGuide_retries(t *testing.T) {
	t.Parallel()

	number := regexp.MustCompile(`\b[345]\d\d\b`)
	checked := map[int]bool{}

	for line := range strings.SplitSeq(template(t, "guides/reliability").text, "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) < 3 || !strings.Contains(cells[1], "retried") {
			continue
		}

		// A header that the row speaks of belongs to the first of its statuses.
		header := http.Header{}
		if strings.Contains(cells[0], "with `Retry-After`") {
			header.Set("Retry-After", "1")
		}

		for _, word := range number.FindAllString(cells[0], -1) {
			status, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}

			checked[status] = true
			want := 1 + stackone.DefaultMaxRetries

			if strings.HasPrefix(cells[1], "not") {
				want = 1
			}

			t.Run(line, func(t *testing.T) {
				t.Parallel()

				if got, _ := attempt(t, stackonetest.Fault{Status: status, Header: header}); got != want {
					t.Errorf("status %d: %d requests, want %d", status, got, want)
				}
			})
		}
	}

	for _, status := range []int{400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504} {
		if !checked[status] {
			t.Errorf("the table does not speak of status %d", status)
		}
	}
}

// The guide says how long a request takes that fails all the time.
func TestReliabilityGuide_waits(t *testing.T) {
	t.Parallel()

	guide := template(t, "guides/reliability").words()

	tests := map[string]struct {
		fault   stackonetest.Fault
		claim   string
		longest time.Duration
	}{
		"own waits":   {stackonetest.Fault{Status: http.StatusBadGateway}, "that takes 15.5 seconds at most", 15500 * time.Millisecond},
		"as asked":    {stackonetest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}}, "the 60 seconds that StackOne documents, 5 minutes", 5 * time.Minute},
		"the ceiling": {stackonetest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}}, "120 seconds at most", 10 * time.Minute},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if !strings.Contains(guide, test.claim) {
				t.Fatalf("the guide does not say %q", test.claim)
			}

			requests, waited := attempt(t, test.fault)
			if requests != 6 {
				t.Errorf("%d requests, want 6", requests)
			}

			if waited != test.longest {
				t.Errorf("waited %s, want %s", waited, test.longest)
			}
		})
	}
}
