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

// accept notes that StackOne did its work for an attempt. Those that were on their way
// when the rate was cut tell how many more could have been.
func (r *rate) accept(sent, now time.Time) {
	r.accepted = append(r.accepted, now)
	measured := r.measured(now)

	if r.peak > 0 && !sent.After(r.slowed) {
		r.peak = max(r.peak, measured)
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

// slowDown cuts the rate after a 429, and when an outage begins. It ignores an attempt
// that was sent before the last cut, for which StackOne had not seen the lower rate, and
// one during the wait that the answer behind that cut had asked for.
func (r *rate) slowDown(a *attempt, now time.Time) {
	if !a.sent.After(r.askedUntil) {
		return
	}

	r.peak = max(min(r.perSecond(now), r.measured(now)), minRate)
	r.slowed, r.askedUntil = now, now.Add(a.retryAfter)
}

// restart begins with the cut rate again, after an outage, in which only probes went.
func (r *rate) restart(now time.Time) { r.slowed = now }
