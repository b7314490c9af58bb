package stackone

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// weather is what a simulated StackOne does with a request that arrives so long
// after the beginning. chance is drawn anew for each request.
type weather func(elapsed time.Duration, chance float64) fault

// fault is one way to fail.
type fault int

const (
	none fault = iota
	badGateway
	unavailable
	gaveUpUpstream
	refusal
	wrongKey
	reset
	hang
	unreachable
)

// during lets a fault happen to every request within a span, and nothing before
// and after it.
func during(from, until time.Duration, f fault) weather {
	return func(elapsed time.Duration, _ float64) fault {
		if elapsed >= from && elapsed < until {
			return f
		}

		return none
	}
}

const forEver = 1000 * time.Hour

// independently lets three of ten requests fail, each by itself.
func independently(_ time.Duration, chance float64) fault {
	const share = 0.3

	if chance >= share {
		return none
	}

	return []fault{gaveUpUpstream, badGateway, unavailable, reset}[int(chance/share*4)]
}

// world is a simulated StackOne with the runs of Terraform that use it at the same
// time, with one key.
type world struct {
	weather weather
	// retryAfter is what a refusal asks for.
	retryAfter time.Duration
	// limit is how many requests are admitted within any span; 0 does not limit.
	limit int
	span  time.Duration
	// runs have so many sessions each, ten at a time.
	runs, sessions int
	// config changes the settings of the runs.
	config func(*Config)
}

// sky is a world while it lasts. It takes the place of the network.
type sky struct {
	world

	start time.Time

	mu                sync.Mutex
	random            *rand.Rand
	admitted          []time.Time
	requests, refused int
}

// latency is how long an answer takes.
const latency = 100 * time.Millisecond

func (s *sky) RoundTrip(r *http.Request) (*http.Response, error) {
	s.travel()

	f := s.arrive()

	if f == unreachable {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}

	trace := httptrace.ContextClientTrace(r.Context())
	if trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}

	trace.WroteHeaders()

	if f == hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}

	s.travel()

	answer := func(status int, body string, header http.Header) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, r.Context().Err()
	}

	switch f {
	case none:
		return answer(http.StatusCreated, `{"id": 1, "token": "t", "auth_link_url": "https://app.stackone.com/?token=t"}`, http.Header{})
	case reset:
		return nil, &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	case refusal:
		return answer(http.StatusTooManyRequests, `{}`, http.Header{"Retry-After": {strconv.Itoa(int(s.retryAfter.Seconds()))}})
	}

	return answer(map[fault]int{badGateway: 502, unavailable: 503, gaveUpUpstream: 408, wrongKey: 401}[f], `{}`, http.Header{})
}

// travel is one way of a request, of uneven length.
func (s *sky) travel() {
	s.mu.Lock()
	way := time.Duration((0.25 + s.random.Float64()/2) * float64(latency))
	s.mu.Unlock()

	time.Sleep(way)
}

// arrive decides what becomes of a request.
func (s *sky) arrive() fault {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := time.Now()
	s.requests++

	f := none
	if s.weather != nil {
		f = s.weather(now.Sub(s.start), s.random.Float64())
	}

	if f == none && s.limit > 0 {
		for len(s.admitted) > 0 && now.Sub(s.admitted[0]) >= s.span {
			s.admitted = s.admitted[1:]
		}

		if len(s.admitted) < s.limit {
			s.admitted = append(s.admitted, now)
		} else {
			f = refusal
		}
	}

	if f == refusal {
		s.refused++
	}

	return f
}

// lateClock wakes up a little late, as the timers of a machine do.
type lateClock struct{ Clock }

func (c lateClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.Clock.Sleep(ctx, d+time.Millisecond)
}

// forecast is how a world went.
type forecast struct {
	requests, refused, lost int
	// took is how long the longest run took, fastest how long the shortest.
	took, fastest time.Duration
	errors        []error
}

