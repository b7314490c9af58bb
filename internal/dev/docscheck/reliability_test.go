package docscheck_test

import (
	"context"
	"fmt"
	"go/ast"
	"math"
	"net/http"
	"regexp"
	"slices"
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
		MaxRetries: retries, MaxWait: stackone.DefaultMaxWait, MaxRequestsPerMinute: stackone.DefaultMaxRequestsPerMinute,
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

	// So few that nobody takes them for an outage.
	const retries = 2

	want := 1 + retries
	if strings.HasPrefix(cell, "not") {
		want = 1
	}

	if got, _ := attempt(t, send, fault, retries); got != want {
		t.Errorf("%s, status %d: %d requests, want %d", name, fault.Status, got, want)
	}
}

// The guide lists the longest of the provider's own waits, which are the same for a
// request by itself and for the probes of an outage.
func TestReliabilityGuide_ownWaits(t *testing.T) {
	t.Parallel()

	// What connects at all is waited for longer than an address that never answers.
	_, waits := attempt(t, makeSession, stackonetest.Fault{Status: http.StatusBadGateway}, stackone.DefaultMaxRetries)
	if len(waits) < 12 {
		t.Fatalf("the waits are %v", waits)
	}

	// Four waits of its own, then those of the probes from the beginning.
	own, probes := waits[:4], waits[4:12]
	if !slices.Equal(own, probes[:4]) || probes[6] != probes[7] {
		t.Fatalf("the waits are %v", waits)
	}

	var between []string
	for _, wait := range probes[1:6] {
		between = append(between, strconv.FormatFloat(wait.Seconds(), 'f', -1, 64))
	}

	says(t, fmt.Sprintf("before the first retry up to %g seconds, then up to %s, and never more than %g.", probes[0].Seconds(), strings.Join(between, ", "), probes[6].Seconds()))
}

// says demands a sentence of the guide.
func says(t *testing.T, want string) {
	t.Helper()

	if !strings.Contains(template(t, "guides/reliability").words(), want) {
		t.Errorf("the guide does not say: %s", want)
	}
}

// constants are the numbers that the client is written with, in the unit in which
// they are written.
func constants(t *testing.T) map[string]float64 {
	t.Helper()

	out := map[string]float64{}

	each(parse(t, "stackone"), func(_ string, spec *ast.ValueSpec) {
		for i, name := range spec.Names {
			if i >= len(spec.Values) {
				continue
			}

			value := spec.Values[i]
			if product, ok := value.(*ast.BinaryExpr); ok {
				value = product.X
			}

			if value, ok := value.(*ast.BasicLit); ok {
				out[name.Name], _ = strconv.ParseFloat(value.Value, 64)
			}
		}
	})

	return out
}

// The guide names the numbers by which an outage is recognised, and those of the rate.
func TestReliabilityGuide_numbers(t *testing.T) {
	t.Parallel()

	c := constants(t)
	words := map[float64]string{5: "five", 10: "ten"}

	says(t, fmt.Sprintf("when %s attempts in a row have failed, or when a second one has failed and nothing has succeeded for %s seconds", words[c["failuresInARow"]], words[c["doubtAfter"]]))
	says(t, fmt.Sprintf("then all give up after %g seconds", c["doubtAfter"]))
	says(t, fmt.Sprintf("A connection itself may take %g seconds", c["connectTimeout"]))
	says(t, fmt.Sprintf("and then every %g seconds, and if it is answered", c["maxBackoff"]))
	says(t, fmt.Sprintf("to %g percent of the rate", 100*c["rateCut"]))
	says(t, fmt.Sprintf("the request waits that long, but %g seconds at most", c["maxRetryAfter"]))
	says(t, fmt.Sprintf("by default %g. With `max_retries = 0`", c["DefaultMaxRetries"]))
	says(t, fmt.Sprintf("`max_wait_seconds`, by default %g,", stackone.DefaultMaxWait.Seconds()))
	says(t, fmt.Sprintf("one session in about %.0f0,000 is not created", math.Floor(math.Pow(0.3, -1-c["DefaultMaxRetries"])/10_000)))
}

// The guide says how long a request takes that is refused all the time.
func TestReliabilityGuide_waits(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		retryAfter string
		longest    time.Duration
		requests   int
	}{
		"as StackOne documents":     {"60", 5 * time.Minute, 5},
		"longer than is waited for": {"3600", 5 * time.Minute, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			fault := stackonetest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {test.retryAfter}}}

			requests, waits := attempt(t, makeSession, fault, stackone.DefaultMaxRetries)
			if requests != test.requests {
				t.Errorf("%d requests, want %d", requests, test.requests)
			}

			if waited := sum(waits); waited != test.longest {
				t.Errorf("waited %s, want %s", waited, test.longest)
			}
		})
	}
}
