package stackone

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limited is a gate with an own limit of requests a minute.
func limited(limit int) *gate {
	return newGate(Config{Clock: SystemClock(), MaxRequestsPerMinute: limit, MaxWait: DefaultMaxWait, Jitter: func() float64 { return 0.5 }})
}

// answered is an attempt that went well, failed one that went wrong.
func answered(sent time.Time) *attempt {
	return &attempt{sent: sent, ended: time.Now(), outcome: succeeded}
}

func failed(sent time.Time, status int) *attempt {
	o, reason := statusOutcome(status, nil, nil)
	return &attempt{sent: sent, ended: time.Now(), outcome: o, reason: reason}
}

// goAway lets an outage begin.
func goAway(g *gate) {
	for range failuresInARow {
		g.leave(failed(time.Now(), http.StatusBadGateway))
	}
}

// pass sends n requests through the gate with so many workers, and returns when
// each was sent.
func pass(t *testing.T, g *gate, workers, n int, between func()) []time.Time {
	t.Helper()

	var (
		mu    sync.Mutex
		sent  []time.Time
		group sync.WaitGroup
	)

	for range workers {
		group.Go(func() {
			for range n / workers {
				at, err := g.enter(t.Context(), false)
				if err != nil {
					t.Error(err)
					return
				}

				mu.Lock()

				sent = append(sent, at)
				mu.Unlock()

				between()
				g.leave(answered(at))
			}
		})
	}

	group.Wait()

	return sent
}

// most is how many of the times fall into any one span.
func most(times []time.Time, span time.Duration) int {
	highest, first := 0, 0

	for i := range times {
		for times[i].Sub(times[first]) >= span {
			first++
		}

		highest = max(highest, i-first+1)
	}

	return highest
}

// The window slides: as many requests as the limit may go at once, the next waits
// until the first of them is a minute old. A token bucket of the same rate would
// either let through up to twice the limit within a minute or slow down the first ones.
func TestGate_slidingWindow(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(1000)
		start := time.Now()

		sent := pass(t, g, 10, 2500, func() {})

		if got := sent[999].Sub(start); got != 0 {
			t.Errorf("the thousandth request waited for %s", got)
		}

		if got := sent[1000].Sub(start); got != time.Minute {
			t.Errorf("the next one was sent after %s", got)
		}

		if got := sent[2499].Sub(start); got != 2*time.Minute {
			t.Errorf("the last one was sent after %s", got)
		}
	})
}

func TestGate_neverMoreThanTheLimit(t *testing.T) {
	t.Parallel()

	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			limit := 1 + random.IntN(40)
			g := limited(limit)

			var mu sync.Mutex

			sent := pass(t, g, 7, 350, func() {
				mu.Lock()
				pause := time.Duration(random.Int64N(int64(3 * time.Second)))
				mu.Unlock()

				time.Sleep(pause)
			})

			if got := most(sent, minute); got > limit {
				t.Errorf("seed %d: %d requests within a minute, limit %d", seed, got, limit)
			}
		})
	}
}

// The server counts a request when it arrives, which may be long after it was sent:
// a new connection takes its time, and the network is uneven. It must not see more
// than the limit within a window for that.
func TestGate_countsAsTheServerDoes(t *testing.T) {
	t.Parallel()

	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			limit := 1 + random.IntN(40)
			g := limited(limit)

			var (
				mu      sync.Mutex
				arrived []time.Time
			)

			pass(t, g, 7, 350, func() {
				mu.Lock()
				there, back := time.Duration(random.Int64N(int64(3*time.Second))), time.Duration(random.Int64N(int64(time.Second)))
				mu.Unlock()

				time.Sleep(there)

				mu.Lock()

				arrived = append(arrived, time.Now())
				mu.Unlock()

				time.Sleep(back)
			})

			if got := most(arrived, minute); got > limit {
				t.Errorf("seed %d: %d requests arrived within a minute, limit %d", seed, got, limit)
			}
		})
	}
}