// live runs a world in virtual time.
func (w world) live(t *testing.T, seed uint64) (out forecast) {
	t.Helper()

	synctest.Test(t, func(t *testing.T) {
		s := &sky{world: w, start: time.Now(), random: rand.New(rand.NewPCG(seed, 1))}

		var (
			mu    sync.Mutex
			group sync.WaitGroup
			took  []time.Duration
		)

		for run := range w.runs {
			random := rand.New(rand.NewPCG(seed, uint64(run)+2))

			config := Config{
				BaseURL: &url.URL{Scheme: "https", Host: "api.stackone.com"}, APIKey: NewSecret("key"), UserAgent: "test/1",
				MaxRetries: DefaultMaxRetries, MaxWait: DefaultMaxWait, MaxRequestsPerMinute: DefaultMaxRequestsPerMinute, Transport: s, Clock: lateClock{SystemClock()},
				Jitter: func() float64 {
					mu.Lock()
					defer mu.Unlock()

					return random.Float64()
				},
			}
			if w.config != nil {
				w.config(&config)
			}

			client, err := New(config)
			if err != nil {
				t.Fatal(err)
			}

			group.Go(func() {
				failed := onboard(t.Context(), client, w.sessions)

				mu.Lock()
				defer mu.Unlock()

				out.errors = append(out.errors, failed...)
				took = append(took, time.Since(s.start))
			})
		}

		group.Wait()

		out.requests, out.refused, out.lost = s.requests, s.refused, len(out.errors)
		out.took, out.fastest = slices.Max(took), slices.Min(took)
	})

	return out
}

// onboard creates sessions as Terraform does, ten at a time, and returns how some
// of them failed.
func onboard(ctx context.Context, client *Client, sessions int) (failed []error) {
	jobs := make(chan struct{}, sessions)
	for range sessions {
		jobs <- struct{}{}
	}

	close(jobs)

	var (
		mu    sync.Mutex
		group sync.WaitGroup
	)

	for range 10 {
		group.Go(func() {
			for range jobs {
				if _, err := client.CreateConnectSession(ctx, someone()); err != nil {
					mu.Lock()

					failed = append(failed, err)
					mu.Unlock()
				}
			}
		})
	}

	group.Wait()

	return failed
}

// bounds are what a world may come to at most.
type bounds struct {
	// seconds is how long the longest run takes.
	seconds float64
	// lost is how many sessions are not created; all of them means that none is.
	lost int
	// requests is how many arrive; 0 does not bound them.
	requests int
	// refused is the share of them that is refused.
	refused float64
	// unfair is the time of the slowest run to that of the fastest, as the mean of
	// the seeds: single draws may be luck.
	unfair float64
}

// row is what the guide says about a world.
func (b bounds) row(name string, w world) string {
	lost, refused := "none", "none"

	switch {
	case b.lost == w.runs*w.sessions:
		lost = "all"
	case b.lost > 0:
		lost = "all that come later"
	}

	if b.refused > 0 && b.refused < 1 {
		refused = fmt.Sprintf("%.0f %%", 100*b.refused)
	} else if b.refused == 1 {
		refused = "all"
	}

	return fmt.Sprintf("| %s | %s | %g s | %s |", name, lost, b.seconds, refused)
}

