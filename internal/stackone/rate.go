package stackone

import (
	"math"
	"time"
)

const (
	// rateCut is the share of the rate that a 429 leaves, CUBIC's beta; less would waste
	// more of the limit. rateGrowth is CUBIC's C, in requests per second, per second cubed;
	// less finds freed capacity later, more meets the limit more often.
	rateCut, rateGrowth = 0.9, 0.02
	// minRate is the lowest rate, per second, to which a 429 leads back.
	minRate = 1
	// rateSamples is how many requests make a rate, where they took longer than a second.
	rateSamples = 10
)

// rate limits the attempts in any minute, as StackOne counts them: a token bucket would
// let through up to twice the limit, or slow down the first attempts of a run.
//
// After a 429 it also spaces them, as CUBIC does, the congestion control of TCP (RFC 9438)
// and of the adaptive retry mode of AWS's SDKs: the rate soon comes back to where the 429
// came, stays near it, and then rises ever faster.
type rate struct {
	maxPerMinute, underWay int
	// worked are the times, in the last minute, at which attempts worked. They count from
	// their end: the server counted them then at the latest. Others do not count.
	worked []time.Time
	// peak is the rate at which the last 429 came, at cutAt; 0 before the first. next is
	// when the next attempt is due; 429s of attempts sent before ignoreUntil cut nothing.
	peak                     float64
	cutAt, next, ignoreUntil time.Time
}

// wait is the time until the next attempt may go, unless one under way ends before.
func (r *rate) wait(now time.Time) time.Duration {
	for len(r.worked) > 0 && now.Sub(r.worked[0]) >= time.Minute {
		r.worked = r.worked[1:]
	}

	switch {
	case r.maxPerMinute <= 0 || r.underWay+len(r.worked) < r.maxPerMinute:
		return r.next.Sub(now)
	case len(r.worked) == 0:
		return time.Minute
	}

	return max(r.next.Sub(now), r.worked[0].Add(time.Minute).Sub(now))
}

// enter spaces the next attempt from this one. One that was late moves the next forward.
func (r *rate) enter(now time.Time) {
	r.underWay++

	if r.peak > 0 {
		gap := time.Duration(float64(time.Second) / r.perSecond(now))
		r.next = now.Add(max(-gap, r.next.Sub(now)) + gap)
	}
}

// leave cuts the rate after a 429, once for all attempts that were under way. Those of
// them that work show that the rate may have been higher.
func (r *rate) leave(a *attempt) {
	r.underWay--

	switch {
	case a.outcome.worked():
		r.worked = append(r.worked, a.ended)
		if r.peak > 0 && !a.sent.After(r.cutAt) {
			r.peak = max(r.peak, r.measured(a.ended))
		}
	case a.outcome == throttled && a.sent.After(r.ignoreUntil):
		r.peak = max(minRate, min(r.measured(a.ended), r.perSecond(a.ended)))
		r.cutAt, r.ignoreUntil = a.ended, a.ended.Add(a.retryAfter)
	}
}

func (r *rate) perSecond(now time.Time) float64 {
	if r.peak == 0 {
		return math.Inf(1)
	}

	back := math.Cbrt(r.peak * (1 - rateCut) / rateGrowth)

	return r.peak + rateGrowth*math.Pow(now.Sub(r.cutAt).Seconds()-back, 3)
}

// measured is the rate at which attempts worked in the last second, or longer where they
// are too few.
func (r *rate) measured(now time.Time) float64 {
	all := len(r.worked)

	n := min(rateSamples, all)
	for n < all && now.Sub(r.worked[all-n-1]) <= time.Second {
		n++
	}

	if n == 0 {
		return minRate
	}

	return float64(n) / max(1, now.Sub(r.worked[all-n]).Seconds())
}