// As many requests as the limit are under way and hang: the next one waits for the
// end of one of them, and for its context.
func TestGate_fullOfHangingRequests(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(2)
		pass := func(ctx context.Context) error {
			_, err := g.enter(ctx, false)
			return err
		}

		if err := errors.Join(pass(t.Context()), pass(t.Context())); err != nil {
			t.Fatal(err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()

		if err := pass(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}

		start := time.Now()

		time.AfterFunc(10*time.Second, func() { g.leave(answered(time.Now())) })

		if err := pass(t.Context()); err != nil {
			t.Fatal(err)
		}

		if got, want := time.Since(start), 10*time.Second+minute; got != want {
			t.Errorf("the third request was sent after %s, want %s", got, want)
		}
	})
}

func TestGate_noLimit(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		start := time.Now()

		pass(t, limited(0), 10, 5000, func() {})

		if got := time.Since(start); got != 0 {
			t.Errorf("5,000 requests waited for %s", got)
		}
	})
}

func TestGate_servesInOrderOfArrival(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(1)

		var (
			mu    sync.Mutex
			order []int
			group sync.WaitGroup
		)

		for i := range 20 {
			group.Go(func() {
				if _, err := g.enter(t.Context(), false); err != nil {
					t.Error(err)
				}

				mu.Lock()

				order = append(order, i)
				mu.Unlock()

				g.leave(answered(time.Now()))
			})
			synctest.Wait()
		}

		group.Wait()

		for i, got := range order {
			if got != i {
				t.Fatalf("served in the order %v", order)
			}
		}
	})
}

// A request that is refused for the rate has used up nothing.
func TestGate_refusedDoNotCount(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(1)
		start := time.Now()

		for _, status := range []int{http.StatusTooManyRequests, http.StatusCreated} {
			sent, err := g.enter(t.Context(), false)
			if err != nil || sent.Sub(start) > time.Second {
				t.Errorf("sent after %s, %v", sent.Sub(start), err)
			}

			g.leave(failed(sent, status))
		}

		sent, err := g.enter(t.Context(), false)
		if err != nil || sent.Sub(start) < minute {
			t.Errorf("sent after %s, %v", sent.Sub(start), err)
		}
	})
}

// Every wait ends with its context: that of the one request that sleeps, and those
// of the others, which wait for their turn.
func TestGate_waitEndsWithTheContext(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)

		for range failuresInARow {
			a := failed(time.Now(), http.StatusTooManyRequests)
			a.retryAfter = time.Hour
			g.leave(a)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		start := time.Now()

		var group sync.WaitGroup

		for range 10 {
			group.Go(func() {
				if _, err := g.enter(ctx, false); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
		}

		group.Wait()

		if got := time.Since(start); got != time.Second {
			t.Errorf("the wait ended after %s", got)
		}
	})
}

// away is a gate in an outage that has just begun, at an address that has answered
// before.
func away(t *testing.T) *gate {
	t.Helper()

	g := limited(0)
	g.leave(answered(time.Now()))
	time.Sleep(time.Second)

	for i := range failuresInARow {
		if on, _ := g.leave(failed(time.Now(), http.StatusBadGateway)); on != (i == failuresInARow-1) {
			t.Fatalf("outage %t after %d failures", on, i+1)
		}
	}

	return g
}

// In an outage one request after the other goes out as a probe, the one that has
// waited longest first, and the first answer lets all go on at once.
func TestGate_outage(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := away(t)
		start := time.Now()

		var (
			mu     sync.Mutex
			probes []int
			group  sync.WaitGroup
		)

		for i := range 3 {
			group.Go(func() {
				for {
					sent, err := g.enter(t.Context(), true)
					if err != nil {
						t.Error(err)
						return
					}

					mu.Lock()

					probes = append(probes, i)
					n := len(probes)
					mu.Unlock()

					time.Sleep(100 * time.Millisecond)

					if n < 6 {
						g.leave(failed(sent, http.StatusBadGateway))
						continue
					}

					g.leave(answered(sent))

					return
				}
			})
			synctest.Wait()
		}

		group.Wait()

		for i, got := range probes[:6] {
			if want := i % 3; got != want {
				t.Errorf("the probes came from %v", probes)
			}
		}

		// Half of 0.5, 1, 2, 4, 8 and 16 seconds, and the others follow the answer.
		if got := time.Since(start); got < 15*time.Second || got > 18*time.Second {
			t.Errorf("all went on after %s", got)
		}
	})
}

