package stackone

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// firstBackoff grows by backoffGrowth with each attempt up to maxBackoff.
	firstBackoff  = 500 * time.Millisecond
	backoffGrowth = 1.6
	maxBackoff    = 30 * time.Second
	// maxRetryAfter caps what a server may ask for.
	maxRetryAfter = 120 * time.Second
)

// shouldRetry reports whether a request may be sent again, and whether that may
// repeat its effect. A POST is repeated after an ambiguous outcome only if the request
// allows that, and never after a 500.
func (r request) shouldRetry(o outcome) (retry, mayDuplicate bool) {
	idempotent := r.method != http.MethodPost

	switch o {
	case notSent, throttled, notProcessed:
		return true, false
	case serverFailed:
		return idempotent, false
	case gatewayFailed, lost, timedOut:
		return idempotent || r.retryAmbiguous, !idempotent
	}

	return false, false
}

// backoff returns how long to wait after a failed attempt, counted from 1, when the
// server does not say: exponential, of which the second half is random.
func backoff(attempt int, jitter func() float64) time.Duration {
	maxDelay := min(float64(maxBackoff), float64(firstBackoff)*math.Pow(backoffGrowth, float64(attempt-1)))
	return time.Duration(maxDelay * (1 + jitter()) / 2)
}

// retryAfter reads the header of that name: a number of seconds or an HTTP date,
// relative to the response's Date, since the clocks may differ. It returns 0 if the
// header is absent, malformed or in the past.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))

	if seconds, err := strconv.ParseFloat(value, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		if !(seconds > 0) { // NaN included
			return 0
		}

		return time.Duration(min(seconds, maxRetryAfter.Seconds()) * float64(time.Second))
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}

	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		now = sent
	}

	return min(max(date.Sub(now), 0), maxRetryAfter)
}
