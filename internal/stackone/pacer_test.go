package stackone

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pass sends n requests through the gate with so many workers, and returns when
// each was sent.
func pass(t *testing.T, p *pacer, workers, n int, between func()) []time.Time {
	t.Helper()

	var (
		mu    sync.Mutex
		sent  []time.Time
		group sync.WaitGroup
	)

	for range workers {
		group.Go(func() {
			for range n / workers {
				at, err := p.wait(t.Context())
				if err != nil {
					t.Error(err)

					return
				}

				mu.Lock()
				sent = append(sent, at)
				mu.Unlock()

				between()
				p.settle()
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
func TestPacer_slidingWindow(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 1000)
		start := time.Now()

		sent := pass(t, p, 10, 2500, func() {})

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

func TestPacer_neverMoreThanTheLimit(t *testing.T) {
	t.Parallel()

	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			limit := 1 + random.IntN(40)
			p := newPacer(SystemClock(), limit)

			var mu sync.Mutex

			sent := pass(t, p, 7, 350, func() {
				mu.Lock()
				pause := time.Duration(random.Int64N(int64(3 * time.Second)))
				mu.Unlock()

				time.Sleep(pause)
			})

			if got := most(sent, window); got > limit {
				t.Errorf("seed %d: %d requests within a minute, limit %d", seed, got, limit)
			}
		})
	}
}

// The server counts a request when it arrives, which may be long after it was sent:
// a new connection takes its time, and the network is uneven. It must not see more
// than the limit within a window for that.
func TestPacer_countsAsTheServerDoes(t *testing.T) {
	t.Parallel()

	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			limit := 1 + random.IntN(40)
			p := newPacer(SystemClock(), limit)

			var (
				mu      sync.Mutex
				arrived []time.Time
			)

			pass(t, p, 7, 350, func() {
				mu.Lock()
				there, back := time.Duration(random.Int64N(int64(3*time.Second))), time.Duration(random.Int64N(int64(time.Second)))
				mu.Unlock()

				time.Sleep(there)

				mu.Lock()
				arrived = append(arrived, time.Now())
				mu.Unlock()

				time.Sleep(back)
			})

			if got := most(arrived, window); got > limit {
				t.Errorf("seed %d: %d requests arrived within a minute, limit %d", seed, got, limit)
			}
		})
	}
}

// As many requests as the limit are under way and hang: the next one waits for the
// end of one of them, and for its context.
func TestPacer_fullOfHangingRequests(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 2)
		pass := func(ctx context.Context) error {
			_, err := p.wait(ctx)

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

		time.AfterFunc(10*time.Second, p.settle)

		if err := pass(t.Context()); err != nil {
			t.Fatal(err)
		}

		if got, want := time.Since(start), 10*time.Second+window; got != want {
			t.Errorf("the third request was sent after %s, want %s", got, want)
		}
	})
}

func TestPacer_noLimit(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		pass(t, newPacer(SystemClock(), 0), 10, 5000, func() {})

		if got := time.Since(start); got != 0 {
			t.Errorf("5,000 requests waited for %s", got)
		}
	})
}