// When an outage has lasted too long, all give up at once. From then on a rare probe
// finds out whether it is over.
func TestGate_givesUpTogether(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := away(t)
		start := time.Now()

		var group sync.WaitGroup

		for range 10 {
			group.Go(func() {
				for {
					sent, err := g.enter(t.Context(), true)
					if errors.Is(err, errOutage) {
						if got := time.Since(start); got != DefaultMaxWait {
							t.Errorf("it gave up after %s", got)
						}

						return
					}

					g.leave(failed(sent, http.StatusBadGateway))
				}
			})
		}

		group.Wait()

		since, cause, first := g.tell(true)
		if !since.Equal(start) || cause != "502 Bad Gateway" || !first {
			t.Errorf("since %s, %s, %t", since, cause, first)
		}

		if _, _, first := g.tell(true); first {
			t.Error("two tell it in full")
		}

		enter := func(want error) (sent time.Time) {
			t.Helper()

			sent, err := g.enter(t.Context(), false)
			if !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}

			return sent
		}

		// The first probe goes at once, the next ones are rare.
		g.leave(failed(enter(nil), http.StatusBadGateway))
		enter(errOutage)
		time.Sleep(maxBackoff)

		// Those that come while it is under way wait for what it brings.
		probe := enter(nil)

		time.AfterFunc(time.Second, func() { g.leave(answered(probe)) })

		if got := enter(nil).Sub(probe); got != time.Second {
			t.Errorf("another request went %s after the probe", got)
		}
	})
}

// While there is nothing to do, an outage does not come to its end unnoticed, and an
// old failure does not make one.
func TestGate_idle(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := away(t)

		time.Sleep(2 * DefaultMaxWait)

		sent, err := g.enter(t.Context(), false)
		if err != nil {
			t.Error(err)
		}

		g.leave(answered(sent))

		g.leave(failed(time.Now(), http.StatusInternalServerError))
		time.Sleep(2 * DefaultMaxWait)

		if on, _ := g.leave(failed(time.Now(), http.StatusBadGateway)); on {
			t.Error("an outage")
		}

		time.Sleep(doubtAfter)

		if on, _ := g.leave(failed(time.Now(), http.StatusBadGateway)); !on {
			t.Error("no outage")
		}

		// It has just begun, so it is waited for.
		if _, err := g.enter(t.Context(), true); err != nil {
			t.Error(err)
		}
	})
}

// One slow failure is no outage, and neither is a run of failures between answers.
func TestGate_noOutage(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)

		for range 3 {
			for range failuresInARow - 1 {
				sent := time.Now()

				time.Sleep(time.Second)

				if on, _ := g.leave(failed(sent, http.StatusBadGateway)); on {
					t.Error("an outage")
				}
			}

			g.leave(answered(time.Now()))
		}

		slow := time.Now()

		time.Sleep(time.Minute)

		if on, _ := g.leave(failed(slow, http.StatusGatewayTimeout)); on {
			t.Error("an outage")
		}
	})
}

// The longest wait that was asked for counts, also from before the outage.
func TestGate_probesAsAsked(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		g.leave(answered(time.Now()))

		start := time.Now()

		for i := range 2 * failuresInARow {
			a := failed(time.Now(), http.StatusTooManyRequests)
			a.retryAfter = []time.Duration{time.Minute, time.Second, 0}[min(i, 2)]
			g.leave(a)
		}

		sent, err := g.enter(t.Context(), true)
		if got := sent.Sub(start); err != nil || got != time.Minute {
			t.Errorf("the probe went after %s, %v", got, err)
		}
	})
}

