package stackone

import (
	"context"
	"sync"
	"time"
)

const (
	// window is the span over which StackOne counts requests.
	window = time.Minute
	// lessonLasts is how long a learned rate is kept after the last refusal. Much
	// shorter than a few windows, and a long run would meet the limit in each.
	lessonLasts = 5 * time.Minute
	// paceShare is the share of a learned rate that is used, so that jitter on the
	// way does not push requests over the limit again.
	paceShare = 0.91
	// catchUp is how far requests may be behind the learned rate, because a busy
	// machine sends late, and still make up for it. Within the second or more from
	// which a rate is learned, paceShare leaves room for that.
	catchUp = 50 * time.Millisecond
	// paceBackoff slows down a learned rate after which requests were refused
	// again, but not below cautiousRate: single refusals have other reasons too.
	paceBackoff = 0.9
	// deepBackoff slows down further, without a floor, when hardly any request was
	// accepted between two waves of refusals: the limit is that low.
	deepBackoff = 0.7
	// cautiousRate is used when too little was accepted to learn from, per second.
	cautiousRate = 5
	// leastSamples is how many accepted requests make a rate.
	leastSamples = 3
	// provenSamples is how many make sure that it is not too high.
	provenSamples = 10
	// mostSamples bounds the memory of accepted requests.
	mostSamples = 10_000
	// easeInterval spaces the requests that come out of a pause without a lesson,
	// for easeLasts, so that what has recovered is not overrun at once.
	easeInterval = 50 * time.Millisecond
	easeLasts    = 5 * time.Second
)

// pacer is the gate that every attempt passes. It holds the requests of one
// client to a sliding window, makes all of them wait when the server asks one of
// them to, and lets them out at a learned rate after that, so that they do not
// run into the same limit again at once.
//
// The gate is fair: turn is a semaphore of one, and Go serves the senders of a
// channel in their order. Only the holder of the turn sleeps, so however many
// requests wait, there is one timer.
type pacer struct {
	clock Clock
	limit int
	turn  chan struct{}

	// ended tells the holder of the turn that a request has ended.
	ended chan struct{}

	mu sync.Mutex
	// underWay counts the requests that were sent and have not ended. settled holds
	// when the others ended, within the window: when the server counted them is not
	// known, but it was not later.
	underWay int
	settled  []time.Time
	// accepted holds when requests were sent that were answered other than by a
	// refusal, in the order of their answers.
	accepted []time.Time
	// notBefore is the end of the pause that the server asked for.
	notBefore time.Time
	// refusedAt is when the last wave of refusals began.
	refusedAt time.Time
	// interval spaces requests until forget, and easeInterval until ease; next is
	// when the next one may go.
	interval           time.Duration
	next, forget, ease time.Time
	// lesson is what the interval was learned from.
	lesson lesson
}

// lesson is a span of time at whose end the server refused a request. How many it
// accepted within it is its rate. The zero lesson teaches nothing.
type lesson struct {
	from, until time.Time
	span        time.Duration
}

func newPacer(clock Clock, limit int) *pacer {
	return &pacer{clock: clock, limit: limit, turn: make(chan struct{}, 1), ended: make(chan struct{}, 1)}
}

// wait returns when the next request may be sent, with the time of sending, or
// with the context's error. Each request that is sent has to be settled.
func (p *pacer) wait(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}

	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}

	defer func() { <-p.turn }()

	for {
		now := p.clock.Now()

		delay, full := p.delay(now)

		if full {
			select {
			case <-p.ended:
				continue
			case <-ctx.Done():
				return time.Time{}, ctx.Err()
			}
		}

		if delay <= 0 {
			p.record(now)

			return now, nil
		}

		// A pause may have begun meanwhile: look again after the sleep.
		if err := p.clock.Sleep(ctx, delay); err != nil {
			return time.Time{}, err
		}
	}
}

// delay is how long the next request has to wait. It is full when so many requests
// are under way that first one of them has to end.
func (p *pacer) delay(now time.Time) (delay time.Duration, full bool) {
	p.mu.Lock()
	defer p.mu.Unlock()

	delay = p.notBefore.Sub(now)

	if p.spacing(now) > 0 {
		delay = max(delay, p.next.Sub(now))
	}

	for len(p.settled) > 0 && now.Sub(p.settled[0]) >= window {
		p.settled = p.settled[1:]
	}

	switch {
	case p.limit <= 0 || p.underWay+len(p.settled) < p.limit:
		return delay, false
	case len(p.settled) == 0:
		return 0, true
	default:
		return max(delay, p.settled[0].Add(window).Sub(now)), false
	}
}

