package stackone

import (
	"errors"
	"time"
)

const (
	// failuresInARow make an outage. Fewer happen by chance: where three of ten
	// requests fail, five in a row do so three times in a thousand.
	failuresInARow = 5
	// doubtAfter is how long nothing may succeed before even fewer failures make an
	// outage; and how long an address is tried where nobody has ever answered, which
	// is more likely a wrong address.
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
	// since, and cause is how the last one failed.
	failures int
	since    time.Time
	cause    string
	// answeredAt is when the request was sent that was answered last, connected
	// tells that there ever was a connection.
	answeredAt time.Time
	connected  bool
	// on tells that there is an outage, over that it has been given up, told that
	// one request has told of that in full.
	on, over, told bool
	// probes counts those that were sent; the next one may go at next.
	probes int
	next   time.Time
}

// patience is how long an outage is waited for.
func (o *outage) patience() time.Duration {
	if !o.connected {
		return min(o.maxWait, doubtAfter)
	}

	return o.maxWait
}

// wait is how long the next request has to wait before it may go as a probe. It
// fails with errOutage for all when the outage has lasted too long.
func (o *outage) wait(now time.Time, tried bool) (time.Duration, error) {
	if !o.on {
		return 0, nil
	}

	end := o.since.Add(o.patience())

	switch {
	case o.over && (tried || now.Before(o.next)):
		return 0, errOutage
	case o.over:
		return 0, nil
	case !now.Before(end):
		// From now on a rare probe finds out whether StackOne is back.
		o.over, o.next = true, now.Add(maxBackoff)

		return 0, errOutage
	}

	return min(o.next.Sub(now), end.Sub(now)), nil
}

// probe notes that a request was let pass.
func (o *outage) probe(now time.Time) {
	switch {
	case o.over:
		o.next = now.Add(maxBackoff)
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

	if o.failures++; o.failures == 1 || a.sent.Before(o.since) {
		o.since = a.sent
	}

	o.cause = a.reason
	begins = !o.on && (o.failures >= failuresInARow || now.Sub(o.since) >= doubtAfter)

	if begins {
		o.on, o.probes = true, 1
		o.next = now.Add(backoff(o.probes, o.jitter))
	}

	if a.asked > 0 {
		o.next = now.Add(a.asked)
	}

	return begins
}

// answered notes that StackOne is there, and reports whether that ends an outage.
func (o *outage) answered(a *attempt) (ends bool) {
	ends = o.on
	o.failures, o.on, o.over, o.told, o.connected = 0, false, false, false, true

	if a.sent.After(o.answeredAt) {
		o.answeredAt = a.sent
	}

	return ends
}