// The own limit does not keep anybody longer than the outage is waited for.
func TestGate_limitInAnOutage(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := newGate(Config{Clock: SystemClock(), MaxRequestsPerMinute: failuresInARow, MaxWait: doubtAfter, Jitter: func() float64 { return 0.5 }})
		start := time.Now()

		for range failuresInARow {
			sent, err := g.enter(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}

			g.leave(failed(sent, http.StatusBadGateway))
		}

		if _, err := g.enter(t.Context(), true); !errors.Is(err, errOutage) || time.Since(start) != doubtAfter {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

// What can never succeed is given up at once, where nothing was reached before.
func TestGate_hopeless(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		a := failed(time.Now(), 0)
		a.outcome = permanent
		g.leave(a)

		if _, err := g.enter(t.Context(), false); !errors.Is(err, errOutage) {
			t.Errorf("got %v", err)
		}

		time.Sleep(maxBackoff)

		if _, err := g.enter(t.Context(), false); err != nil {
			t.Errorf("a probe: %v", err)
		}
	})
}

// A failure that was sent before the last answer is old news.
func TestGate_oldNews(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		old := time.Now()

		time.Sleep(time.Minute)
		g.leave(answered(time.Now()))

		for range 2 * failuresInARow {
			if on, _ := g.leave(failed(old, http.StatusBadGateway)); on {
				t.Fatal("an outage")
			}
		}
	})
}

// What is interrupted says nothing of StackOne, and any answer but a failure of its
// own says that it is there.
func TestGate_whatEndsAnOutage(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		for status, ends := range map[int]bool{200: true, 301: true, 400: true, 403: true, 404: true, 409: true, 501: true, 408: false, 429: false, 500: false, 502: false, 503: false, 504: false} {
			g := away(t)
			if on, _ := g.leave(failed(time.Now(), status)); on == ends {
				t.Errorf("%d: outage %t", status, on)
			}
		}

		g := away(t)
		if on, _ := g.leave(&attempt{sent: time.Now(), ended: time.Now(), outcome: interrupted}); !on {
			t.Error("an interruption ended the outage")
		}
	})
}

func TestGate_keyRefused(t *testing.T) {
	t.Parallel()

	g := limited(0)

	for _, want := range []bool{true, false} {
		if _, first := g.leave(failed(time.Now(), http.StatusUnauthorized)); first != want {
			t.Errorf("first %t", first)
		}
	}

	if _, err := g.enter(t.Context(), false); !errors.Is(err, errKeyRefused) {
		t.Errorf("got %v", err)
	}
}

// The rate is cut to what was accepted, comes back to it, stays near it, and then
// rises ever faster.
func TestRate_perSecond(t *testing.T) {
	t.Parallel()

	r := newRate()
	start := time.Now()

	if got := r.wait(start); got != 0 {
		t.Errorf("the first request waits for %s", got)
	}

	for i := range 20 {
		r.accept(start, start.Add(time.Duration(i)*10*time.Millisecond))
	}

	refused := start.Add(250 * time.Millisecond)
	r.slowDown(&attempt{sent: start.Add(time.Millisecond), retryAfter: time.Second}, refused)

	// Of one wave of refusals the first one counts, for as long as it asked to wait;
	// late answers raise what it taught.
	r.slowDown(&attempt{sent: start.Add(2 * time.Millisecond), retryAfter: time.Second}, refused.Add(time.Millisecond))
	r.slowDown(&attempt{sent: refused.Add(time.Second), retryAfter: time.Second}, refused.Add(time.Second))
	r.accept(start, refused.Add(2*time.Millisecond))

	for after, want := range map[time.Duration]float64{0: 18.9, time.Second: 19.97, 4 * time.Second: 21, 10 * time.Second: 23.95, 20 * time.Second: 92.4} {
		if got := r.perSecond(refused.Add(after)); got < want*0.98 || got > want*1.02 {
			t.Errorf("after %s: %.2f a second, want %.2f", after, got, want)
		}
	}

	r.slowDown(&attempt{sent: refused.Add(time.Minute)}, refused.Add(time.Minute))

	if r.peak != minRate {
		t.Errorf("after a minute without an answer the rate is %.2f", r.peak)
	}
}

func BenchmarkGate(b *testing.B) {
	g := limited(1_000_000_000)

	b.ReportAllocs()

	for b.Loop() {
		sent, err := g.enter(b.Context(), false)
		if err != nil {
			b.Fatal(err)
		}

		g.leave(answered(sent))
	}
}