// spacing is the time between two requests; 0 when they need not be spaced.
func (p *pacer) spacing(now time.Time) time.Duration {
	switch {
	case now.Before(p.forget):
		return p.interval
	case now.Before(p.ease):
		return easeInterval
	}

	return 0
}

// record notes a request that is sent now.
func (p *pacer) record(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.underWay++

	spacing := p.spacing(now)
	if spacing == 0 {
		// There is no schedule that could run ahead.
		p.next = now

		return
	}

	if earliest := now.Add(-catchUp); p.next.Before(earliest) {
		p.next = earliest
	}

	p.next = p.next.Add(spacing)
}

// settle notes that a request has ended, with or without an answer. It counts for
// the window until now: to count it from its sending would let requests that were
// slow on their way, for the sake of a new connection, meet later ones at the
// server within one window.
func (p *pacer) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.underWay--

	if p.limit > 0 {
		p.settled = append(p.settled, p.clock.Now())
	}

	select {
	case p.ended <- struct{}{}:
	default:
	}
}

// accept notes a request that the server did not refuse for its rate, by when it
// was sent.
func (p *pacer) accept(sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if len(p.accepted) >= mostSamples {
		p.accepted = append(p.accepted[:0], p.accepted[mostSamples/2:]...)
	}

	p.accepted = append(p.accepted, sent)

	// Its answer came after that of the first one refused.
	if sent.After(p.lesson.from) && !sent.After(p.lesson.until) {
		p.interval = p.learn()
	}
}

// pause makes all requests wait for a while from now on, and come out one by one.
func (p *pacer) pause(now time.Time, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()

	until := now.Add(wait)
	p.hold(until)

	if end := until.Add(easeLasts); end.After(p.ease) {
		p.ease = end
	}
}

func (p *pacer) hold(until time.Time) {
	if until.After(p.notBefore) {
		p.notBefore = until
	}

	if until.After(p.next) {
		p.next = until
	}
}

// refuse notes that the server refused a request for its rate, and makes all
// requests wait. The requests that were on their way when the first of them was
// refused belong to one wave, from which one lesson is learned.
func (p *pacer) refuse(sent, now time.Time, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.hold(now.Add(wait))

	if !sent.After(p.refusedAt) {
		return
	}

	if now.Before(p.forget) {
		p.interval = p.slower()
		p.lesson.until = time.Time{}
	} else {
		span := max(wait, time.Second)
		p.lesson = lesson{from: sent.Add(-span), until: now, span: span}
		p.interval = p.learn()
	}

	p.refusedAt = now
	p.forget = p.notBefore.Add(lessonLasts)
}

// learn derives the spacing of requests from what the server accepted within the
// span of the lesson.
func (p *pacer) learn() time.Duration {
	count := 0

	for _, sent := range p.accepted {
		if sent.After(p.lesson.from) && !sent.After(p.lesson.until) {
			count++
		}
	}

	if count < leastSamples {
		return time.Second / cautiousRate
	}

	return time.Duration(float64(p.lesson.span) / (float64(count) * paceShare))
}

// slower is the spacing after a further wave of refusals. A spacing beyond the
// floor that has proved too careful goes back to it.
func (p *pacer) slower() time.Duration {
	floor := time.Second / cautiousRate

	switch count := p.acceptedSince(p.refusedAt); {
	case count < leastSamples:
		return time.Duration(float64(p.interval) / deepBackoff)
	case count < provenSamples:
		return max(p.interval, min(time.Duration(float64(p.interval)/paceBackoff), floor))
	default:
		return min(time.Duration(float64(p.interval)/paceBackoff), floor)
	}
}

// acceptedSince counts the requests sent after a time that were accepted.
func (p *pacer) acceptedSince(t time.Time) int {
	count := 0

	for _, sent := range p.accepted {
		if sent.After(t) {
			count++
		}
	}

	return count
}