// TestWeather lives through whole runs with the default settings. -v prints how they
// went, the worst of all seeds.
func TestWeather(t *testing.T) {
	t.Parallel()

	const all = 1000

	guide, err := os.ReadFile(filepath.FromSlash("../../templates/guides/reliability.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}

	nothingHeldBack := func(c *Config) {
		c.OnAttempt = func(_ context.Context, a Attempt) {
			if a.Queued > 0 {
				t.Errorf("a request was held back for %s", a.Queued)
			}
		}
	}

	perSecond, perMinute := world{limit: 20, span: time.Second, retryAfter: time.Second}, world{limit: 1000, span: time.Minute, retryAfter: time.Minute}

	outage := func(f fault, lasts time.Duration) world {
		return world{weather: during(2*time.Second, 2*time.Second+lasts, f)}
	}

	refusing := func(lasts, retryAfter time.Duration, sessions int) world {
		return world{weather: during(0, lasts, refusal), retryAfter: retryAfter, sessions: sessions}
	}

	// runs is so many runs at once.
	runs := func(n int, w world) world {
		w.runs = n
		return w
	}

	tests := []struct {
		name  string
		world world
		seeds uint64
		max   bounds
	}{
		{"nothing goes wrong", world{config: nothingHeldBack}, 5, bounds{seconds: 10.5, requests: all}},
		{"3 of 10 requests fail, independently of each other", world{weather: independently}, 20, bounds{seconds: 120}},
		{"502 for 30 seconds", outage(badGateway, 30*time.Second), 5, bounds{seconds: 75}},
		{"502 for 4 minutes", outage(badGateway, 4*time.Minute), 10, bounds{seconds: 285}},
		{"connections reset for 60 seconds", outage(reset, time.Minute), 5, bounds{seconds: 105}},
		{"connections reset for 4 minutes", outage(reset, 4*time.Minute), 10, bounds{seconds: 285}},
		{"connections refused for 4 minutes", outage(unreachable, 4*time.Minute), 10, bounds{seconds: 285}},
		{"no answers for 60 seconds", outage(hang, time.Minute), 5, bounds{seconds: 100}},
		{"no answers for 4 minutes", outage(hang, 4*time.Minute), 20, bounds{seconds: 315}},
		{"429 for 3 minutes, with `Retry-After: 60`", refusing(3*time.Minute, time.Minute, all), 5, bounds{seconds: 210, refused: 0.02}},
		{"429 for 12 seconds, with `Retry-After: 1`, 20 sessions", refusing(12*time.Second, time.Second, 20), 10, bounds{seconds: 23, refused: 0.55}},
		{"502 from second 2 on, for ever", outage(badGateway, forEver), 5, bounds{seconds: 305, lost: all - 190, requests: all}},
		{"502 from the start, for ever", world{weather: during(0, forEver, badGateway)}, 5, bounds{seconds: 301, lost: all, requests: 50}},
		{"no answers from the start, for ever", world{weather: during(0, forEver, hang)}, 5, bounds{seconds: 361, lost: all, requests: 50}},
		{"429 for ever, with `Retry-After: 5`", refusing(forEver, 5*time.Second, all), 5, bounds{seconds: 301, lost: all, requests: 75, refused: 1}},
		{"429 for ever, with `Retry-After: 60`", refusing(forEver, time.Minute, all), 5, bounds{seconds: 301, lost: all, requests: 20, refused: 1}},
		{"nobody listens at the address", world{weather: during(0, forEver, unreachable)}, 5, bounds{seconds: 11, lost: all, requests: 25}},
		{"the key is wrong", world{weather: during(0, forEver, wrongKey)}, 5, bounds{seconds: 0.2, lost: all, requests: 10}},
		{"a limit of 20 requests a second", perSecond, 20, bounds{seconds: 56, refused: 0.05}},
		{"3 runs at once, a limit of 20 requests a second for all", runs(3, perSecond), 20, bounds{seconds: 175, refused: 0.1, unfair: 1.3}},
		{"8 runs at once, a limit of 20 requests a second for all", runs(8, perSecond), 10, bounds{seconds: 460, refused: 0.15, unfair: 1.3}},
		{"4 runs at once, a limit of 1,000 requests a minute for all", runs(4, perMinute), 10, bounds{seconds: 200, refused: 0.05, unfair: 1.1}},
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			test.world.runs = max(test.world.runs, 1)
			if test.world.sessions == 0 {
				test.world.sessions = all
			}

			var (
				worst  forecast
				unfair float64
				fewest = test.world.sessions
			)

			for seed := range test.seeds {
				got := test.world.live(t, seed)
				unfair += got.took.Seconds() / got.fastest.Seconds() / float64(test.seeds)
				worst.took, worst.lost = max(worst.took, got.took), max(worst.lost, got.lost)
				worst.requests, worst.refused = max(worst.requests, got.requests), max(worst.refused, got.refused)
				fewest = min(fewest, got.lost)
			}

			if row := test.max.row(test.name, test.world); !bytes.Contains(guide, []byte(row)) {
				t.Errorf("the guide does not say: %s", row)
			}

			refused := float64(worst.refused) / float64(worst.requests)
			t.Logf("%.1f s, %d requests, %.1f %% refused, %d lost, slowest to fastest %.2f", worst.took.Seconds(), worst.requests, 100*refused, worst.lost, unfair)

			if worst.took.Seconds() > test.max.seconds {
				t.Errorf("it took %s, at most %g s", worst.took, test.max.seconds)
			}

			if worst.lost > test.max.lost || test.max.lost == all && fewest < all {
				t.Errorf("%d to %d sessions were lost, at most %d", fewest, worst.lost, test.max.lost)
			}

			if test.max.requests > 0 && worst.requests > test.max.requests {
				t.Errorf("%d requests, at most %d", worst.requests, test.max.requests)
			}

			if refused > test.max.refused {
				t.Errorf("%.3f of the requests were refused, at most %.3f", refused, test.max.refused)
			}

			if test.max.unfair > 0 && unfair > test.max.unfair {
				t.Errorf("the slowest run took %.2f times as long as the fastest", unfair)
			}
		})
	}
}

