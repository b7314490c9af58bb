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
	// The backoff grows from firstBackoff by backoffGrowth up to maxBackoff.
	firstBackoff  = 500 * time.Millisecond
	backoffGrowth = 1.6
	maxBackoff    = 30 * time.Second
	maxRetryAfter = 120 * time.Second
)

// shouldRetry reports whether to retry, and whether that may repeat the effect. After an
// ambiguous outcome, a POST is retried only with retryAmbiguous, and never after a 500.
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

// backoff returns the exponential backoff after an attempt, counted from 1, with a random
// second half.
func backoff(attempt int, jitter func() float64) time.Duration {
	maxDelay := min(float64(maxBackoff), float64(firstBackoff)*math.Pow(backoffGrowth, float64(attempt-1)))
	return time.Duration(maxDelay * (1 + jitter()) / 2)
}

// retryAfter parses the Retry-After header. A date is relative to the Date header, since
// clocks may differ. It returns 0 if the header is absent, malformed or in the past.
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
