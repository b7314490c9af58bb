package stackone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

type fixture struct {
	*Client
	server *stackonetest.Server
	clock  *stackonetest.Clock

	mu       sync.Mutex
	attempts []Attempt
}

func noon() time.Time { return time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC) }

func newFixture(t *testing.T, change func(*Config)) *fixture {
	t.Helper()

	clock := stackonetest.NewClock(noon())
	f := &fixture{clock: clock, server: stackonetest.New(t, stackonetest.Options{Now: clock.Now})}

	config := Config{
		APIKey: NewSecret(f.server.APIKey()), UserAgent: "test/1", MaxRetries: DefaultMaxRetries, MaxWait: DefaultMaxWait, Clock: clock,
		Jitter: func() float64 { return 0.5 },
		OnAttempt: func(_ context.Context, a Attempt) {
			f.mu.Lock()
			defer f.mu.Unlock()

			if !a.HealthCheck {
				f.attempts = append(f.attempts, a)
			}
		},
	}

	at(t, f.server.URL())(&config)

	if change != nil {
		change(&config)
	}

	var err error
	if f.Client, err = New(config); err != nil {
		t.Fatal(err)
	}

	return f
}

// onCalls injects faults into the attempts of calls, the last one for ever; nil is none.
// Health checks succeed. Each request takes 100 ms.
func (f *fixture) onCalls(faults ...*stackonetest.Fault) {
	calls := 0

	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		f.clock.Advance(100 * time.Millisecond)

		if r.Path == "/accounts" {
			return nil
		}

		calls++

		return faults[min(calls, len(faults))-1]
	})
}

func someone() ConnectSessionRequest {
	return ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "One"}
}

func (f *fixture) failure(t *testing.T) *Error {
	t.Helper()

	session, err := f.CreateConnectSession(t.Context(), someone())

	e, ok := errors.AsType[*Error](err)
	if !ok || session != nil {
		t.Fatalf("got %v and %v, want an *Error", session, err)
	}

	if strings.Contains(err.Error(), f.server.APIKey()) {
		t.Errorf("the error contains the key: %v", err)
	}

	return e
}

func TestCreateConnectSession(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)

	session, err := f.CreateConnectSession(t.Context(), someone())
	if err != nil {
		t.Fatal(err)
	}

	issued := f.server.Sessions()[0]
	if session.ID != issued.ID || session.Token.Reveal() != issued.Token || session.AuthLinkURL.Reveal() != issued.AuthLinkURL ||
		session.ExternalTriggerToken.Reveal() != issued.ExternalTriggerToken || !session.CreatedAt.Equal(noon()) {
		t.Errorf("got another session than the one that was issued")
	}

	header := f.server.Requests()[0].Header
	if user, password, _ := (&http.Request{Header: header}).BasicAuth(); user != f.server.APIKey() || password != "" {
		t.Error("the key must be the user name, with an empty password")
	}

	if header.Get("User-Agent") != "test/1" || header.Get("Content-Type") != "application/json" || header.Get("Accept") != "application/json" {
		t.Errorf("headers: %v", header)
	}

	if got := fmt.Sprintf("%+v", f.attempts); got != "[{Method:POST Route:/connect_sessions Number:1 HealthCheck:false Status:201 RequestID: Queued:0s Duration:0s Retry:false Wait:0s Open:false MayDuplicate:false Err:<nil>}]" {
		t.Errorf("reported: %s", got)
	}
}

// Requests that were not processed are retried, after Retry-After or exponential backoff.
func TestCreateConnectSession_retries(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.onCalls(
		&stackonetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"6"}, "X-Request-Id": {"req-1"}}},
		&stackonetest.Fault{Status: 502, ContentType: "text/html", Body: "<html>", Process: true},
		&stackonetest.Fault{Cut: stackonetest.CutAtOnce, Process: true},
		&stackonetest.Fault{Cut: stackonetest.CutInResponse, Status: 201, Body: `{"id": 1`, Process: true},
		&stackonetest.Fault{Status: 401},
		nil,
	)

	session, err := f.CreateConnectSession(t.Context(), someone())
	if err != nil {
		t.Fatal(err)
	}

	issued := f.server.Sessions()
	if len(issued) != 4 || session.ID != issued[3].ID {
		t.Errorf("%d sessions, want three whose responses were lost and the one that is returned", len(issued))
	}

	var got []string
	for _, a := range f.attempts {
		got = append(got, fmt.Sprintf("%d:%d queued=%s retry=%t wait=%s duplicate=%t", a.Number, a.Status, a.Queued, a.Retry, a.Wait, a.MayDuplicate))
	}

	want := []string{
		"1:429 queued=0s retry=true wait=6s duplicate=false",
		"2:502 queued=0s retry=true wait=500ms duplicate=true",
		"3:0 queued=100ms retry=true wait=860ms duplicate=true",
		"4:201 queued=100ms retry=true wait=1.436s duplicate=true",
		"5:401 queued=100ms retry=true wait=0s duplicate=false",
		"6:201 queued=400ms retry=false wait=0s duplicate=false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("attempts:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	if f.attempts[0].RequestID != "req-1" {
		t.Errorf("request id: %q", f.attempts[0].RequestID)
	}

	if slept := f.clock.Now().Sub(noon()); slept != 10096*time.Millisecond {
		t.Errorf("waited for %s in all: %v", slept, f.clock.Sleeps())
	}
}

