package stackone

import "time"

// minute is the span over which StackOne counts requests.
const minute = time.Minute

// untilAnswer is the wait of an attempt that may be made when one under way has ended.
const untilAnswer = time.Duration(1<<63 - 1)

// window holds the attempts of a client to its own limit: at most so many within any
// minute, as StackOne counts them. A token bucket of the same rate would either let
// through up to twice the limit within a minute, or slow down the first ones of a run.
type window struct {
	maxPerMinute int
	// underWay counts the attempts that were sent and have not ended. ended holds
	// when the others did, within the minute.
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
		return untilAnswer
	}

	return w.ended[0].Add(minute).Sub(now)
}

func (w *window) enter() { w.underWay++ }

// leave counts an attempt from its end: when the server counted it is not known, but
// it was not later. Counted from its sending, one that was slow on its way would meet
// later ones at the server within one minute. One that the server refused for its rate
// has used up nothing.
func (w *window) leave(now time.Time, rateLimited bool) {
	w.underWay--

	if w.maxPerMinute > 0 && !rateLimited {
		w.ended = append(w.ended, now)
	}
}
