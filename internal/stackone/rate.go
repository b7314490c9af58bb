package stackone

import (
	"math"
	"time"

	xrate "golang.org/x/time/rate"
)

const (
	// rateCut is the share of the rate that a refusal leaves, CUBIC's beta. Less would
	// waste more of the limit after each refusal: at 20 requests a second, a thousand
	// take 1.2 times as long as needed with 0.7, and 1.1 times with 0.9.
	rateCut = 0.9
	// rateGrowth is how steeply the rate rises, in requests per second, per second
	// cubed: CUBIC's C. Less finds freed capacity later, more meets the limit more
	// often: eight clients of one key have 13 % of their requests refused with 0.02,
	// and 17 % with 0.1.
	rateGrowth = 0.02
	// minRate is the least rate, in requests per second, to which a refusal leads back.
	minRate = 1
	// rateSamples is how many accepted requests make a rate, where they took longer
	// than a second.
	rateSamples = 10
)

// rate says how fast attempts may follow each other. There is no bound until
// StackOne refuses one. From then on the rate is that of CUBIC, the congestion
// control of TCP (RFC 9438), as the adaptive retry mode of AWS's SDKs uses it: it is
// cut at a refusal, comes back soon to where that happened, stays near it for a
// while, and rises ever faster when nothing is refused there any more.
type rate struct {
	bucket *xrate.Limiter
	// peak is the rate, per second, at which requests were refused last, or an outage
	// began, at slowed; 0 before the first time.
	peak   float64
	slowed time.Time
	// askedUntil is until when the answer that led to that has asked to wait.
	askedUntil time.Time
	// accepted are the times at which StackOne last did its work.
	accepted []time.Time
}

func newRate() rate {
	// One more than is due makes up for a machine that wakes up late.
	const burst = 2

	return rate{bucket: xrate.NewLimiter(xrate.Inf, burst)}
}

// perSecond is the rate that is allowed at a time.
func (r *rate) perSecond(now time.Time) float64 {
	if r.peak == 0 {
		return math.Inf(1)
	}

	back := math.Cbrt(r.peak * (1 - rateCut) / rateGrowth)

	return r.peak + rateGrowth*math.Pow(now.Sub(r.slowed).Seconds()-back, 3)
}

// wait is how long the next attempt has to wait for its place.
func (r *rate) wait(now time.Time) time.Duration {
	if r.peak == 0 {
		return 0
	}

	r.bucket.SetLimitAt(now, xrate.Limit(r.perSecond(now)))

	missing := 1 - r.bucket.TokensAt(now)

	return time.Duration(max(missing, 0) / float64(r.bucket.Limit()) * float64(time.Second))
}

func (r *rate) enter(now time.Time) {
	if r.peak > 0 {
		r.bucket.ReserveN(now, 1)
	}
}

// leave cuts the rate after a 429. It ignores an attempt that was sent before the end of
// the wait that the last one asked for. Attempts that worked, and were under way at the
// cut, show how high the rate could have been.
func (r *rate) leave(a *attempt) {
	switch {
	case a.outcome.worked():
		r.accepted = append(r.accepted, a.ended)

		if measured := r.measured(a.ended); r.peak > 0 && !a.sent.After(r.slowed) {
			r.peak = max(r.peak, measured)
		}
	case a.outcome == throttled && a.sent.After(r.askedUntil):
		r.peak = max(min(r.perSecond(a.ended), r.measured(a.ended)), minRate)
		r.slowed, r.askedUntil = a.ended, a.ended.Add(a.retryAfter)
	}
}

// measured is the rate, per second, at which StackOne did its work just before: in
// the last second, or longer where that is too little to tell.
func (r *rate) measured(now time.Time) float64 {
	for len(r.accepted) > rateSamples && now.Sub(r.accepted[0]) > time.Second {
		r.accepted = r.accepted[1:]
	}

	if len(r.accepted) == 0 {
		return minRate
	}

	span := max(now.Sub(r.accepted[0]), time.Second)

	return max(float64(len(r.accepted))/span.Seconds(), minRate)
}

// minute is the span over which StackOne counts requests.
const minute = time.Minute

// untilEnd is the wait of an attempt that may be made when one under way has ended.
const untilEnd = time.Duration(1<<63 - 1)

// window keeps a client within its own limit: at most so many attempts in any minute. A
// token bucket of the same rate would either let through up to twice the limit within a
// minute, or slow down the first ones of a run.
type window struct {
	maxPerMinute int
	// underWay counts the attempts that have not ended. ended is when the others did,
	// within the minute.
	underWay int
	ended    []time.Time
}

// wait is how long the next attempt has to wait for its place.
func (w *window) wait(now time.Time) time.Duration {
	for len(w.ended) > 0 && now.Sub(w.ended[0]) >= minute {
		w.ended = w.ended[1:]
	}

	switch {
	case w.maxPerMinute <= 0 || w.underWay+len(w.ended) < w.maxPerMinute:
		return 0
	case len(w.ended) == 0:
		return untilEnd
	}

	return w.ended[0].Add(minute).Sub(now)
}

func (w *window) enter() { w.underWay++ }

// leave counts an attempt that worked, from its end: the server counted it then at the
// latest. Counted from its sending, a slow one would meet later ones there.
func (w *window) leave(a *attempt) {
	w.underWay--

	if a.outcome.worked() && w.maxPerMinute > 0 {
		w.ended = append(w.ended, a.ended)
	}
}