// Whoever waits on and on because a server asks for it is given up all the same, also
// by a clock that wakes up a little late.
func TestOutage_longRetryAfter(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		g.leave(answered(time.Now()))

		start := time.Now()

		for {
			sent, err := g.enter(t.Context(), time.Since(start) > 0)
			if errors.Is(err, errOutage) {
				break
			}

			if err != nil || time.Since(start) > 2*DefaultMaxWait {
				t.Fatalf("no outage after %s: %v", time.Since(start), err)
			}

			a := failed(sent, http.StatusServiceUnavailable)
			a.retryAfter = maxRetryAfter

			if on, _ := g.leave(a); !on {
				if err := g.rest(t.Context(), maxRetryAfter+time.Millisecond); err != nil {
					t.Fatal(err)
				}
			}
		}

		if took := time.Since(start); took != DefaultMaxWait {
			t.Errorf("given up after %s", took)
		}
	})
}

// What was asked before StackOne worked again holds for the call that was asked, and
// not for an outage after that.
func TestOutage_forgetsWhatWasAsked(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		a := failed(time.Now(), http.StatusTooManyRequests)
		a.retryAfter = maxRetryAfter
		g.leave(a)
		g.leave(answered(time.Now()))

		start := time.Now()

		goAway(g)

		if sent, err := g.enter(t.Context(), true); err != nil || sent.Sub(start) > firstBackoff {
			t.Errorf("the first probe went after %s, %v", sent.Sub(start), err)
		}
	})
}

// Who is given up does not wait for the probe of a new call, nor behind others that do.
func TestGate_givesUpAtOnce(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		g.leave(answered(time.Now()))

		start := time.Now()

		goAway(g)

		// After the last of these probes, the next one is due after the end.
		for _, at := range []time.Duration{290 * time.Second, 295 * time.Second, 299 * time.Second} {
			time.Sleep(at - time.Since(start))

			sent, err := g.enter(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}

			g.leave(failed(sent, http.StatusBadGateway))
		}

		ctx, cancel := context.WithCancel(t.Context())

		var waiting sync.WaitGroup

		// A new call, which goes as a probe at the end, and hangs.
		waiting.Go(func() {
			if sent, err := g.enter(ctx, false); err != nil || sent.Sub(start) != DefaultMaxWait {
				t.Errorf("the probe went after %s, %v", sent.Sub(start), err)
			}
		})
		synctest.Wait()
		// Another one, which has the turn then, and sleeps until the probe has ended.
		waiting.Go(func() {
			if _, err := g.enter(ctx, false); !errors.Is(err, context.Canceled) {
				t.Errorf("while the probe is under way: %v", err)
			}
		})
		synctest.Wait()

		if _, err := g.enter(t.Context(), true); !errors.Is(err, errOutage) || time.Since(start) != DefaultMaxWait {
			t.Errorf("%v after %s", err, time.Since(start))
		}

		cancel()
		waiting.Wait()
	})
}

// Whoever waits for a probe waits for that one, and not for an older attempt.
func TestGate_olderAttemptWhileProbing(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		g.leave(answered(time.Now()))

		start := time.Now()

		goAway(g)

		time.Sleep(DefaultMaxWait - 20*time.Second)

		older, err := g.enter(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}

		time.Sleep(DefaultMaxWait - time.Since(start))

		// The outage is given up, and a new call goes as a probe.
		probe, err := g.enter(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}

		var waiting sync.WaitGroup

		waiting.Go(func() {
			if _, err := g.enter(t.Context(), false); err != nil {
				t.Errorf("a call that waited for the probe: %v", err)
			}
		})
		synctest.Wait()
		g.leave(failed(older, http.StatusBadGateway))
		synctest.Wait()
		time.Sleep(time.Second)
		g.leave(answered(probe))
		waiting.Wait()
	})
}

// Each outage has one call that tells in full, also where one of the outage before
// came late to tell.
func TestGate_tellsOfEachOutage(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		g := limited(0)
		g.leave(answered(time.Now()))

		if _, _, tells := g.tell(true); !tells {
			t.Error("the late one does not tell")
		}

		goAway(g)

		for _, want := range []bool{true, false} {
			if _, _, tells := g.tell(true); tells != want {
				t.Errorf("tells is %t, want %t", tells, want)
			}
		}
	})
}
