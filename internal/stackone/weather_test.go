package stackone

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

type arrival struct {
	after time.Duration
	// customer counts from 0 and is negative for a health check.
	customer int
	chance   float64
}

type weather func(r arrival) fault

type fault int

const (
	none fault = iota
	badGateway
	internal
	unavailable
	timeout
	refusal
	wrongKey
	forbidden
	reset
	hang
	refused
	noHost
	noDNS
	certificate
)

const forEver = 1000 * time.Hour

func during(from, until time.Duration, f fault) weather {
	return func(r arrival) fault {
		if r.after >= from && r.after < until {
			return f
		}

		return none
	}
}

// sick injects a fault for some customers only.
func sick(f fault, is func(customer int) bool) weather {
	return writes(func(r arrival) fault {
		if is(r.customer) {
			return f
		}

		return none
	})
}

func each(n int) func(int) bool { return func(customer int) bool { return customer%n == n/2 } }

func between(from, to int) func(int) bool {
	return func(customer int) bool { return customer >= from && customer < to }
}

// independently fails three of ten requests.
func independently(r arrival) fault {
	const share = 0.3

	if r.chance >= share {
		return none
	}

	return []fault{timeout, badGateway, unavailable, reset}[int(r.chance/share*4)]
}

// restarting restarts four servers in turn, for 15 seconds each.
func restarting(r arrival) fault {
	const each = 15 * time.Second

	if from := 2*time.Second + time.Duration(int(r.chance*4))*each; r.after >= from && r.after < from+each {
		return badGateway
	}

	return none
}

// flapping is up for 20 seconds of each minute, for ten minutes.
func flapping(r *rand.Rand) weather {
	phase := time.Duration(r.Float64() * float64(time.Minute))

	return func(r arrival) fault {
		if r.after < 10*time.Minute && (r.after+phase)%time.Minute >= 20*time.Second {
			return badGateway
		}

		return none
	}
}

func choose(is func(arrival) bool, w, others weather) weather {
	return func(r arrival) fault { return map[bool]weather{true: w, false: others}[is(r)](r) }
}

func isCheck(r arrival) bool { return r.customer < 0 }

func writes(w weather) weather { return choose(isCheck, during(0, 0, none), w) }

func always(w weather) func(*rand.Rand) weather { return func(*rand.Rand) weather { return w } }

// world is a simulated StackOne and the runs of Terraform that share one key.
type world struct {
	weather    func(random *rand.Rand) weather
	retryAfter time.Duration
	asDate     bool
	// latency defaults to 0.1 seconds. pause is the time before each session of a worker.
	latency, pause time.Duration
	// limit is the maximum of requests within any span; 0 means no limit.
	limit          int
	span           time.Duration
	runs, sessions int
	config         func(*Config)
}

// sky runs a world in place of the network.
type sky struct {
	world
	weather weather

	start time.Time

	mu       sync.Mutex
	random   *rand.Rand
	admitted []time.Time
	served   []time.Duration

	forecast
}

type forecast struct {
	requests, refused, checks, lost int
	arrivals                        []time.Duration
	took, fastest                   time.Duration
	errors                          map[int]error
}

type customerKey struct{}

func (s *sky) RoundTrip(r *http.Request) (*http.Response, error) {
	s.travel()

	f := s.arrive(r)

	resolve := func(err string, timeout bool) error {
		return &net.OpError{Op: "dial", Err: &net.DNSError{Name: r.URL.Hostname(), Err: err, IsTimeout: timeout, IsNotFound: !timeout}}
	}

	switch f {
	case refused:
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	case noHost:
		return nil, resolve("no such host", false)
	case noDNS:
		select {
		case <-r.Context().Done():
		case <-time.After(connectTimeout):
		}

		return nil, resolve("i/o timeout", true)
	case certificate:
		return nil, &tls.CertificateVerificationError{Err: errors.New("expired")}
	}

	trace := httptrace.ContextClientTrace(r.Context())
	trace.GotConn(httptrace.GotConnInfo{})
	trace.WroteHeaders()

	if f == hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}

	s.travel()

	respond := func(status int, body string, header http.Header) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, r.Context().Err()
	}

	switch f {
	case none:
		return respond(http.StatusCreated, `{"id": 1, "token": "t", "auth_link_url": "https://app.stackone.com/?token=t"}`, http.Header{})
	case reset:
		return nil, &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	case refusal:
		header := http.Header{"Retry-After": {fmt.Sprint(s.retryAfter.Seconds())}}
		if s.asDate {
			header = http.Header{"Retry-After": {time.Now().Add(s.retryAfter).UTC().Format(http.TimeFormat)}}
		}

		return respond(http.StatusTooManyRequests, `{}`, header)
	}

	return respond(map[fault]int{badGateway: 502, internal: 500, unavailable: 503, timeout: 408, wrongKey: 401, forbidden: 403}[f], `{}`, http.Header{})
}

