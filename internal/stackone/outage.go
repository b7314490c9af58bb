package stackone

import (
	"errors"
	"time"
)

const (
	// failuresInARow make an outage. Fewer happen by chance: where three of ten
	// attempts fail, five in a row do so two times in a thousand.
	failuresInARow = 5
	// doubtAfter is how long nothing may succeed before two failures make an outage;
	// and how long an address is tried where nobody has ever answered, which is more
	// likely a wrong address.
	doubtAfter = 10 * time.Second
)

var (
	errOutage     = errors.New("StackOne is away")
	errKeyRefused = errors.New("the API key was refused")
)

// outage says whether StackOne is away: nothing succeeds any more. It is waited out
// by all calls together, while few attempts go out as probes; the first for which it
// does its work, an error such as 404 included, ends it (see outcome.failed). It is what
// the field calls a circuit breaker, whose calls wait for a while before they fail.
type outage struct {
	// maxWait bounds an outage; jitter spreads its probes.
	maxWait time.Duration
	jitter  func() float64

	// failures counts those since StackOne last did its work. The first of them was sent
	// at since, and cause is how the last one failed, at failedAt.
	failures        int
	since, failedAt time.Time
	cause           string
	// workedAt is when the last attempt was sent for which StackOne did its work, connected
	// tells that there ever was a connection.
	workedAt  time.Time
	connected bool
	// on tells that there is an outage, givenUp that it has lasted too long, told that
	// one call has told of that in full.
	on, givenUp, told bool
	// probes counts the probes that were sent; probing tells that one is under way
	// after the outage was given up, sent at probed. The next probe may go at next, which
	// is not before askedUntil: until then, one of the failures has asked to wait.
	probes           int
	probing          bool
	probed           time.Time
	next, askedUntil time.Time
}

// end is when an outage has lasted too long.
func (o *outage) end() time.Time {
	if !o.connected {
		return o.since.Add(min(o.maxWait, doubtAfter))
	}

	return o.since.Add(o.maxWait)
}

// wait is how long the next attempt has to wait before it may go as a probe. An outage
// that has lasted too long is given up: calls that have made an attempt fail with
// errOutage. The first attempt of a new call may then be a probe, one at once, because
// StackOne may have come back while there was nothing to do, and one in every maxBackoff
// after that. While a probe is under way, other new calls wait for its end; between two
// probes they fail with errOutage.
func (o *outage) wait(now time.Time, tried bool) (time.Duration, error) {
	end := o.end()

	if o.on && !o.givenUp && !now.Before(end) {
		o.givenUp, o.next = true, now
		if o.askedUntil.After(now) {
			o.next = o.askedUntil
		}
	}

	switch {
	case !o.on:
		return 0, nil
	case !o.givenUp:
		return min(o.next.Sub(now), end.Sub(now)), nil
	case tried:
		return 0, errOutage
	case o.probing:
		return untilAnswer, nil
	case now.Before(o.next):
		return 0, errOutage
	}

	return 0, nil
}

// bound lets no wait for another reason outlast the outage.
func (o *outage) bound(wait time.Duration, now time.Time) (time.Duration, error) {
	switch {
	case !o.on || wait <= 0:
		return wait, nil
	case o.givenUp:
		return 0, errOutage
	}

	return min(wait, o.end().Sub(now)), nil
}

// probe notes that an attempt was let pass.
func (o *outage) probe(now time.Time) {
	switch {
	case o.givenUp:
		o.probing, o.probed, o.next = true, now, now.Add(maxBackoff)
	case o.on:
		o.probes++
		o.next = now.Add(backoff(o.probes, o.jitter))
	}
}

// failed notes that StackOne did not do its work, and reports whether that begins an
// outage. An attempt that was sent before the last one for which it did brings old news.
func (o *outage) failed(a *attempt, now time.Time) (begins bool) {
	o.connected = o.connected || a.connected

	if a.sent.Before(o.workedAt) {
		return false
	}

	idleSince := o.failedAt
	if o.askedUntil.After(idleSince) {
		idleSince = o.askedUntil
	}

	if a.sent.Sub(idleSince) > maxRetryAfter && !o.on {
		// Between the failures there was nothing to do.
		o.failures = 0
	}

	if o.failures++; o.failures == 1 || a.sent.Before(o.since) {
		o.since = a.sent
	}

	o.failedAt, o.cause = now, a.reason
	o.over(a)

	hopeless := !o.connected && a.outcome == permanent
	doubtful := o.failures > 1 && now.Sub(o.since) >= doubtAfter

	if begins = !o.on && (o.failures >= failuresInARow || doubtful || hopeless); begins {
		o.on, o.givenUp, o.told, o.probes = true, hopeless, false, 1
		o.next = now.Add(backoff(o.probes, o.jitter))
	}

	if o.givenUp {
		o.next = now.Add(maxBackoff)
	}

	if until := now.Add(a.retryAfter); until.After(o.askedUntil) {
		o.askedUntil = until
	}

	if o.askedUntil.After(now) && (!o.givenUp || o.askedUntil.After(o.next)) {
		o.next = o.askedUntil
	}

	return begins
}

// over notes that an attempt has ended, which may be the probe that others wait for.
func (o *outage) over(a *attempt) {
	if !a.sent.Before(o.probed) {
		o.probing = false
	}
}

// worked notes that StackOne did its work, and reports whether that ends an outage.
func (o *outage) worked(a *attempt) (ends bool) {
	ends = o.on
	o.failures, o.on, o.givenUp, o.told, o.probing, o.connected = 0, false, false, false, false, true
	o.askedUntil = time.Time{}

	if a.sent.After(o.workedAt) {
		o.workedAt = a.sent
	}

	return ends
}
