package stackone

import (
	"context"
	"sync"
	"time"
)

// limiter admits the attempts of all calls, which share one key and one service. turn is a
// semaphore, which Go serves in order: only one call at a time sleeps here or checks.
type limiter struct {
	clock       Clock
	healthCheck func(ctx context.Context, sent time.Time, number int) *attempt
	turn        chan struct{}

	mu      sync.Mutex
	rate    rate
	circuit circuit
	// wake ends the sleep or health check of the call whose turn it is.
	wake     context.CancelFunc
	checking bool
	// stopped ends when the run gives up. reported is set once one call has returned the cause.
	stopped  context.Context //nolint:containedctx // It ends the rests of all calls.
	stop     context.CancelFunc
	reported bool
}

func newLimiter(c Config, healthCheck func(ctx context.Context, sent time.Time, number int) *attempt) *limiter {
	l := &limiter{clock: c.Clock, healthCheck: healthCheck, turn: make(chan struct{}, 1), wake: func() {}}
	l.rate.maxPerMinute, l.circuit.maxWait, l.circuit.jitter = c.MaxRequestsPerMinute, c.MaxWait, c.Jitter
	l.stopped, l.stop = context.WithCancel(context.Background())

	return l
}

// enter waits until a call may send its next attempt, and returns the time of sending. last
// is the call's previous attempt. leave must follow each sent attempt.
func (l *limiter) enter(ctx context.Context, last *attempt) (time.Time, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
	}

	for ctx.Err() == nil {
		now := l.clock.Now()
		asleep, wake := context.WithCancel(ctx)
		wait, check, err := l.admit(now, last, wake)

		switch {
		case check > 0:
			l.leave(l.healthCheck(asleep, now, check), true, false)
		case err == nil && wait > 0:
			_ = l.clock.Sleep(asleep, wait)
		default:
			wake()
			return now, err
		}

		wake()
	}

	return time.Time{}, ctx.Err()
}

// admit admits an attempt, or returns a wait or the number of a health check to send first.
func (l *limiter) admit(now time.Time, last *attempt, wake context.CancelFunc) (wait time.Duration, check int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.wake = wake

	switch {
	case l.circuit.final != nil:
		return 0, 0, l.circuit.final
	case l.circuit.needsCheck(last):
		wait, check, err = l.circuit.check(now, last)
		l.checking = check > 0

		return wait, check, err
	case last != nil && last.onlyIfCircuitOpened && l.circuit.checkFailedAt.Before(last.sent):
		return 0, 0, errHealthy
	}

	if wait = l.rate.wait(now); wait <= 0 {
		l.rate.enter(now)
	}

	return wait, 0, nil
}

// leave records a health check or an attempt, which may be the last of its call. It reports
// whether the circuit is open.
func (l *limiter) leave(a *attempt, check, last bool) (open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if check {
		l.checking = false
		l.circuit.checked(a)
	} else {
		l.rate.leave(a)
		l.circuit.called(a, last)
	}

	stopped := l.circuit.final != nil || l.circuit.givenUp

	if stopped {
		l.stop()
	} else if l.stopped.Err() != nil {
		l.stopped, l.stop = context.WithCancel(context.Background())
		l.reported = false
	}

	// A success makes the health check in flight needless.
	if stopped || !l.checking || a.outcome.worked() && !l.circuit.needsCheck(nil) {
		l.wake()
	}

	return l.circuit.open
}

// rest sleeps until the wait, the context or the run ends.
func (l *limiter) rest(ctx context.Context, wait time.Duration) {
	asleep, wake := context.WithCancel(ctx)
	defer wake()

	l.mu.Lock()
	defer context.AfterFunc(l.stopped, wake)()
	l.mu.Unlock()

	_ = l.clock.Sleep(asleep, wait)
}

// outage returns the start and cause of the outage and the number of health checks. first
// is true for one call, which then returns its own failure.
func (l *limiter) outage(report bool) (since time.Time, cause string, checks int, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	first = report && !l.reported
	l.reported = l.reported || first

	if l.circuit.failure != nil {
		cause = l.circuit.failure.reason
	}

	return l.circuit.since, cause, l.circuit.checks, first
}

// spare reports whether the limit per minute allows speculative requests.
func (l *limiter) spare() bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.rate.maxPerMinute <= 0 || l.rate.underWay+len(l.rate.worked) < l.rate.maxPerMinute/10*9
}
