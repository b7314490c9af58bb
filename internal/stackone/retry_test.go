package stackone

import (
	"compress/gzip"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestShouldRetry(t *testing.T) {
	t.Parallel()

	asked := http.Header{"Retry-After": {"1"}}
	wrapped := func(err error) error { return fmt.Errorf("wrapped: %w", err) }
	refused := errors.New("connection refused")

	const sent, unsent = true, false

	type decisions struct{ idempotent, post, session string }

	never, always := decisions{"no", "no", "no"}, decisions{"yes", "yes", "yes"}
	ambiguous := decisions{"yes", "no", "may duplicate"}

	type test struct {
		name    string
		outcome outcome
		want    decisions
	}

	status := func(status int, header http.Header, want decisions) test {
		o, _ := statusOutcome(status, header, nil)
		return test{fmt.Sprint(status, header), o, want}
	}
	failure := func(name string, err error, sent bool, want decisions) test {
		o, _ := errorOutcome(err, sent)
		return test{name, o, want}
	}

	tests := []test{
		status(408, nil, always), status(408, asked, always), status(429, nil, always), status(503, asked, always), status(503, nil, ambiguous),
		status(500, asked, decisions{"yes", "no", "no"}),
		failure("never left", refused, unsent, always),
		failure("lost", io.ErrUnexpectedEOF, sent, ambiguous),
		failure("plain HTTP for TLS", wrapped(tls.RecordHeaderError{}), unsent, never),
		failure("certificate", wrapped(&tls.CertificateVerificationError{Err: refused}), unsent, never),
		failure("proxy refuses", wrapped(&proxyError{status: 403}), unsent, never),
		failure("proxy fails", wrapped(&proxyError{status: 500}), unsent, always),
		failure("too large", &tooLargeError{}, sent, never),
		failure("not gzip", gzip.ErrHeader, sent, never),
		failure("damaged gzip", gzip.ErrChecksum, sent, never),
		{"interrupted", interrupted, never},
	}
	for _, code := range []int{502, 504, 520, 521, 522, 523, 524, 525, 529, 530} {
		tests = append(tests, status(code, nil, ambiguous))
	}

	for _, code := range []int{201, 302, 400, 401, 404, 409, 410, 501, 505, 526} {
		tests = append(tests, status(code, nil, never))
	}

	for _, test := range tests {
		for _, c := range []struct {
			request request
			want    string
		}{
			{request{method: http.MethodGet}, test.want.idempotent}, {request{method: http.MethodPatch}, test.want.idempotent},
			{request{method: http.MethodDelete}, test.want.idempotent}, {request{method: http.MethodPost}, test.want.post},
			{request{method: http.MethodPost, retryAmbiguous: true}, test.want.session},
		} {
			got := "no"

			switch retry, mayDuplicate := c.request.shouldRetry(test.outcome); {
			case retry && mayDuplicate:
				got = "may duplicate"
			case retry:
				got = "yes"
			}

			if got != c.want {
				t.Errorf("%s, %s, ambiguous %t: %s, want %s", test.name, c.request.method, c.request.retryAmbiguous, got, c.want)
			}
		}
	}
}

func TestErrorOutcome_reasons(t *testing.T) {
	t.Parallel()

	odd := errors.New("http: odd")

	for _, test := range []struct {
		err  error
		sent bool
		want string
	}{
		{io.EOF, true, "the connection closed before the response was complete"},
		{io.EOF, false, "the connection closed before the response was complete"},
		{odd, true, "the connection broke, or the response was not valid HTTP"},
		{odd, false, "odd"},
		{&net.OpError{Op: "dial", Err: odd}, false, "odd"},
		{&net.OpError{Op: "proxyconnect", Err: odd}, false, "the proxy cannot be used: odd"},
		{&net.DNSError{Name: "host", IsTimeout: true}, false, "the host name host could not be resolved"},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, false, syscall.ECONNREFUSED.Error()},
	} {
		if _, got := errorOutcome(test.err, test.sent); got != test.want {
			t.Errorf("%v, sent %t: %q, want %q", test.err, test.sent, got, test.want)
		}
	}
}

func TestRedirected(t *testing.T) {
	t.Parallel()

	for location, want := range map[string]string{
		"https://host:1/path?token=x": "https://host:1,", "//host/path": "to host,", "/login": "another place,", "https://a%E2%80%AEb/": "https://a b,",
	} {
		if got := redirected(http.Header{"Location": {location}}); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q", location, got, want)
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()

	full := func() float64 { return 0.999999999 }

	for attempt, want := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: 800 * time.Millisecond, 3: 1280 * time.Millisecond, 9: 21475 * time.Millisecond, 10: 30 * time.Second, 5000: 30 * time.Second,
	} {
		if got := backoff(attempt, full); got > want || got < want-time.Millisecond {
			t.Errorf("attempt %d: %s, want %s", attempt, got, want)
		}

		if got := backoff(attempt, func() float64 { return 0 }); got > want/2 || got < want/2-time.Millisecond {
			t.Errorf("attempt %d without jitter: %s, want half of %s", attempt, got, want)
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
		{"9223372036854775808", "", 2 * time.Minute},
		{"60s", "", 0},
		{date(30 * time.Second), "", 30 * time.Second},
		{date(-30 * time.Second), "", 0},
		{date(time.Hour), "", 2 * time.Minute},
		// The server's clock is an hour ahead.
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