func (s *sky) travel() {
	s.mu.Lock()
	way := time.Duration((0.25 + s.random.Float64()/2) * float64(s.latency))
	s.mu.Unlock()

	time.Sleep(way)
}

func (s *sky) arrive(r *http.Request) fault {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := time.Now()
	customer, _ := r.Context().Value(customerKey{}).(int)

	if r.Method == http.MethodGet {
		customer = -1
		s.checks++
	}

	s.requests++
	s.arrivals = append(s.arrivals, now.Sub(s.start))

	f := none
	if s.weather != nil {
		f = s.weather(arrival{now.Sub(s.start), customer, s.random.Float64()})
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

	switch {
	case f == refusal:
		s.refused++
	case f == none && customer >= 0:
		s.served = append(s.served, now.Sub(s.start))
	}

	return f
}

// lateClock wakes up a little late, as real timers do.
type lateClock struct {
	Clock
	jitter func() float64
}

func (c lateClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.Clock.Sleep(ctx, d+time.Duration(c.jitter()*float64(5*time.Millisecond)))
}

func (w world) live(t *testing.T, seed uint64) (out forecast) {
	t.Helper()

	w.runs, w.latency = max(w.runs, 1), cmp.Or(w.latency, 100*time.Millisecond)

	synctest.Test(t, func(t *testing.T) {
		s := &sky{world: w, start: time.Now(), random: rand.New(rand.NewPCG(seed, 1)), forecast: forecast{errors: map[int]error{}}}
		if w.weather != nil {
			s.weather = w.weather(rand.New(rand.NewPCG(seed, 0)))
		}

		var (
			mu    sync.Mutex
			group sync.WaitGroup
			took  = make([]time.Duration, w.runs)
		)

		for run := range w.runs {
			random := rand.New(rand.NewPCG(seed, uint64(run)+2))
			jitter := func() float64 {
				mu.Lock()
				defer mu.Unlock()

				return random.Float64()
			}

			config := Config{
				APIKey: NewSecret("key"), UserAgent: "test/1", Transport: s, Clock: lateClock{SystemClock(), jitter}, Jitter: jitter,
				MaxRetries: DefaultMaxRetries, MaxWait: DefaultMaxWait, MaxRequestsPerMinute: DefaultMaxRequestsPerMinute,
				OnAttempt: func(_ context.Context, a Attempt) {
					ambiguous := a.Status >= 500 || a.Err != nil && (a.Err.Error() == syscall.ECONNRESET.Error() || strings.HasPrefix(a.Err.Error(), "no complete response"))
					if !a.HealthCheck && a.MayDuplicate != (a.Retry && ambiguous) {
						t.Errorf("the report is wrong about duplicates: %+v", a)
					}
				},
			}
			at(t, DefaultBaseURL)(&config)

			if w.config != nil {
				w.config(&config)
			}

			client, err := New(config)
			if err != nil {
				t.Fatal(err)
			}

			var started atomic.Int64

			for range 10 {
				group.Go(func() {
					for {
						customer := int(started.Add(1)) - 1
						if customer >= w.sessions {
							return
						}

						time.Sleep(w.pause)

						_, err := client.CreateConnectSession(context.WithValue(t.Context(), customerKey{}, customer), someone())

						mu.Lock()
						took[run] = time.Since(s.start)

						if err != nil {
							s.errors[run*w.sessions+customer] = err
						}
						mu.Unlock()
					}
				})
			}
		}

		group.Wait()

		for i := range max(0, len(s.served)-DefaultMaxRequestsPerMinute) {
			if w.runs == 1 && s.served[i+DefaultMaxRequestsPerMinute]-s.served[i] < time.Minute {
				t.Errorf("more than %d requests in a minute from %s on", DefaultMaxRequestsPerMinute, s.served[i])
				break
			}
		}

		status := map[ErrorKind]int{ErrorStatus: http.StatusUnauthorized}

		for _, err := range s.errors {
			e, _ := errors.AsType[*Error](err)
			status[e.Kind] = e.Status

			if e.Kind == ErrorOutage && (e.Since.Sub(s.start).Abs() > 2*time.Minute || e.HealthChecks == 0 || len(e.Messages) != 1 || e.Messages[0] == "") {
				t.Errorf("%+v", *e)
			}
		}

		if _, refused := status[ErrorKeyRefused]; refused && status[ErrorStatus] != http.StatusUnauthorized {
			t.Errorf("the error of a refused key has status %d", status[ErrorStatus])
		}

		out = s.forecast
		out.lost, out.took, out.fastest = len(s.errors), slices.Max(took), slices.Min(took)
	})

	return out
}

type bounds struct {
	seconds float64
	// lost is the number of failed sessions; if it is that of all, all must fail.
	lost int
	sick func(int) bool
	// requests is unlimited if 0. later counts requests after the fifth second.
	requests, later int
	refused         float64
	// unfair is the time of the slowest run divided by that of the fastest, averaged over
	// the seeds.
	unfair float64
}

type row struct {
	name  string
	world world
	max   bounds
}

func (r row) text() string {
	lost, refused := "none", "none"

	switch {
	case r.max.lost == r.world.sessions:
		lost = "all"
	case r.max.lost > 100:
		lost = "all later ones"
	case r.max.lost > 0:
		lost = fmt.Sprintf("at most %d", r.max.lost)
	}

	if r.max.sick != nil {
		lost = "only those"
	}

	if r.max.refused > 0 && r.max.refused < 1 {
		refused = fmt.Sprintf("%.0f %%", 100*r.max.refused)
	} else if r.max.refused == 1 {
		refused = "all"
	}

	return fmt.Sprintf("| %s | %s | %g s | %s |", r.name, lost, r.max.seconds, refused)
}

func rows(t *testing.T) []row {
	t.Helper()

	const all = 1000

	from := func(start, lasts time.Duration, f fault) world {
		return world{weather: always(during(start, start+lasts, f))}
	}
	outage := func(f fault, lasts time.Duration) world { return from(2*time.Second, lasts, f) }
	customers := func(f fault, is func(int) bool) world { return world{weather: always(sick(f, is))} }
	with := func(w world, change func(*world)) world { change(&w); return w }
	sessions := func(n int, w world) world { w.sessions = n; return w }
	runs := func(n int, w world) world { w.runs = n; return w }
	asking := func(d time.Duration, w world) world { w.retryAfter = d; return w }
	own := func(w world) world {
		w.config = func(c *Config) { c.BaseURL = &url.URL{Scheme: "https", Host: "stackone.example"} }
		return w
	}

	// Of twenty customers in a row, one in five works.
	most := func(customer int) bool { return customer >= 500 && customer < 525 && customer%5 != 4 }
	twenty := between(500, 520)
	groups := func(customer int) bool { return between(500, 540)(customer) || between(900, 920)(customer) }
	random := world{weather: func(r *rand.Rand) weather {
		ill := map[int]bool{}
		for len(ill) < all/20 {
			ill[r.IntN(all)] = true
		}

		return sick(badGateway, func(customer int) bool { return ill[customer] })
	}}

	once := func(f fault) world {
		return world{weather: func(*rand.Rand) weather {
			done := false

			return func(r arrival) fault {
				if done || r.customer < 0 || r.after < 5*time.Second {
					return none
				}

				done = true

				return f
			}
		}}
	}

	either := func(f, g fault) weather { return func(r arrival) fault { return []fault{f, g}[int(r.chance*2)] } }
	slowly := func(w world) world { w.latency = 5 * time.Second; return w }
	first := func(until time.Duration, w, later weather) world {
		return asking(time.Minute, world{weather: always(choose(func(r arrival) bool { return r.after < until }, w, later))})
	}
	perSecond, perMinute := world{limit: 20, span: time.Second, retryAfter: time.Second}, world{limit: 1000, span: time.Minute, retryAfter: time.Minute}
	last := func(f fault, lasts time.Duration) world { return from(9800*time.Millisecond, lasts, f) }

	out := []row{
		{"nothing goes wrong", world{config: func(c *Config) {
			c.OnAttempt = func(_ context.Context, a Attempt) {
				if a.Queued > 0 {
					t.Errorf("a request was held back for %s", a.Queued)
				}
			}
		}}, bounds{seconds: 10.5, requests: all}},
		{"502 for one customer, permanently", customers(badGateway, between(500, 501)), bounds{seconds: 150, lost: 1, sick: between(500, 501)}},
		{"502 for 1 % of the customers, permanently", customers(badGateway, each(100)), bounds{seconds: 150, lost: 10, sick: each(100)}},
		{"502 for 2 % of the customers, permanently", customers(badGateway, each(50)), bounds{seconds: 240, lost: 20, sick: each(50)}},
		{"502 for 5 % of the customers, permanently", customers(badGateway, each(20)), bounds{seconds: 540, lost: 50, sick: each(20)}},
		{"502 for a random 5 % of the customers, permanently", random, bounds{seconds: 600, lost: 50}},
		{"502 for 20 customers in a row, permanently", customers(badGateway, twenty), bounds{seconds: 240, lost: 20, sick: twenty}},
		{"502 for 20 customers of 25 in a row, permanently", customers(badGateway, most), bounds{seconds: 240, lost: 20, sick: most}},
		{"502 for 40 customers in a row, permanently", customers(badGateway, between(500, 540)), bounds{seconds: 360, lost: 40, sick: between(500, 540)}},
		{"no responses for 2 % of the customers, permanently", customers(hang, each(50)), bounds{seconds: 1560, lost: 20, sick: each(50)}},
		{"500 for 20 customers in a row, permanently", customers(internal, twenty), bounds{seconds: 20, lost: 20, sick: twenty}},
		{"500 for 30 seconds", outage(internal, 30*time.Second), bounds{seconds: 75, lost: 10}},
		{"a single 401", once(wrongKey), bounds{seconds: 12, lost: 1}},
		{"a single 500", once(internal), bounds{seconds: 12, lost: 1}},
		{"the key is revoked in second 5", from(5*time.Second, forEver, wrongKey), bounds{seconds: 6, lost: all - 400, later: 12}},
		{"no such host for 20 seconds, from the start", from(0, 20*time.Second, noHost), bounds{seconds: 60}},
		{"no response from DNS for 20 seconds, from the start", from(0, 20*time.Second, noDNS), bounds{seconds: 60}},
		{"no such host, with your own `base_url`, permanently", own(from(0, forEver, noHost)), bounds{seconds: 20, lost: all}},
		{"no response from DNS, with your own `base_url`, permanently", own(from(0, forEver, noDNS)), bounds{seconds: 20.5, lost: all}},
		{"a bad certificate for 20 seconds", outage(certificate, 20*time.Second), bounds{seconds: 45, lost: 10}},
		{"a bad certificate from second 2 on, permanently", outage(certificate, forEver), bounds{seconds: 30, lost: all - 190}},
		{"a bad certificate from the start, permanently", from(0, forEver, certificate), bounds{seconds: 1, lost: all, requests: 12}},
		{"a rolling restart of 4 servers, 15 seconds each", world{weather: always(restarting)}, bounds{seconds: 35}},
		{"20 seconds up, 40 seconds down, for 10 minutes, 5,000 sessions", sessions(5*all, world{weather: flapping}), bounds{seconds: 480}},
		{"429 for 2 minutes, with a date 30 seconds ahead", with(asking(30*time.Second, from(0, 2*time.Minute, refusal)), func(w *world) { w.asDate = true }), bounds{seconds: 135, refused: 0.05}},
		{"3 of 10 requests fail, independently of each other", world{weather: always(independently)}, bounds{seconds: 60, requests: 1490}},
		{"502 for 30 seconds, from the start", from(0, 30*time.Second, badGateway), bounds{seconds: 70}},
		{"502 for 30 seconds", outage(badGateway, 30*time.Second), bounds{seconds: 75}},
		{"502 for 4:30 minutes", outage(badGateway, 270*time.Second), bounds{seconds: 300}},
		{"connections refused for 4:30 minutes", outage(refused, 270*time.Second), bounds{seconds: 300}},
		{"no responses for 60 seconds", outage(hang, time.Minute), bounds{seconds: 125}},
		{"no responses for 4:30 minutes", outage(hang, 270*time.Second), bounds{seconds: 315}},
		{"connections reset for 4:30 minutes, with the last sessions left", last(reset, 270*time.Second), bounds{seconds: 300}},
		{"no responses for 4:30 minutes, with the last sessions left", last(hang, 270*time.Second), bounds{seconds: 285}},
		{"502 for 4 minutes, 1 session", sessions(1, from(0, 4*time.Minute, badGateway)), bounds{seconds: 255}},
		{"no responses for 4 minutes, 1 session", sessions(1, from(0, 4*time.Minute, hang)), bounds{seconds: 255}},
		{"429 for 3 minutes, with `Retry-After: 60`", asking(time.Minute, from(0, 3*time.Minute, refusal)), bounds{seconds: 210, refused: 0.03}},
		{"429 for 12 seconds, with `Retry-After: 1`, 20 sessions", sessions(20, asking(time.Second, from(0, 12*time.Second, refusal))), bounds{seconds: 23, refused: 0.55}},
		{"502 from second 2 on, permanently", outage(badGateway, forEver), bounds{seconds: 305, lost: all - 190, requests: 300}},
		{"502 from the start, permanently", from(0, forEver, badGateway), bounds{seconds: 305, lost: all, requests: 150}},
		{"no responses from the start, permanently", from(0, forEver, hang), bounds{seconds: 315, lost: all, requests: 150}},
		{"429 permanently, with `Retry-After: 5`", asking(5*time.Second, from(0, forEver, refusal)), bounds{seconds: 305, lost: all, requests: 150, refused: 1}},
		{"429 permanently, with `Retry-After: 60`", asking(time.Minute, from(0, forEver, refusal)), bounds{seconds: 305, lost: all, requests: 150, refused: 1}},
		{"nobody listens at the address", from(0, forEver, refused), bounds{seconds: 20, lost: all, requests: 50}},
		{"the key is wrong", from(0, forEver, wrongKey), bounds{seconds: 0.5, lost: all, requests: 11}},
		{"502 permanently, only for writes", world{weather: always(writes(during(0, forEver, badGateway)))}, bounds{seconds: 390, lost: all}},
		{"429 for 5 customers, with `Retry-After: 60`, and the key is revoked in second 5", first(5*time.Second, sick(refusal, between(0, 5)), during(0, forEver, wrongKey)), bounds{seconds: 6, lost: 970, refused: 0.1}},
		{"502 for 40 customers in a row, and later for 20, permanently", customers(badGateway, groups), bounds{seconds: 500, lost: 60, sick: groups}},
		{"502 for 40 seconds, and 401 or 403 for health checks", world{weather: always(choose(isCheck, either(wrongKey, forbidden), during(2*time.Second, 42*time.Second, badGateway)))}, bounds{seconds: 90}},
		{"429 with `Retry-After: 60` or 502, for 3 minutes", first(3*time.Minute, either(refusal, badGateway), during(0, 0, none)), bounds{seconds: 195, refused: 0.01}},
		{"no responses permanently, only for writes", world{weather: always(writes(during(0, forEver, hang)))}, bounds{seconds: 740, lost: all}},
		{"3 of 10 requests fail, at most 5 requests a minute, 20 sessions", sessions(20, world{weather: always(independently), config: func(c *Config) { c.MaxRequestsPerMinute = 5 }}), bounds{seconds: 200}},
		{"502 for 10 minutes, later 429 for one minute, 10 sessions a minute", with(first(10*time.Minute, during(0, forEver, badGateway), during(15*time.Minute, 16*time.Minute, refusal)), func(w *world) { w.sessions, w.pause = 200, time.Minute }), bounds{seconds: 1575, lost: 40, requests: 225, refused: 0.06}},
		{"502 for 25 minutes, 10 sessions in 10 minutes, no retries", with(from(0, 25*time.Minute, badGateway), func(w *world) {
			w.sessions, w.pause, w.config = 40, 10*time.Minute, func(c *Config) { c.MaxRetries = 0 }
		}), bounds{seconds: 2401, lost: 20, requests: 40}},
		{"connections refused from second 50 on, each response takes 5 seconds", slowly(from(50*time.Second, forEver, refused)), bounds{seconds: 355, lost: all - 90}},
		{"no response for one customer, then 502 for 4:30 minutes, each response takes 5 seconds", slowly(first(50*time.Second, sick(hang, between(0, 1)), during(0, 320*time.Second, badGateway))), bounds{seconds: 810}},
		{"a limit of 20 requests a second, and the key is revoked in second 5", with(perSecond, func(w *world) { w.weather = always(during(5*time.Second, forEver, wrongKey)) }), bounds{seconds: 7, lost: all - 50, refused: 0.2}},
		{"each response takes 5 seconds", slowly(world{}), bounds{seconds: 515}},
		{"a limit of 20 requests a second", perSecond, bounds{seconds: 62.5, refused: 0.1}},
		{"200 sessions, a limit of 20 requests a second", sessions(200, perSecond), bounds{seconds: 12.5, refused: 0.1}},
		{"3 runs of 80 sessions at once, a limit of 20 requests a second for all", runs(3, sessions(80, perSecond)), bounds{seconds: 17, refused: 0.2}},
		{"8 runs at once, a limit of 20 requests a second for all", runs(8, perSecond), bounds{seconds: 560, refused: 0.3, unfair: 1.4}},
		{"4 runs at once, a limit of 1,000 requests a minute for all", runs(4, perMinute), bounds{seconds: 245, refused: 0.1, unfair: 1.3}},
		{"10 runs of 300 sessions at once, a limit of 1,000 requests a minute for all", runs(10, sessions(300, perMinute)), bounds{seconds: 200, refused: 0.2}},
	}

	for i := range out {
		if out[i].world.sessions == 0 {
			out[i].world.sessions = all
		}
	}

	return out
}

// TestWeather runs whole applies with the default settings. -v prints the worst of all seeds.
func TestWeather(t *testing.T) {
	t.Parallel()

	for _, test := range rows(t) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			const seeds = 5

			var (
				worst  forecast
				unfair float64
				later  int
				fewest = test.world.sessions
			)

			for seed := range uint64(seeds) {
				got := test.world.live(t, seed)
				unfair += got.took.Seconds() / got.fastest.Seconds() / seeds
				worst.took, worst.lost, worst.checks = max(worst.took, got.took), max(worst.lost, got.lost), max(worst.checks, got.checks)
				worst.requests, worst.refused = max(worst.requests, got.requests), max(worst.refused, got.refused)
				fewest = min(fewest, got.lost)
				first, _ := slices.BinarySearch(got.arrivals, 5*time.Second)
				later = max(later, len(got.arrivals)-first)

				for customer := range got.errors {
					if test.max.sick != nil && !test.max.sick(customer) {
						t.Errorf("customer %d was well, and is lost", customer)
					}
				}
			}

			refused := float64(worst.refused) / float64(worst.requests)
			t.Logf("%s: %.1f s of %g, %d requests, %d health checks, %.1f %% refused, %d lost, slowest to fastest %.2f",
				test.name, worst.took.Seconds(), test.max.seconds, worst.requests, worst.checks, 100*refused, worst.lost, unfair)

			if test.max.lost == test.world.sessions && fewest < test.max.lost {
				t.Errorf("%d sessions were lost, want all", fewest)
			}

			for _, c := range []struct {
				what      string
				got, most float64
			}{
				{"seconds", worst.took.Seconds(), test.max.seconds}, {"lost", float64(worst.lost), float64(test.max.lost)}, {"refused", refused, test.max.refused},
				{"requests", float64(worst.requests), cmp.Or(float64(test.max.requests), math.Inf(1))}, {"unfairness", unfair, cmp.Or(test.max.unfair, math.Inf(1))},
				{"requests after the fifth second", float64(later), cmp.Or(float64(test.max.later), math.Inf(1))},
			} {
				if c.got > c.most {
					t.Errorf("%s: %.3f, at most %.3f", c.what, c.got, c.most)
				}
			}
		})
	}
}

