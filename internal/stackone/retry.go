package stackone

import (
	"crypto/tls"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// firstBackoff doubles with each attempt up to maxBackoff.
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
	// maxRetryAfter caps what a server may ask for.
	maxRetryAfter = 120 * time.Second
)

// verdict is what is to be done about an attempt that is over.
type verdict struct {
	retry bool
	// mayDuplicate tells that to repeat the request may do its work twice.
	mayDuplicate bool
}

// judge decides whether an attempt may be repeated. A request that only reads or
// sets is repeated whenever there is hope. A POST is repeated when it surely had no
// effect or the API asks for it; when it may have had one, only if the call allows
// that, and never after a 500.
func judge(what call, a *attempt) verdict {
	idempotent := what.method != http.MethodPost
	lost := verdict{retry: idempotent || what.replayLost, mayDuplicate: !idempotent}

	switch {
	case a.err != nil && hopeless(a.err):
		return verdict{}
	case a.err != nil && !a.written.Load():
		return verdict{retry: true}
	case a.err != nil:
		return lost
	}

	switch a.status {
	case http.StatusTooManyRequests, http.StatusRequestTimeout:
		return verdict{retry: true}
	case http.StatusServiceUnavailable:
		if a.header.Get("Retry-After") != "" {
			return verdict{retry: true}
		}

		return lost
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return lost
	case http.StatusInternalServerError:
		return verdict{retry: idempotent}
	}

	return verdict{}
}

// hopeless reports whether the same request would fail in the same way: what it
// speaks to is not StackOne, or not to be trusted, or a proxy says no.
func hopeless(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		proxy       *proxyError
	)

	return unusable(err) || errors.As(err, &certificate) || errors.As(err, &record) ||
		errors.As(err, &proxy) && proxy.status < http.StatusInternalServerError
}

// backoff is how long to wait after a failed attempt (counted from 1) when the
// server does not say: exponential, with full jitter.
func backoff(attempt int, jitter func() float64) time.Duration {
	maxDelay := min(float64(maxBackoff), float64(firstBackoff)*math.Exp2(float64(attempt-1)))
	return time.Duration(maxDelay * jitter())
}

// retryAfter reads how long the server asks to wait: a number of seconds or an
// HTTP date, which counts from the answer's own Date where it has one, since the
// clocks may differ. It is 0 when the header is absent, garbage or past.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))

	if seconds, err := strconv.ParseFloat(value, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		if !(seconds > 0) {
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
