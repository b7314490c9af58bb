package stackone

import (
	"math"
	"time"
)

const (
	// rateCut is CUBIC's beta, rateGrowth its C, in requests per second, per second cubed.
	// A lower rateCut wastes more of the limit. Lower growth finds freed capacity later;
	// higher growth meets the limit more often.
	rateCut, rateGrowth = 0.9, 0.15
	// minRate is the lowest rate after a 429, per second.
	minRate     = 2.5
	rateSamples = 10
)

// rate limits the attempts in any minute, as StackOne counts them. A token bucket would
// admit up to twice the limit, or slow down the first attempts of a run.
//
// After a 429 it also spaces attempts like CUBIC (RFC 9438): the rate soon returns to that
// of the 429, stays near it, and then rises ever faster. The adaptive retry mode of AWS's
// SDKs does the same.
type rate struct {
	maxPerMinute, underWay int
	// worked contains the end times of successful attempts in the last minute: the server
	// counted them no later.
	worked []time.Time
	// peak is the rate at the last 429, at cutAt; 0 before the first. next is when the next
	// attempt is due. 429s of attempts sent before ignoreUntil are ignored.
	peak                     float64
	cutAt, next, ignoreUntil time.Time
}

// wait returns the time until the next attempt, unless one in flight ends before.
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

	return r.worked[0].Add(time.Minute).Sub(now)
}

// enter spaces the next attempt. A late attempt brings the next one forward.
func (r *rate) enter(now time.Time) {
	r.underWay++

	if r.peak > 0 {
		gap := time.Duration(float64(time.Second) / r.perSecond(now))
		r.next = now.Add(max(-gap, r.next.Sub(now)) + gap)
	}
}

// leave cuts the rate after a 429, once for all attempts in flight. If some of them
// succeed, the rate may have been higher.
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

// measured returns the rate of successes in the last second, or longer if they are few.
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