// The first that gives up tells how it failed, and the others tell of the outage
// alone, also those that were never sent.
func TestWeather_errors(t *testing.T) {
	t.Parallel()

	kinds := func(f fault) map[ErrorKind]int {
		w := world{weather: during(0, forEver, f), retryAfter: time.Minute, runs: 1, sessions: 100}
		out := map[ErrorKind]int{}

		for _, err := range w.live(t, 1).errors {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}

			out[e.Kind]++
		}

		return out
	}

	for f, want := range map[fault]map[ErrorKind]int{
		badGateway:  {ErrorStatus: 1, ErrorOutage: 99},
		refusal:     {ErrorStatus: 1, ErrorOutage: 99},
		unreachable: {ErrorConnection: 1, ErrorOutage: 99},
		wrongKey:    {ErrorStatus: 1, ErrorKeyRefused: 99},
	} {
		if got := kinds(f); !maps.Equal(got, want) {
			t.Errorf("fault %d: %v, want %v", f, got, want)
		}
	}
}

// With a wait of 0, an outage is not waited for; with no retries, nothing is sent twice.
func TestWeather_settings(t *testing.T) {
	t.Parallel()

	w := world{weather: during(0, forEver, badGateway), runs: 1, sessions: 100, config: func(c *Config) { c.MaxWait = 0 }}
	if got := w.live(t, 1); got.lost != 100 || got.took > time.Second || got.requests > 20 {
		t.Errorf("without a wait: %d lost in %s, %d requests", got.lost, got.took, got.requests)
	}

	// Nor does a call outlast it that was asked to wait before it had begun.
	w = world{weather: during(0, forEver, refusal), retryAfter: time.Minute, runs: 1, sessions: 20, config: func(c *Config) { c.MaxWait = 3 * time.Second }}
	if got := w.live(t, 1); got.lost != 20 || got.took > 4*time.Second || got.requests > 10 {
		t.Errorf("a wait of three seconds, and refusals that ask for a minute: %d lost in %s, %d requests", got.lost, got.took, got.requests)
	}

	// Long waits that StackOne asks for do not hide that nothing succeeds.
	for _, sessions := range []int{1, failuresInARow - 1} {
		w = world{weather: during(0, forEver, refusal), retryAfter: time.Hour, runs: 1, sessions: sessions}
		if got := w.live(t, 1); got.lost != sessions || got.took > DefaultMaxWait+time.Second {
			t.Errorf("%d sessions, and refusals that ask for an hour: %d lost in %s", sessions, got.lost, got.took)
		}
	}

	w = world{weather: independently, runs: 1, sessions: 100, config: func(c *Config) { c.MaxRetries = 0 }}
	if got := w.live(t, 1); got.lost == 0 || got.requests != 100 {
		t.Errorf("without retries: %d lost, %d requests", got.lost, got.requests)
	}
}
