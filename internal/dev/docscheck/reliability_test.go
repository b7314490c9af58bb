package docscheck_test

import (
	"context"
	"fmt"
	"go/ast"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// request is a request of the client.
type request func(context.Context, *stackone.Client) error

func makeSession(ctx context.Context, client *stackone.Client) error {
	_, err := client.CreateConnectSession(ctx, stackone.ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "Acme"})

	return err
}

// readSetDelete are the requests of the guide's second column.
func readSetDelete() map[string]request {
	label := "new"

	return map[string]request{
		"reading": func(ctx context.Context, client *stackone.Client) error {
			_, err := client.GetAccount(ctx, "1")

			return err
		},
		"setting": func(ctx context.Context, client *stackone.Client) error {
			_, err := client.UpdateAccount(ctx, "1", stackone.AccountUpdate{Label: &label})

			return err
		},
		"deleting": func(ctx context.Context, client *stackone.Client) error { return client.DeleteAccount(ctx, "1") },
	}
}

// attempt makes a request against a stand-in that answers every request with the
// same fault, and tells how many requests came and how long the client waited
// before each but the first.
func attempt(t *testing.T, send request, fault stackonetest.Fault, retries int) (requests int, waits []time.Duration) {
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
		MaxRetries: retries, MaxRequestsPerMinute: stackone.DefaultMaxRequestsPerMinute,
		Clock: clock, Jitter: func() float64 { return 1 }, // the longest waits
	})
	if err != nil {
		t.Fatal(err)
	}

	if err := send(t.Context(), client); err == nil {
		t.Error("the request succeeded")
	}

	return len(server.Requests()), clock.Sleeps()
}

func sum(waits []time.Duration) (all time.Duration) {
	for _, wait := range waits {
		all += wait
	}

	return all
}

// The table of the guide says for each status, and for a lost connection, whether
// the request is retried: the one that makes a session in its first column, the
// others in its second.
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

		var faults []stackonetest.Fault

		if strings.Contains(cells[0], "connection is lost") {
			faults = append(faults, stackonetest.Fault{Cut: stackonetest.CutAtOnce})
			checked[0] = true
		}

		for _, word := range number.FindAllString(cells[0], -1) {
			status, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}

			checked[status] = true
			faults = append(faults, stackonetest.Fault{Status: status, Header: header})
		}

		t.Run(line, func(t *testing.T) {
			t.Parallel()

			for _, fault := range faults {
				compare(t, "making a session", makeSession, fault, cells[1])

				for name, send := range readSetDelete() {
					compare(t, name, send, fault, cells[2])
				}
			}
		})
	}

	for _, status := range []int{0, 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504} {
		if !checked[status] {
			t.Errorf("the table does not speak of status %d", status)
		}
	}
}

// compare holds a cell of the table against what the client does.
func compare(t *testing.T, name string, send request, fault stackonetest.Fault, cell string) {
	t.Helper()

	want := 1 + stackone.DefaultMaxRetries
	if strings.HasPrefix(cell, "not") {
		want = 1
	}

	if got, _ := attempt(t, send, fault, stackone.DefaultMaxRetries); got != want {
		t.Errorf("%s, status %d: %d requests, want %d", name, fault.Status, got, want)
	}
}

// The guide lists the longest of the provider's own waits.
func TestReliabilityGuide_ownWaits(t *testing.T) {
	t.Parallel()

	_, waits := attempt(t, makeSession, stackonetest.Fault{Status: http.StatusBadGateway}, 8)
	if len(waits) != 8 || waits[6] != waits[7] {
		t.Fatalf("the waits do not end at a bound: %v", waits)
	}

	var between []string
	for _, wait := range waits[1:6] {
		between = append(between, strconv.FormatFloat(wait.Seconds(), 'f', -1, 64))
	}

	want := fmt.Sprintf("before the first retry up to %g seconds, then up to %s, and never more than %g.", waits[0].Seconds(), strings.Join(between, ", "), waits[6].Seconds())
	if !strings.Contains(template(t, "guides/reliability").words(), want) {
		t.Errorf("the guide does not say: %s", want)
	}
}

// The guide says in numbers how the provider slows down after refusals.
func TestReliabilityGuide_pace(t *testing.T) {
	t.Parallel()

	constants := map[string]float64{}

	each(parse(t, "stackone"), func(_ string, spec *ast.ValueSpec) {
		for i, name := range spec.Names {
			if i >= len(spec.Values) {
				continue
			}

			if value, ok := spec.Values[i].(*ast.BasicLit); ok {
				constants[name.Name], _ = strconv.ParseFloat(value.Value, 64)
			}
		}
	})

	less := func(name string) float64 { return math.Round(100 * (1 - constants[name])) }
	guide := template(t, "guides/reliability").words()

	for _, want := range []string{
		fmt.Sprintf("less %g percent, or at %g a second if there were too few to tell", less("paceShare"), constants["cautiousRate"]),
		fmt.Sprintf("it slows down in steps of %g percent, though not below %g a second", less("paceBackoff"), constants["cautiousRate"]),
		fmt.Sprintf("in steps of %g percent. Once five minutes", less("deepBackoff")),
	} {
		if !strings.Contains(guide, want) {
			t.Errorf("the guide does not say: %s", want)
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

			requests, waits := attempt(t, makeSession, test.fault, stackone.DefaultMaxRetries)
			if requests != 6 {
				t.Errorf("%d requests, want 6", requests)
			}

			if waited := sum(waits); waited != test.longest {
				t.Errorf("waited %s, want %s", waited, test.longest)
			}
		})
	}
}
