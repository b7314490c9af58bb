package stackone

import (
	"math"
	"time"
)

const (
	// rateCut is the share of the rate that a 429 leaves, CUBIC's beta. Less would waste
	// more of the limit: at 20 requests a second, a thousand take 1.2 times as long as
	// needed with 0.7, and 1.1 times with 0.9.
	rateCut = 0.9
	// rateGrowth is CUBIC's C, in requests per second, per second cubed. Less finds freed
	// capacity later, more meets the limit more often.
	rateGrowth = 0.02
	// minRate is the lowest rate, per second, to which a 429 leads back.
	minRate = 1
	// rateSamples is how many requests make a rate, where they took longer than a second.
	rateSamples = 10
)

// rate spaces attempts. It is unlimited until the first 429, and then that of CUBIC, the
// congestion control of TCP (RFC 9438), as in the adaptive retry mode of AWS's SDKs: it
// soon comes back to where the 429 came, stays near it, and then rises ever faster.
type rate struct {
	// peak is the rate at which the last 429 came, at cutAt; 0 before the first. next is
	// when the next attempt is due; 429s of attempts sent before ignoreUntil cut nothing.
	peak                     float64
	cutAt, next, ignoreUntil time.Time
	// worked are the times at which attempts worked.
	worked []time.Time
}

// perSecond is the rate at a time after the first 429.
func (r *rate) perSecond(now time.Time) float64 {
	back := math.Cbrt(r.peak * (1 - rateCut) / rateGrowth)
	return r.peak + rateGrowth*math.Pow(now.Sub(r.cutAt).Seconds()-back, 3)
}

// enter spaces the next attempt from this one. One that was late moves the next forward.
func (r *rate) enter(now time.Time) {
	if r.peak == 0 {
		return
	}

	gap := time.Duration(float64(time.Second) / r.perSecond(now))
	if late := now.Add(-gap); r.next.Before(late) {
		r.next = late
	}

	r.next = r.next.Add(gap)
}

// leave cuts the rate after a 429, once for all attempts that were under way. Those of
// them that work show that the rate may have been higher.
func (r *rate) leave(a *attempt) {
	switch {
	case a.outcome.worked():
		r.worked = append(r.worked, a.ended)
		if measured := r.measured(a.ended); r.peak > 0 && !a.sent.After(r.cutAt) {
			r.peak = max(r.peak, measured)
		}
	case a.outcome == throttled && a.sent.After(r.ignoreUntil):
		measured := r.measured(a.ended)
		if r.peak > 0 {
			measured = max(min(measured, r.perSecond(a.ended)), minRate)
		}

		r.peak, r.cutAt, r.ignoreUntil = measured, a.ended, a.ended.Add(a.retryAfter)
	}
}

// measured is the rate at which attempts worked in the last second, or longer where they
// are too few.
func (r *rate) measured(now time.Time) float64 {
	for len(r.worked) > rateSamples && now.Sub(r.worked[0]) > time.Second {
		r.worked = r.worked[1:]
	}

	if len(r.worked) == 0 {
		return minRate
	}

	return max(minRate, float64(len(r.worked))/max(1, now.Sub(r.worked[0]).Seconds()))
}

// window limits the attempts in any minute, as StackOne counts them. A token bucket would
// let through up to twice the limit, or slow down the first attempts of a run.
type window struct {
	maxPerMinute, underWay int
	// worked are the times, in the last minute, at which attempts worked. They count from
	// their end: the server counted them then at the latest. Others do not count.
	worked []time.Time
}

// wait is the time until there is room, unless an attempt under way fails before.
func (w *window) wait(now time.Time) time.Duration {
	for len(w.worked) > 0 && now.Sub(w.worked[0]) >= time.Minute {
		w.worked = w.worked[1:]
	}

	switch {
	case w.maxPerMinute <= 0 || w.underWay+len(w.worked) < w.maxPerMinute:
		return 0
	case len(w.worked) == 0:
		return time.Minute
	}

	return w.worked[0].Add(time.Minute).Sub(now)
}

func (w *window) leave(a *attempt) {
	w.underWay--

	if a.outcome.worked() && w.maxPerMinute > 0 {
		w.worked = append(w.worked, a.ended)
	}
}