func TestPacer_servesInOrderOfArrival(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 1)

		var (
			mu    sync.Mutex
			order []int
			group sync.WaitGroup
		)

		for i := range 20 {
			group.Go(func() {
				if _, err := p.wait(t.Context()); err != nil {
					t.Error(err)
				}

				mu.Lock()
				order = append(order, i)
				mu.Unlock()

				p.settle()
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

func TestPacer_waitEndsWithTheContext(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		p.pause(time.Now(), time.Hour)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		start := time.Now()

		var group sync.WaitGroup

		// One of them holds the turn and sleeps, the others wait for the turn.
		for range 10 {
			group.Go(func() {
				if _, err := p.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
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

func TestPacer_pauseHoldsEverybodyAndIsExtended(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		start := time.Now()
		p.pause(start, 10*time.Second)

		time.AfterFunc(5*time.Second, func() { p.pause(time.Now(), 20*time.Second) })
		time.AfterFunc(6*time.Second, func() { p.pause(time.Now(), time.Second) })

		// They come out one by one, and after a while all at once again.
		for i, at := range pass(t, p, 5, 5, func() {}) {
			if got, want := at.Sub(start), 25*time.Second+time.Duration(i)*easeInterval; got != want {
				t.Errorf("request %d was sent after %s, want %s", i, got, want)
			}
		}

		time.Sleep(easeLasts)

		start = time.Now()

		for _, at := range pass(t, p, 5, 50, func() {}) {
			if !at.Equal(start) {
				t.Errorf("sent %s after the pause is over", at.Sub(start))
			}
		}
	})
}

// outcome is how a run against a server with a limit went.
type outcome struct {
	refused int
	elapsed time.Duration
	worst   int
}

// runAgainst sends n requests, ten at a time, to a server that admits so many in
// any span and refuses the others, which are sent again.
func runAgainst(t *testing.T, p *pacer, n, admits int, span, latency time.Duration) outcome {
	t.Helper()

	var (
		mu       sync.Mutex
		admitted []time.Time
		out      outcome
		group    sync.WaitGroup
		jobs     = make(chan struct{}, n)
	)

	for range n {
		jobs <- struct{}{}
	}

	close(jobs)

	serve := func() bool {
		mu.Lock()
		defer mu.Unlock()

		now := time.Now()
		for len(admitted) > 0 && now.Sub(admitted[0]) >= span {
			admitted = admitted[1:]
		}

		if len(admitted) >= admits {
			out.refused++

			return false
		}

		admitted = append(admitted, now)

		return true
	}

	start := time.Now()

	for range 10 {
		group.Go(func() {
			for range jobs {
				for tries := 1; ; tries++ {
					sent, err := p.wait(t.Context())
					if err != nil {
						t.Error(err)

						return
					}

					time.Sleep(latency / 2)

					ok := serve()

					time.Sleep(latency / 2)
					p.settle()

					if ok {
						p.accept(sent)

						break
					}

					mu.Lock()
					out.worst = max(out.worst, tries)
					mu.Unlock()

					p.refuse(sent, time.Now(), span)
				}
			}
		})
	}

	group.Wait()

	out.elapsed = time.Since(start)

	return out
}

func TestPacer_learnsTheRateOfTheServer(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		n, admits     int
		span, latency time.Duration
		within        time.Duration
	}{
		"20 a second":                 {200, 20, time.Second, 5 * time.Millisecond, 11500 * time.Millisecond},
		"20 a second, slow network":   {200, 20, time.Second, 150 * time.Millisecond, 11500 * time.Millisecond},
		"1,000 a minute, as StackOne": {3000, 1000, time.Minute, 20 * time.Millisecond, 200 * time.Second},
		"2 a second":                  {40, 2, time.Second, 5 * time.Millisecond, 40 * time.Second},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				got := runAgainst(t, newPacer(SystemClock(), 0), test.n, test.admits, test.span, test.latency)
				t.Logf("%+v", got)

				if got.elapsed > test.within {
					t.Errorf("took %s, want %s at most", got.elapsed, test.within)
				}

				if share := float64(got.refused) / float64(test.n+got.refused); share > 0.1 && test.n > 100 {
					t.Errorf("%d of %d requests were refused", got.refused, test.n+got.refused)
				}

				if got.worst > DefaultMaxRetries {
					t.Errorf("one request was refused %d times", got.worst)
				}
			})
		})
	}
}

// Another program uses up the limit of the key: nothing was accepted, so there is
// nothing to learn from, and the requests come out cautiously.
func TestPacer_cautiousWithoutSamples(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		start := time.Now()

		sent, err := p.wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		p.refuse(sent, time.Now(), 60*time.Second)

		for i, at := range pass(t, p, 10, 10, func() {}) {
			if want := 60*time.Second + time.Duration(i)*200*time.Millisecond; at.Sub(start) != want {
				t.Errorf("request %d was sent after %s, want %s", i, at.Sub(start), want)
			}
		}
	})
}