// The guide shows some of the rows, with their bounds.
func TestWeather_guide(t *testing.T) {
	t.Parallel()

	guide, err := os.ReadFile(filepath.FromSlash("../../templates/guides/reliability.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}

	var tested []string
	for _, row := range rows(t) {
		tested = append(tested, row.text())
	}

	_, table, _ := strings.Cut(string(guide), "| World | Lost | Takes | Requests refused |\n|---|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")

	shown := strings.Split(table, "\n")
	for _, line := range shown {
		if !slices.Contains(tested, line) {
			t.Errorf("no test has the row of the guide: %s", line)
		}
	}

	if len(shown) < 20 {
		t.Errorf("the guide shows %d rows", len(shown))
	}
}

// One call returns the cause, and all others, even unsent ones, a short error.
func TestWeather_errors(t *testing.T) {
	t.Parallel()

	for f, want := range map[fault]map[ErrorKind]int{
		badGateway: {ErrorStatus: 1, ErrorOutage: 99},
		refusal:    {ErrorStatus: 1, ErrorOutage: 99},
		refused:    {ErrorConnection: 1, ErrorOutage: 99},
		wrongKey:   {ErrorStatus: 1, ErrorKeyRefused: 99},
	} {
		got := map[ErrorKind]int{}

		for _, err := range (world{weather: always(during(0, forEver, f)), retryAfter: time.Minute, sessions: 100}).live(t, 1).errors {
			e, _ := errors.AsType[*Error](err)
			got[e.Kind]++
		}

		if !maps.Equal(got, want) {
			t.Errorf("fault %d: %v, want %v", f, got, want)
		}
	}
}

func TestWeather_settings(t *testing.T) {
	t.Parallel()

	failing := func(f fault, asked time.Duration, sessions int, config func(*Config)) world {
		return world{weather: always(during(0, forEver, f)), retryAfter: asked, sessions: sessions, config: config}
	}

	for name, test := range map[string]struct {
		world    world
		lasts    time.Duration
		requests int
	}{
		"no max wait": {failing(badGateway, 0, 100, func(c *Config) { c.MaxWait = 0 }), time.Second, 20},
		"a max wait of three seconds, Retry-After of 60": {failing(refusal, time.Minute, 20, func(c *Config) { c.MaxWait = 3 * time.Second }), 125 * time.Second, 21},
		"a short request timeout":                        {failing(hang, 0, 1, func(c *Config) { c.RequestTimeout, c.MaxWait = time.Second, 3*time.Second }), 6 * time.Second, 20},
		"a max wait of three seconds, refused":           {failing(refused, 0, 20, func(c *Config) { c.MaxWait = 3 * time.Second }), 4 * time.Second, 20},
		"a max wait of three seconds, bad certificate":   {world{weather: always(choose(func(r arrival) bool { return r.after < time.Second }, during(0, forEver, badGateway), during(0, forEver, certificate))), sessions: 20, config: func(c *Config) { c.MaxWait = 3 * time.Second }}, 4 * time.Second, 60},
		"a Retry-After of an hour, 1 session":            {failing(refusal, time.Hour, 1, nil), DefaultMaxWait + time.Second, 300},
		"a Retry-After of an hour, 4 sessions":           {failing(refusal, time.Hour, 4, nil), DefaultMaxWait + time.Second, 300},
	} {
		if got := test.world.live(t, 1); got.lost != test.world.sessions || got.took > test.lasts || got.requests > test.requests {
			t.Errorf("%s: %d lost in %s, %d requests", name, got.lost, got.took, got.requests)
		}
	}

	w := world{weather: always(independently), sessions: 100, config: func(c *Config) { c.MaxRetries = 0 }}
	if got := w.live(t, 1); got.lost == 0 || got.requests != 100 {
		t.Errorf("without retries: %d lost, %d requests", got.lost, got.requests)
	}
}
