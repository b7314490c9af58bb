package stackone

import "time"

// minute is the span over which StackOne counts requests.
const minute = time.Minute

// untilAnswer is the wait of a request that may go when one under way has ended.
const untilAnswer = time.Duration(1<<63 - 1)

// window holds the requests of a client to its own limit: at most so many within any
// minute. A token bucket of the same rate would either let through up to twice the
// limit within a minute, or slow down the first requests of a run.
type window struct {
	limit int
	// underWay counts the requests that were sent and have not ended. ended holds
	// when the others did, within the minute.
	underWay int
	ended    []time.Time
}

// wait is how long the next request has to wait for its place.
func (w *window) wait(now time.Time) time.Duration {
	for len(w.ended) > 0 && now.Sub(w.ended[0]) >= minute {
		w.ended = w.ended[1:]
	}

	switch {
	case w.limit <= 0 || w.underWay+len(w.ended) < w.limit:
		return 0
	case len(w.ended) == 0:
		return untilAnswer
	}

	return w.ended[0].Add(minute).Sub(now)
}

func (w *window) enter() { w.underWay++ }

// leave counts a request from its end: when the server counted it is not known, but
// it was not later. Counted from its sending, a request that was slow on its way
// would meet later ones at the server within one minute. One that the server refused
// for its rate has used up nothing.
func (w *window) leave(now time.Time, refused bool) {
	w.underWay--

	if w.limit > 0 && !refused {
		w.ended = append(w.ended, now)
	}
}