// One wave of refusals is one lesson.
func TestPacer_oneWaveIsOneLesson(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		sent := time.Now()

		for range 20 {
			p.accept(sent)
		}

		time.Sleep(10 * time.Millisecond)

		for range 10 {
			p.refuse(sent, time.Now(), time.Second)
		}

		first := p.interval
		if want := 54945054 * time.Nanosecond; first != want {
			t.Errorf("the interval is %s, want %s", first, want)
		}

		later, err := p.wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		p.refuse(later, time.Now().Add(time.Millisecond), time.Second)

		if p.interval <= first {
			t.Errorf("the interval stayed %s after a second wave", p.interval)
		}

		// Some time after the last refusal the lesson is forgotten.
		time.Sleep(lessonLasts + time.Second + time.Millisecond)

		start := time.Now()

		pass(t, p, 10, 100, func() {})

		if got := time.Since(start); got != 0 {
			t.Errorf("100 requests still waited for %s", got)
		}
	})
}

// Refusals at random, which have nothing to do with the rate, do not slow a run
// down without end.
func TestPacer_randomRefusals(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		random := rand.New(rand.NewPCG(1, 1))
		start := time.Now()

		for range 300 {
			sent, err := p.wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}

			time.Sleep(10 * time.Millisecond)

			if random.IntN(10) == 0 {
				p.refuse(sent, time.Now(), time.Second)
			} else {
				p.accept(time.Now())
			}
		}

		// At the floor of 5 a second 300 requests take a minute, and 30 pauses half a minute.
		if got := time.Since(start); got > 100*time.Second {
			t.Errorf("300 requests took %s", got)
		}
	})
}

func BenchmarkPacer(b *testing.B) {
	p := newPacer(SystemClock(), 1_000_000_000)

	b.ReportAllocs()

	for b.Loop() {
		if _, err := p.wait(b.Context()); err != nil {
			b.Fatal(err)
		}

		p.settle()
	}
}

// lateClock wakes up late, as on a busy machine.
type lateClock struct {
	Clock

	late time.Duration
}

func (c lateClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.Clock.Sleep(ctx, d+c.late)
}

// Each request is sent a little late, and the run as a whole is not.
func TestPacer_catchesUp(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(lateClock{SystemClock(), 30 * time.Millisecond}, 0)

		got := runAgainst(t, p, 200, 20, time.Second, 5*time.Millisecond)
		t.Logf("%+v", got)

		if most := 11500 * time.Millisecond; got.elapsed > most {
			t.Errorf("took %s, want %s at most", got.elapsed, most)
		}

		if got.refused > 10 {
			t.Errorf("%d requests were refused after the first wave", got.refused-10)
		}
	})
}

// After a break the requests come out at the learned rate, not all that could
// have been sent during the break.
func TestPacer_doesNotCatchUpWithABreak(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		runAgainst(t, p, 30, 20, time.Second, 5*time.Millisecond)
		time.Sleep(20 * time.Second)

		if got := most(pass(t, p, 10, 100, func() {}), time.Second); got > 20 {
			t.Errorf("%d requests within a second after a break", got)
		}
	})
}

// What was on its way when the first request was refused, and is accepted, belongs
// to the lesson.
func TestPacer_learnsFromLateAnswers(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		sent := time.Now()

		for range 10 {
			p.accept(sent)
		}

		time.Sleep(time.Millisecond)
		p.refuse(sent, time.Now(), time.Second)

		for range 10 {
			p.accept(sent)
		}

		if want := 54945054 * time.Nanosecond; p.interval != want {
			t.Errorf("the interval is %s, want %s", p.interval, want)
		}

		time.Sleep(2 * time.Second)
		p.accept(time.Now())

		if want := 54945054 * time.Nanosecond; p.interval != want {
			t.Errorf("the interval is %s after a later answer, want %s", p.interval, want)
		}
	})
}

// What is sent at full speed after a lesson is forgotten does not count for the
// schedule of the next lesson.
func TestPacer_startsAnewAfterALessonIsForgotten(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		p := newPacer(SystemClock(), 0)
		runAgainst(t, p, 30, 20, time.Second, 5*time.Millisecond)
		time.Sleep(2 * lessonLasts)

		sent := pass(t, p, 10, 5000, func() {})
		refused := time.Now().Add(time.Millisecond)
		p.refuse(sent[len(sent)-1].Add(time.Microsecond), refused, time.Second)

		next, err := p.wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		if got := next.Sub(refused); got != time.Second {
			t.Errorf("the next request was sent after %s, want 1 s", got)
		}
	})
}