// While other requests succeed, max_retries limits the retries.
func TestCreateConnectSession_givesUp(t *testing.T) {
	t.Parallel()

	for want, test := range map[string]struct {
		fault        stackonetest.Fault
		kind         ErrorKind
		mayDuplicate bool
	}{
		"POST /connect_sessions returned 429 Too Many Requests: slow down (attempts: 3 in 6.4s)": {
			stackonetest.Fault{Status: 429, Body: `{"message": "slow down"}`, Header: http.Header{"Retry-After": {"3"}}}, ErrorStatus, false,
		},
		"did not respond in time: no complete response within 500ms": {stackonetest.Fault{Hang: true}, ErrorTimeout, true},
	} {
		f := newFixture(t, func(c *Config) { c.RequestTimeout, c.MaxRetries = 500*time.Millisecond, 2 })
		f.onCalls(&test.fault)

		if e := f.failure(t); e.Kind != test.kind || e.Attempts != 3 || !strings.Contains(e.Error(), want) || f.attempts[0].MayDuplicate != test.mayDuplicate || f.attempts[2].MayDuplicate {
			t.Errorf("got %+v, want %q", e, want)
		}
	}
}

// While the service works, a 500 is not retried, and a 401 once, even if their bodies are cut off.
func TestCreateConnectSession_failsAlone(t *testing.T) {
	t.Parallel()

	for _, test := range []struct{ status, maxRetries, attempts int }{{500, 10, 1}, {500, 0, 1}, {401, 10, 2}} {
		f := newFixture(t, func(c *Config) { c.MaxRetries = test.maxRetries })
		f.onCalls(&stackonetest.Fault{Status: test.status, Cut: stackonetest.CutInResponse, Body: "cut"})

		e := f.failure(t)
		if n := len(f.attempts); e.Kind != ErrorStatus || e.Status != test.status || n != test.attempts || f.attempts[n-1].Retry || f.attempts[n-1].MayDuplicate {
			t.Errorf("%+v, reported %+v", e, f.attempts)
		}

		if check := f.server.Requests()[1:]; test.maxRetries > 0 && check[0].Query.Encode() != "page_size=1" {
			t.Errorf("health check: %+v", check)
		}
	}
}

// After a give-up and a recovery, waits and errors are as before.
func TestCreateConnectSession_recovers(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) { c.MaxWait = 0 })
	down := stackonetest.Fault{Status: http.StatusBadGateway}

	for range 2 {
		f.server.Script(down, down)

		if e := f.failure(t); e.Kind != ErrorStatus || e.HealthChecks == 0 {
			t.Errorf("got %+v", e)
		}

		f.clock.Advance(maxBackoff)
		f.onCalls(&stackonetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"6"}}}, nil)

		if _, err := f.CreateConnectSession(t.Context(), someone()); err != nil || !slices.Equal(f.clock.Sleeps()[len(f.clock.Sleeps())-1:], []time.Duration{6 * time.Second}) {
			t.Errorf("%v after waits of %s", err, f.clock.Sleeps())
		}
	}
}

// cancelingClock cancels a call that sleeps. It sleeps for a minute, so that a sleep that
// ignores its context stands out.
type cancelingClock struct {
	Clock

	cancel context.CancelFunc
}

func (c cancelingClock) Sleep(ctx context.Context, _ time.Duration) error {
	c.cancel()
	return c.Clock.Sleep(ctx, time.Minute)
}

func TestCreateConnectSession_canceled(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		fault    stackonetest.Fault
		reported string
	}{
		"while the server hangs":     {stackonetest.Fault{Hang: true}, "0 interrupted"},
		"while it waits for a retry": {stackonetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"60"}}}, "429 <nil>"},
		"while it backs off":         {stackonetest.Fault{Status: 502}, "502 <nil>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			f := newFixture(t, func(c *Config) { c.Clock = cancelingClock{SystemClock(), cancel} })

			f.server.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
				if test.fault.Hang {
					cancel()
				}

				return &test.fault
			})

			start := time.Now()

			_, err := f.CreateConnectSession(ctx, someone())

			if !isKind(err, ErrorCanceled) || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}

			if got := time.Since(start); got > 10*time.Second {
				t.Errorf("it took %s to end", got)
			}

			if got := fmt.Sprintf("%d %v", f.attempts[0].Status, f.attempts[0].Err); len(f.attempts) != 1 || got != test.reported {
				t.Errorf("reported %s, want %s", got, test.reported)
			}
		})
	}
}

// Only StackOne's own 404 or 410 means that an account is gone.
func TestIsNotFound(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]bool{
		`{"statusCode": %d, "message": "Account not found", "timestamp": "2031-03-01T12:00:00.000Z"}`: true,
		`{"statusCode": "%d"}`: true,
		`{"message": "no Route matched with those values", "request_id": "%d"}`: false,
		`{"statusCode": 200, "x": %d}`:                                          false,
		`{"code": %d, "status": "404"}`:                                         false,
		`{"statusCode": %d`:                                                     false,
		`<html><h1>%d</h1></html>`:                                              false,
	} {
		for _, status := range []int{http.StatusNotFound, http.StatusGone} {
			f := newFixture(t, nil)
			f.server.Script(*respond(status, fmt.Sprintf(body, status)))

			err := f.DeleteAccount(t.Context(), "1")

			if e, ok := errors.AsType[*Error](err); !ok || IsNotFound(err) != want || e.Status != status || !want && e.Kind != ErrorResponse {
				t.Errorf("%d, %s: %v", status, body, err)
			}
		}
	}

	if IsNotFound(&Error{Kind: ErrorStatus, Status: http.StatusForbidden}) {
		t.Error("403 counts as gone")
	}
}
