package stackone

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// firstBackoff, backoffFactor and longestBackoff shape the wait when the server names none.
	firstBackoff   = 500 * time.Millisecond
	backoffFactor  = 2
	longestBackoff = 30 * time.Second
	// longestRetryAfter caps what a server may ask for.
	longestRetryAfter = 120 * time.Second
)

// errTooLarge says that an answer was longer than any that makes sense.
var errTooLarge = errors.New("the answer is too large")

// verdict is what is to be done about an attempt that is over.
type verdict struct {
	retry bool
	// mayDuplicate tells that the attempt may have taken effect.
	mayDuplicate bool
}

// judge decides whether an attempt is repeated. A request that only reads or sets
// is repeated whenever there is hope. A POST is repeated when it surely had no
// effect or the API asks for it; when it may have had one, only if the call
// allows that.
func judge(what call, status int, header http.Header, err error, written bool) verdict {
	idempotent := what.method != http.MethodPost
	lost := verdict{retry: idempotent || what.replayLost, mayDuplicate: !idempotent}

	var (
		certificate *tls.CertificateVerificationError
		proxy       *proxyError
	)

	switch {
	case errors.Is(err, errTooLarge), errors.As(err, &certificate):
		return verdict{}
	case errors.As(err, &proxy) && proxy.status < http.StatusInternalServerError:
		return verdict{}
	case err != nil && !written:
		return verdict{retry: true}
	case err != nil:
		return lost
	}

	switch status {
	case http.StatusTooManyRequests, http.StatusRequestTimeout:
		return verdict{retry: true}
	case http.StatusServiceUnavailable:
		if header.Get("Retry-After") != "" {
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

// backoff is how long to wait after a failed attempt (counted from 1) when the
// server does not say: exponential, with full jitter.
func backoff(attempt int, jitter func() float64) time.Duration {
	ceiling := min(float64(longestBackoff), float64(firstBackoff)*math.Pow(backoffFactor, float64(attempt-1)))

	return time.Duration(ceiling * jitter())
}

// retryAfter reads how long the server asks to wait: a number of seconds or an
// HTTP date, which counts from the answer's own Date where it has one, since the
// clocks may differ. It is 0 when the header is absent, garbage or past.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))

	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}

		return time.Duration(min(seconds, longestRetryAfter.Seconds()) * float64(time.Second))
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}

	if sent, err := http.ParseTime(header.Get("Date")); err == nil {
		now = sent
	}

	return min(max(date.Sub(now), 0), longestRetryAfter)
}

func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}

	return operationOf(ctx).judged(resp, err), nil
}

func prepareRetry(req *http.Request) error {
	return operationOf(req.Context()).again(req.Context())
}

func noBackoff(time.Duration, time.Duration, int, *http.Response) time.Duration { return 0 }
