package stackone

import (
	"errors"
	"time"
)

const (
	// Health checks are minCheckInterval to maxCheckInterval apart, and maxBackoff after a give-up.
	minCheckInterval, maxCheckInterval = 500 * time.Millisecond, 10 * time.Second
	checkTimeout                       = 10 * time.Second
	// connectPatience applies if no connection ever succeeded: the address is probably
	// wrong. permanentPatience applies to permanent failures such as a bad certificate.
	connectPatience   = 10 * time.Second
	permanentPatience = 25 * time.Second
	minLost           = 3
)

var (
	errCircuitOpen = errors.New("the service failed for too long")
	errKeyRefused  = errors.New("the API key was refused")
	errHealthy     = errors.New("the service is up, and the attempt is not repeated for itself")
)

// circuit is a circuit breaker. Only a failed health check opens it: a failed call may have
// a cause of its own. While it is open, calls wait for the health checks. Any success
// closes it. It compares the times of sending, because slow responses arrive late.
type circuit struct {
	maxWait time.Duration
	jitter  func() float64

	// workedAt is when the latest successful request was sent. since is when the request was
	// sent that was the first to fail after it, and failure is the last failure.
	workedAt, since time.Time
	failure         *attempt
	// connected is set once a connection succeeded, unauthorized while no health check has
	// followed a 401.
	connected, unauthorized, open, givenUp bool
	final                                  error
	// checks counts all health checks, failedChecks consecutive failures. The next one is
	// due at nextCheck, but not before askedUntil, the latest Retry-After.
	checks, failedChecks                 int
	checkFailedAt, nextCheck, askedUntil time.Time
	// lost counts the calls that failed since callsFailSince, the last success of a call.
	lost           int
	callsFailSince time.Time
}

// needsCheck reports whether a health check must succeed before a call's next attempt.
func (c *circuit) needsCheck(last *attempt) bool {
	return c.open || c.unauthorized || last != nil && last.needsProof && c.workedAt.Before(last.sent)
}

// end returns the time at which an open circuit gives up.
func (c *circuit) end() time.Time {
	patience := c.maxWait

	switch {
	case c.failure.outcome == permanent && !c.connected:
		patience = 0
	case c.failure.outcome == permanent:
		patience = min(patience, permanentPatience)
	case !c.connected && !c.failure.unresolved:
		patience = min(patience, connectPatience)
	}

	return c.since.Add(patience)
}

// check returns the number of a health check to send now, or the wait before the next one.
// The last one is due exactly at the end. After a give-up, only new calls check.
func (c *circuit) check(now time.Time, last *attempt) (wait time.Duration, number int, err error) {
	wait = max(c.nextCheck.Sub(now), c.askedUntil.Sub(now))

	switch {
	case c.givenUp && (last != nil || wait > 0):
		return 0, 0, errCircuitOpen
	case c.open && !c.givenUp && min(wait, c.end().Sub(now)) > 0:
		return min(wait, c.end().Sub(now)), 0, nil
	case !c.open && wait > 0:
		return wait, 0, nil
	}

	c.checks++
	c.nextCheck = now.Add(max(minCheckInterval, min(maxCheckInterval, backoff(c.failedChecks+1, c.jitter))))

	return 0, c.checks, nil
}

// checked records a health check. Any response below 500 means up, except those that ask
// for a retry. A 401 confirms that of a call.
func (c *circuit) checked(a *attempt) {
	switch {
	case a.outcome == interrupted:
	case a.outcome == unauthorized && c.unauthorized:
		c.final = errKeyRefused
	case a.outcome == succeeded || a.status >= 400 && a.status < 500 && !a.outcome.failed():
		c.unauthorized = false
		c.worked(a)
	default:
		c.failed(a)
		c.failedChecks++
		c.open, c.checkFailedAt = true, a.sent

		if c.givenUp = c.givenUp || !a.sent.Before(c.end()); c.givenUp {
			c.nextCheck = a.sent.Add(maxBackoff)
		}
	}
}

// called records an attempt of a call. The run gives up if calls fail for maxWait although
// health checks succeed: only writes are down.
func (c *circuit) called(a *attempt, last bool) {
	c.connected = c.connected || a.connected

	switch {
	case a.outcome.worked():
		c.worked(a)
		c.lost, c.callsFailSince = 0, a.sent
	case a.outcome == unauthorized:
		c.unauthorized = true
	case a.outcome.failed() && !a.sent.Before(c.workedAt):
		c.failed(a)
	}

	if last && a.outcome.failed() {
		if c.lost++; c.lost >= minLost && a.ended.Sub(c.callsFailSince) >= c.maxWait {
			c.final, c.since = errCircuitOpen, c.callsFailSince
		}
	}
}

// failed records a failure. After an idle time, it counts as the first one.
func (c *circuit) failed(a *attempt) {
	if c.failure == nil || !c.open && a.sent.Sub(c.failure.ended) > maxRetryAfter+maxBackoff {
		c.since, c.callsFailSince = a.sent, a.sent
	} else if c.since.IsZero() {
		c.since = a.sent
	}

	if until := a.ended.Add(a.retryAfter); until.After(c.askedUntil) {
		c.askedUntil = until
	}

	c.failure = a
}

// worked closes the circuit, unless the request was sent before the first failure.
func (c *circuit) worked(a *attempt) {
	if a.sent.After(c.workedAt) {
		c.workedAt = a.sent
	}

	if !a.sent.Before(c.since) {
		c.connected, c.open, c.givenUp, c.failedChecks = true, false, false, 0
		c.since, c.askedUntil = time.Time{}, time.Time{}
	}
}
