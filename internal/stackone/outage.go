package stackone

import (
	"errors"
	"time"
)

const (
	// failuresInARow make an outage. Fewer happen by chance: where three of ten
	// requests fail, five in a row do so three times in a thousand.
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
// by all requests together, while few go out as probes; any answer ends it. It
// is what the field calls a circuit breaker, whose requests wait for a while before
// they fail.
type outage struct {
	// maxWait bounds an outage; jitter spreads its probes.
	maxWait time.Duration
	jitter  func() float64

	// failures counts those since the last answer. The first of them was sent at
	// since, and cause is how the last one failed, at failedAt.
	failures        int
	since, failedAt time.Time
	cause           string
	// answeredAt is when the request was sent that was answered last, connected
	// tells that there ever was a connection.
	answeredAt time.Time
	connected  bool
	// on tells that there is an outage, over that it has been given up, told that
	// one request has told of that in full.
	on, over, told bool
	// probes counts the probes that were sent; probing tells that one is under way
	// after the outage was given up. The next probe may go at next, which is not before
	// asked: until then, an answer has asked to wait.
	probes      int
	probing     bool
	next, asked time.Time
}

// end is when an outage has lasted too long.
func (o *outage) end() time.Time {
	if !o.connected {
		return o.since.Add(min(o.maxWait, doubtAfter))
	}

	return o.since.Add(o.maxWait)
}

// wait is how long the next request has to wait before it may go as a probe. An outage
// that has lasted too long is given up: calls that have made an attempt fail with
// errOutage. A new call may then be a probe, one at once, because StackOne may have
// come back while there was nothing to do, and one in every maxBackoff after that.
// While a probe is under way, other new calls wait for its answer; between two
// probes they fail with errOutage.
func (o *outage) wait(now time.Time, tried bool) (time.Duration, error) {
	end := o.end()

	if o.on && !o.over && !now.Before(end) {
		o.over, o.next = true, now
		if o.asked.After(now) {
			o.next = o.asked
		}
	}

	switch {
	case !o.on:
		return 0, nil
	case !o.over:
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
	case o.over:
		return 0, errOutage
	}

	return min(wait, o.end().Sub(now)), nil
}

// probe notes that a request was let pass.
func (o *outage) probe(now time.Time) {
	switch {
	case o.over:
		o.probing, o.next = true, now.Add(maxBackoff)
	case o.on:
		o.probes++
		o.next = now.Add(backoff(o.probes, o.jitter))
	}
}

// failed notes that StackOne did not do its work, and reports whether that begins an
// outage. A request that was sent before the last one that was answered brings old
// news.
func (o *outage) failed(a *attempt, now time.Time) (begins bool) {
	o.connected = o.connected || a.connected.Load()

	if a.sent.Before(o.answeredAt) {
		return false
	}

	if a.sent.Sub(o.failedAt) > maxRetryAfter && !o.on {
		// Between the failures there was nothing to do.
		o.failures = 0
	}

	if o.failures++; o.failures == 1 || a.sent.Before(o.since) {
		o.since = a.sent
	}

	o.failedAt, o.cause, o.probing = now, a.reason, false
	hopeless := !o.connected && a.err != nil && hopeless(a.err)
	doubtful := o.failures > 1 && now.Sub(o.since) >= doubtAfter

	if begins = !o.on && (o.failures >= failuresInARow || doubtful || hopeless); begins {
		o.on, o.over, o.probes = true, hopeless, 1
		o.next = now.Add(backoff(o.probes, o.jitter))
	}

	if o.over {
		o.next = now.Add(maxBackoff)
	}

	if until := now.Add(a.asked); until.After(o.asked) {
		o.asked = until
	}

	if o.asked.After(now) && (!o.over || o.asked.After(o.next)) {
		o.next = o.asked
	}

	return begins
}

// answered notes that StackOne is there, and reports whether that ends an outage.
func (o *outage) answered(a *attempt) (ends bool) {
	ends = o.on
	o.failures, o.on, o.over, o.told, o.probing, o.connected = 0, false, false, false, false, true

	if a.sent.After(o.answeredAt) {
		o.answeredAt = a.sent
	}

	return ends
}
