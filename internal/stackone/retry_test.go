package stackone

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	t.Parallel()

	read, set, remove := call{method: http.MethodGet}, call{method: http.MethodPatch}, call{method: http.MethodDelete}
	post, session := call{method: http.MethodPost}, call{method: http.MethodPost, replayLost: true}

	asked := http.Header{"Retry-After": {"1"}}
	lost := io.ErrUnexpectedEOF
	refused := errors.New("connection refused")
	certificate := &tls.CertificateVerificationError{Err: errors.New("unknown authority")}

	const written, unwritten = true, false

	no, yes, twice := verdict{}, verdict{retry: true}, verdict{retry: true, mayDuplicate: true}

	tests := []struct {
		name    string
		status  int
		header  http.Header
		err     error
		written bool
		// What becomes of a GET, PATCH or DELETE, of a POST, and of a connect session.
		idempotent, post, session verdict
	}{
		{"201", 201, nil, nil, written, no, no, no},
		{"302", 302, nil, nil, written, no, no, no},
		{"400", 400, nil, nil, written, no, no, no},
		{"401", 401, nil, nil, written, no, no, no},
		{"404", 404, nil, nil, written, no, no, no},
		{"408", 408, nil, nil, written, yes, yes, yes},
		{"408 with Retry-After", 408, asked, nil, written, yes, yes, yes},
		{"409", 409, asked, nil, written, no, no, no},
		{"429", 429, nil, nil, written, yes, yes, yes},
		{"500", 500, asked, nil, written, yes, no, no},
		{"501", 501, nil, nil, written, no, no, no},
		{"502", 502, nil, nil, written, yes, no, twice},
		{"503", 503, nil, nil, written, yes, no, twice},
		{"503 with Retry-After", 503, asked, nil, written, yes, yes, yes},
		{"504", 504, nil, nil, written, yes, no, twice},
		{"never left", 0, nil, refused, unwritten, yes, yes, yes},
		{"lost", 0, nil, lost, written, yes, no, twice},
		{"cut answer", 201, nil, lost, written, yes, no, twice},
		{"plain HTTP for TLS", 0, nil, fmt.Errorf("wrapped: %w", tls.RecordHeaderError{}), unwritten, no, no, no},
		{"proxy refuses", 0, nil, fmt.Errorf("wrapped: %w", &proxyError{status: 403}), unwritten, no, no, no},
		{"proxy fails inside", 0, nil, fmt.Errorf("wrapped: %w", &proxyError{status: 500}), unwritten, yes, yes, yes},
		{"proxy fails", 0, nil, fmt.Errorf("wrapped: %w", &proxyError{status: 502}), unwritten, yes, yes, yes},
		{"certificate", 0, nil, fmt.Errorf("wrapped: %w", certificate), unwritten, no, no, no},
		{"too large", 201, nil, errTooLarge, written, no, no, no},
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			for what, want := range map[string]struct {
				call call
				want verdict
			}{
				"GET": {read, test.idempotent}, "PATCH": {set, test.idempotent}, "DELETE": {remove, test.idempotent},
				"POST": {post, test.post}, "POST of a session": {session, test.session},
			} {
				a := &attempt{status: test.status, header: test.header, err: test.err}
				a.written.Store(test.written)

				got := judge(want.call, a)
				if got.retry != want.want.retry || got.retry && got.mayDuplicate != want.want.mayDuplicate {
					t.Errorf("%s: %+v, want %+v", what, got, want.want)
				}
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()

	full := func() float64 { return 0.999999999 }

	for attempt, want := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 6: 16 * time.Second, 7: 30 * time.Second, 8: 30 * time.Second, 5000: 30 * time.Second,
	} {
		if got := backoff(attempt, full); got > want || got < want-time.Millisecond {
			t.Errorf("attempt %d: %s, want %s", attempt, got, want)
		}

		if got := backoff(attempt, func() float64 { return 0 }); got != 0 {
			t.Errorf("attempt %d without jitter: %s", attempt, got)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()

	now := time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }

	tests := []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"60", "", time.Minute},
		{" 7 ", "", 7 * time.Second},
		{"0.5", "", 500 * time.Millisecond},
		{"0", "", 0},
		{"-5", "", 0},
		{"NaN", "", 0},
		{"Inf", "", 2 * time.Minute},
		{"1e300", "", 2 * time.Minute},
		{"1e999", "", 2 * time.Minute},
		{"121", "", 2 * time.Minute},
		{"soon", "", 0},
		{"60s", "", 0},
		{date(30 * time.Second), "", 30 * time.Second},
		{date(-30 * time.Second), "", 0},
		{date(time.Hour), "", 2 * time.Minute},
		// The server's clock is an hour ahead: its own Date counts.
		{date(time.Hour + 5*time.Second), date(time.Hour), 5 * time.Second},
		{date(5 * time.Second), "garbage", 5 * time.Second},
	}

	for _, test := range tests {
		header := http.Header{"Retry-After": {test.value}, "Date": {test.date}}
		if got := retryAfter(header, now); got != test.want {
			t.Errorf("%q with Date %q: %s, want %s", test.value, test.date, got, test.want)
		}
	}
}
