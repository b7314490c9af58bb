package stackone

import (
	"context"
	"sync"
	"time"
)

// gate is where every attempt of a client waits for its turn. One client sees one
// StackOne: what one attempt learns of it holds for all of them, and is kept here.
//
// The gate is fair: turn is a semaphore of one, and Go serves the senders of a
// channel in their order. Only the holder of the turn sleeps, so however many
// calls wait, there is one timer; and in an outage each probe is another call's, so
// that one which always fails does not keep the others waiting.
type gate struct {
	clock Clock
	turn  chan struct{}

	mu         sync.Mutex
	window     window
	rate       rate
	outage     outage
	keyRefused bool
	// wake ends the sleep of the holder of the turn, when there is news.
	wake context.CancelFunc
	// begun is closed when an outage begins, givenUp when one is given up.
	begun, givenUp chan struct{}
}

func newGate(c Config) *gate {
	return &gate{
		clock: c.Clock, turn: make(chan struct{}, 1), wake: func() {}, begun: make(chan struct{}), givenUp: make(chan struct{}),
		window: window{maxPerMinute: c.MaxRequestsPerMinute}, rate: newRate(), outage: outage{maxWait: c.MaxWait, jitter: c.Jitter},
	}
}

// enter returns when an attempt may be sent, with the time of sending. It fails
// with the context's error, with errKeyRefused, or with errOutage. Each attempt
// that is sent has to leave. tried tells that the call has made an attempt before.
func (g *gate) enter(ctx context.Context, tried bool) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}

	// Who has the turn may sleep until a probe has ended, for which a call that is given
	// up need not wait.
	var givenUp chan struct{}

	if tried {
		g.mu.Lock()
		givenUp = g.givenUp
		g.mu.Unlock()
	}

	select {
	case g.turn <- struct{}{}:
	case <-givenUp:
		return time.Time{}, errOutage
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}

	defer func() { <-g.turn }()

	for {
		now := g.clock.Now()
		asleep, wake := context.WithCancel(ctx)

		wait, err := g.admit(now, tried, wake)

		switch {
		case err != nil || wait <= 0:
			wake()
			return now, err
		case wait == untilAnswer:
			<-asleep.Done()
		default:
			_ = g.clock.Sleep(asleep, wait)
		}

		wake()

		if err := ctx.Err(); err != nil {
			return time.Time{}, err
		}
	}
}

// admit lets an attempt pass, or tells how long it has to wait before it asks again.
func (g *gate) admit(now time.Time, tried bool, wake context.CancelFunc) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.wake = wake

	if g.keyRefused {
		return 0, errKeyRefused
	}

	before := g.outage.givenUp
	wait, err := g.outage.wait(now, tried)

	if g.outage.givenUp && !before {
		close(g.givenUp)
	}

	if err != nil || wait > 0 {
		return wait, err
	}

	wait, err = g.outage.bound(max(g.window.wait(now), g.rate.wait(now)), now)
	if err != nil || wait > 0 {
		return wait, err
	}

	g.window.enter()
	g.rate.enter(now)
	g.outage.probe(now)

	return 0, nil
}

// leave tells the gate how an attempt went. It answers whether StackOne is away, so
// that the next attempt is a matter of all, and whether this is the first answer that
// refuses the key.
func (g *gate) leave(a *attempt) (away, firstRefusal bool) {
	g.mu.Lock()
	defer g.mu.Unlock()

	now := a.ended

	g.window.leave(now, a.outcome == throttled)

	switch {
	case a.outcome == interrupted:
		g.outage.over(a)
	case a.outcome.failed():
		begins := g.outage.failed(a, now)
		if begins {
			close(g.begun)
		}

		if begins && g.outage.givenUp {
			close(g.givenUp)
		}

		if begins || a.outcome == throttled {
			g.rate.slowDown(a, now)
		}
	default:
		g.rate.accept(a.sent, now)

		if g.outage.givenUp {
			g.givenUp = make(chan struct{})
		}

		if g.outage.worked(a) {
			g.rate.restart(now)
			g.begun = make(chan struct{})
		}
	}

	if a.outcome == unauthorized {
		firstRefusal, g.keyRefused = !g.keyRefused, true
	}

	g.wake()

	return g.outage.on, firstRefusal
}

// rest is the wait of one call after a failure of its own. It ends when an outage
// begins, which all wait out together. It fails with the context's error.
func (g *gate) rest(ctx context.Context, wait time.Duration) error {
	g.mu.Lock()
	begun := g.begun
	g.mu.Unlock()

	asleep, wake := context.WithCancel(ctx)
	defer wake()

	go func() {
		select {
		case <-begun:
			wake()
		case <-asleep.Done():
		}
	}()

	_ = g.clock.Sleep(asleep, wait)

	return ctx.Err()
}

// tell returns since when StackOne has been away, and why. tells is true for one call
// of an outage, the first that has made an attempt: it tells how that attempt failed.
func (g *gate) tell(tried bool) (since time.Time, cause string, tells bool) {
	g.mu.Lock()
	defer g.mu.Unlock()

	tells = tried && !g.outage.told
	g.outage.told = g.outage.told || tells

	return g.outage.since, g.outage.cause, tells
}
