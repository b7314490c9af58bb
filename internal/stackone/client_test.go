package stackone

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// fixture is a client with its stand-in, its clock, and what it reported.
type fixture struct {
	*Client
	server *stackonetest.Server
	clock  *stackonetest.Clock

	mu       sync.Mutex
	attempts []Attempt
}

func noon() time.Time { return time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC) }

// newFixture makes a client; change may alter its configuration.
func newFixture(t *testing.T, change func(*Config)) *fixture {
	t.Helper()

	clock := stackonetest.NewClock(noon())
	f := &fixture{clock: clock, server: stackonetest.New(t, stackonetest.Options{Now: clock.Now})}

	base, err := ParseBaseURL(f.server.URL())
	if err != nil {
		t.Fatal(err)
	}

	config := Config{
		BaseURL: base, APIKey: NewSecret(f.server.APIKey()), UserAgent: "test/1", MaxRetries: DefaultMaxRetries, MaxWait: DefaultMaxWait, Clock: clock,
		Jitter: func() float64 { return 0.5 },
		OnAttempt: func(_ context.Context, a Attempt) {
			f.mu.Lock()
			defer f.mu.Unlock()

			f.attempts = append(f.attempts, a)
		},
	}

	if change != nil {
		change(&config)
	}

	if f.Client, err = New(config); err != nil {
		t.Fatal(err)
	}

	return f
}

func someone() ConnectSessionRequest {
	return ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "One"}
}

// failure creates a session and expects it to fail.
func (f *fixture) failure(t *testing.T) *Error {
	t.Helper()

	session, err := f.CreateConnectSession(t.Context(), someone())

	var e *Error
	if !errors.As(err, &e) || session != nil {
		t.Fatalf("got %v and %v, want an *Error", session, err)
	}

	if strings.Contains(err.Error(), f.server.APIKey()) {
		t.Errorf("the error holds the key: %v", err)
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

	if got := fmt.Sprintf("%+v", f.attempts); got != "[{Method:POST Route:/connect_sessions Number:1 Status:201 RequestID: Queued:0s Duration:0s Retry:false Wait:0s Away:false MayDuplicate:false Err:<nil>}]" {
		t.Errorf("reported: %s", got)
	}
}

// What the server did not do, or asks to repeat, is repeated after the wait that
// it names, and else after a growing one.
func TestCreateConnectSession_retries(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.Script(
		stackonetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"6"}, "X-Request-Id": {"req-1"}}},
		stackonetest.Fault{Status: 502, ContentType: "text/html", Body: "<html>", Process: true},
		stackonetest.Fault{Cut: stackonetest.CutAtOnce, Process: true},
		stackonetest.Fault{Cut: stackonetest.CutInAnswer, Status: 201, Body: `{"id": 1`, Process: true},
	)

	session, err := f.CreateConnectSession(t.Context(), someone())
	if err != nil {
		t.Fatal(err)
	}

	issued := f.server.Sessions()
	if len(issued) != 4 || session.ID != issued[3].ID {
		t.Errorf("%d sessions, want three whose answers were lost and the one that is returned", len(issued))
	}

	var got []string
	for _, a := range f.attempts {
		got = append(got, fmt.Sprintf("%d:%d retry=%t wait=%s duplicate=%t", a.Number, a.Status, a.Retry, a.Wait, a.MayDuplicate))
	}

	want := []string{
		"1:429 retry=true wait=6s duplicate=false",
		"2:502 retry=true wait=500ms duplicate=true",
		"3:0 retry=true wait=1s duplicate=true",
		"4:201 retry=true wait=2s duplicate=true",
		"5:201 retry=false wait=0s duplicate=false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("attempts:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	if f.attempts[0].RequestID != "req-1" {
		t.Errorf("request id: %q", f.attempts[0].RequestID)
	}

	if slept := f.clock.Now().Sub(noon()); slept != 6*time.Second+3500*time.Millisecond {
		t.Errorf("waited for %s in all: %v", slept, f.clock.Sleeps())
	}
}

// The server may name the end of the wait as a date, by its own clock.
func TestCreateConnectSession_retriesAtADate(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.Script(stackonetest.Fault{Status: 503, Header: http.Header{
		"Retry-After": {noon().Add(65 * time.Second).Format(http.TimeFormat)}, "Date": {noon().Add(62 * time.Second).Format(http.TimeFormat)},
	}})

	if _, err := f.CreateConnectSession(t.Context(), someone()); err != nil {
		t.Fatal(err)
	}

	if got := f.clock.Sleeps(); !slices.Equal(got, []time.Duration{3 * time.Second}) {
		t.Errorf("waited %v", got)
	}
}

// While others succeed, a request is sent again max_retries times.
func TestCreateConnectSession_givesUp(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) { c.MaxRetries = 2 })
	f.server.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
		return &stackonetest.Fault{Status: 429, ContentType: "application/json", Body: `{"message": "slow down"}`, Header: http.Header{"Retry-After": {"3"}}}
	})

	e := f.failure(t)
	if e.Kind != ErrorStatus || e.Attempts != 3 || e.Elapsed != 6*time.Second || !slices.Equal(e.Messages, []string{"slow down"}) {
		t.Errorf("got %+v", e)
	}

	if !strings.Contains(e.Error(), "POST /connect_sessions was answered with 429 Too Many Requests: slow down (tried 3 times in 6s)") {
		t.Errorf("got %q", e.Error())
	}
}

func TestCreateConnectSession_noRetries(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) { c.MaxRetries = 0 })
	f.server.Script(stackonetest.Fault{Status: 503, Header: http.Header{"Retry-After": {"1"}}})

	if e := f.failure(t); e.Attempts != 1 || len(f.clock.Sleeps()) != 0 {
		t.Errorf("got %+v", e)
	}
}

// Another POST than that of a session is not repeated when it may have had an effect.
func TestDo_otherPostsAreNotRepeated(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]stackonetest.Fault{
		"502": {Status: 502}, "503": {Status: 503}, "504": {Status: 504}, "500": {Status: 500},
		"lost": {Cut: stackonetest.CutAtOnce, Process: true},
		"cut":  {Cut: stackonetest.CutInAnswer, Status: 201, Body: "{"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.Script(fault)

			err := f.do(t.Context(), call{
				method: http.MethodPost, route: "/other", path: "/other", body: map[string]string{}, maxAnswer: maxObject,
				decode: func(http.Header, []byte) error { return nil },
			})
			if err == nil || len(f.server.Requests()) != 1 {
				t.Errorf("%d requests and %v", len(f.server.Requests()), err)
			}
		})
	}
}

// Only StackOne knows what exists there: a 404 of something else proves nothing.
func TestDo_notFoundElsewhere(t *testing.T) {
	t.Parallel()

	for body, theirs := range map[string]bool{
		`{"statusCode": 404, "message": "Account not found", "timestamp": "2031-03-01T12:00:00.000Z"}`: true,
		`{"statusCode": 404}`:      true,
		`{"statusCode": "404"}`:    true,
		`{"message": "Not Found"}`: false,
		`{"message": "no Route matched with those values", "request_id": "1"}`: false,
		``:                               false,
		`null`:                           false,
		`{}`:                             false,
		`{"message": ""}`:                false,
		`{"statusCode": 200}`:            false,
		`{"error": "no such host"}`:      false,
		`["gone"]`:                       false,
		`"gone"`:                         false,
		`{"message": "gone"`:             false,
		`<html><h1>404</h1></html>`:      false,
		`{"code": 404, "status": "404"}`: false,
	} {
		f := newFixture(t, nil)
		f.server.Script(stackonetest.Fault{Status: http.StatusNotFound, ContentType: "application/json", Body: body})

		err := f.DeleteAccount(t.Context(), "1")

		var e *Error
		if !errors.As(err, &e) || IsNotFound(err) != theirs {
			t.Errorf("%q: %v", body, err)
		} else if !theirs && (e.Kind != ErrorAnswer || e.Status != http.StatusNotFound || !strings.Contains(err.Error(), f.server.URL())) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestCreateConnectSession_unusableAnswers(t *testing.T) {
	t.Parallel()

	elsewhere := stackonetest.New(t, stackonetest.Options{})

	tests := map[string]struct {
		fault stackonetest.Fault
		want  string
	}{
		"256 MiB":        {stackonetest.Fault{Status: 201, ContentType: "application/json", Size: 256 << 20}, "larger than 1 MiB"},
		"endless":        {stackonetest.Fault{Status: 201, ContentType: "application/json", Endless: true}, "larger than 1 MiB"},
		"redirect":       {stackonetest.Fault{Status: 307, Header: http.Header{"Location": {elsewhere.URL() + "/steal"}}}, "redirects to " + elsewhere.URL() + ","},
		"odd redirect":   {stackonetest.Fault{Status: 301, Header: http.Header{"Location": {"::"}}}, "redirects to another place"},
		"brotli":         {compressed("br", "hunter2"), "compressed with br, which was not asked for"},
		"not gzip":       {compressed("gzip", "hunter2"), "compressed with gzip, and cannot be unpacked"},
		"gzip bomb":      {compressed("gzip", zipped(t, strings.Repeat(" ", 64<<20))), "larger than 1 MiB"},
		"HTML":           {stackonetest.Fault{Status: 200, ContentType: "text/html; charset=utf-8", Body: "<p>hunter2"}, "not JSON (text/html)"},
		"no type":        {stackonetest.Fault{Status: 201, Body: "hunter2", Header: http.Header{"Content-Type": {}}}, "not JSON (of an unknown kind)"},
		"empty":          {stackonetest.Fault{Status: 201}, "was empty"},
		"blank":          {stackonetest.Fault{Status: 201, Body: " \n"}, "was empty"},
		"half":           {stackonetest.Fault{Status: 201, ContentType: "application/json", Body: `{"token": "hunter2`}, "not complete JSON"},
		"twice":          {stackonetest.Fault{Status: 201, ContentType: "application/json", Body: `{"id": 1, "token": "hunter2"}{}`}, "not complete JSON"},
		"list":           {stackonetest.Fault{Status: 201, Body: `[{"token": "hunter2"}]`}, "not an object"},
		"text":           {stackonetest.Fault{Status: 201, Body: `"hunter2"`}, "not an object"},
		"null":           {stackonetest.Fault{Status: 201, Body: `null`}, "not an object"},
		"no token":       {stackonetest.Fault{Status: 201, Body: `{"id": 1}`}, "no token"},
		"blank token":    {stackonetest.Fault{Status: 201, Body: `{"id": 1, "token": "  "}`}, "no token"},
		"empty token":    {stackonetest.Fault{Status: 201, Body: `{"id": 1, "token": ""}`}, "no token"},
		"token a number": {stackonetest.Fault{Status: 201, Body: `{"id": 1, "token": 4711}`}, "another type than documented"},
		"no id":          {stackonetest.Fault{Status: 201, Body: `{"token": "hunter2"}`}, "no id"},
		"id an object":   {stackonetest.Fault{Status: 201, Body: `{"id": {"a": "hunter2"}, "token": "hunter2"}`}, "another type than documented"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.Script(test.fault)

			e := f.failure(t)
			if e.Kind != ErrorAnswer || !strings.Contains(e.Error(), test.want) || strings.Contains(e.Error(), "hunter2") {
				t.Errorf("got %q, want %q", e.Error(), test.want)
			}

			if n := len(f.server.Requests()); n != 1 {
				t.Errorf("%d requests, want 1: such an answer is not asked for again", n)
			}
		})
	}

	t.Cleanup(func() {
		if n := len(elsewhere.Requests()); n != 0 {
			t.Errorf("%d requests went to another host", n)
		}
	})
}

func compressed(coding, body string) stackonetest.Fault {
	return stackonetest.Fault{Status: 201, ContentType: "application/json", Body: body, Header: http.Header{"Content-Encoding": {coding}}}
}

func zipped(t *testing.T, text string) string {
	t.Helper()

	var out strings.Builder

	writer := gzip.NewWriter(&out)
	if _, err := io.WriteString(writer, text); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return out.String()
}

// A gateway may compress an answer although that was not asked for.
func TestCreateConnectSession_compressedAnswer(t *testing.T) {
	t.Parallel()

	for _, coding := range []string{"gzip", "x-gzip", " GZIP "} {
		f := newFixture(t, nil)
		f.server.Script(compressed(coding, zipped(t, `{"id": 7, "token": "t"}`)))

		session, err := f.CreateConnectSession(t.Context(), someone())
		if err != nil || session.ID != "7" {
			t.Errorf("%s: %v, %v", coding, session, err)
		}

		if got := f.server.Requests()[0].Header.Values("Accept-Encoding"); !slices.Equal(got, []string{"identity"}) {
			t.Errorf("it asks for %v", got)
		}
	}

	f := newFixture(t, nil)
	fault := compressed("gzip", zipped(t, `{"message": "no"}`))
	fault.Status = 400
	f.server.Script(fault)

	if e := f.failure(t); !slices.Equal(e.Messages, []string{"no"}) {
		t.Errorf("a compressed error: %v", e)
	}
}

// What is wrong with a compressed answer is told from what is wrong with the
// connection, which is worth another attempt, and from no content at all.
func TestDo_brokenCompression(t *testing.T) {
	t.Parallel()

	whole := zipped(t, `{"id": 7, "token": "t"}`)

	for name, test := range map[string]struct {
		body     string
		requests int
	}{
		"checksum":  {whole[:len(whole)-5] + "\x00" + whole[len(whole)-4:], 1},
		"header":    {"\x1f\x8b\xff" + whole[3:], 1},
		"too short": {whole[:5], 1},
		"cut":       {whole[:len(whole)-9], 2},
	} {
		f := newFixture(t, nil)
		f.server.Script(compressed("gzip", test.body))

		_, err := f.CreateConnectSession(t.Context(), someone())
		if got := len(f.server.Requests()); got != test.requests || (err == nil) != (got == 2) {
			t.Errorf("%s: %d requests, %v", name, got, err)
		}
	}

	f := newFixture(t, nil)
	deleted := compressed("gzip", "")
	deleted.Status = 200
	f.server.Script(deleted)

	if err := f.DeleteAccount(t.Context(), "1"); err != nil {
		t.Errorf("a deletion: %v", err)
	}
}

// What is sent may come back, however long it is.
func TestCreateConnectSession_longMetadata(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	r := someone()
	r.Metadata = []byte(`{"a": "` + strings.Repeat("x", 1300<<10) + `"}`)

	if _, err := f.CreateConnectSession(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// An answer is never held in memory beyond its cap.
func TestCreateConnectSession_memoryStaysFlat(t *testing.T) { //nolint:paralleltest // It measures the whole process.
	f := newFixture(t, nil)
	f.server.Script(stackonetest.Fault{Status: 201, Size: 256 << 20})

	var before, after runtime.MemStats

	runtime.ReadMemStats(&before)

	_ = f.failure(t)

	runtime.ReadMemStats(&after)

	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 20 {
		t.Errorf("%d MiB were allocated", got)
	}
}

func TestCreateConnectSession_hangingServer(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) { c.RequestTimeout, c.MaxRetries = time.Second, 1 })
	f.server.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &stackonetest.Fault{Hang: true} })

	e := f.failure(t)
	if e.Kind != ErrorTimeout || e.Attempts != 2 || !strings.Contains(e.Error(), "did not answer in time: no complete answer within 1s") {
		t.Errorf("got %q", e.Error())
	}

	if !f.attempts[0].MayDuplicate {
		t.Error("the first attempt may have taken effect")
	}
}

// slowClock makes every wait a minute, so that one that does not end with its
// context is told from a busy machine.
type slowClock struct{ Clock }

func (c slowClock) Sleep(ctx context.Context, _ time.Duration) error {
	return c.Clock.Sleep(ctx, time.Minute)
}

func TestCreateConnectSession_canceled(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]stackonetest.Fault{
		"while the server hangs":     {Hang: true},
		"while it waits for a retry": {Status: 429, Header: http.Header{"Retry-After": {"60"}}},
		"while it backs off":         {Status: 502},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, func(c *Config) { c.Clock, c.Jitter = slowClock{SystemClock()}, func() float64 { return 1 } })
			ctx, cancel := context.WithCancel(t.Context())

			f.server.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
				time.AfterFunc(20*time.Millisecond, cancel)
				return &fault
			})

			start := time.Now()

			_, err := f.CreateConnectSession(ctx, someone())

			var e *Error
			if !errors.As(err, &e) || e.Kind != ErrorCanceled || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}

			if got := time.Since(start); got > 10*time.Second {
				t.Errorf("it took %s to end", got)
			}
		})
	}
}

// nobody is where no test listens, unlike at the port of a server that was closed,
// which another one may get.
const nobody = "http://127.0.0.1:1"

func TestCreateConnectSession_unreachable(t *testing.T) {
	t.Parallel()

	f := newFixture(t, at(t, nobody))

	e := f.failure(t)
	if e.Kind != ErrorConnection || e.Elapsed != 10*time.Second || !strings.Contains(e.Error(), "Could not reach StackOne at "+nobody+": connection refused (tried 9 times in 10s)") {
		t.Errorf("got %q", e.Error())
	}

	if f.attempts[0].MayDuplicate {
		t.Error("a request that never left cannot have taken effect")
	}
}

func TestCreateConnectSession_unknownHost(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) {
		c.MaxRetries = 1

		base, err := ParseBaseURL("https://no-such-host.invalid")
		if err != nil {
			t.Fatal(err)
		}

		c.BaseURL = base
		c.Transport = &http.Transport{}
	})

	if e := f.failure(t); e.Kind != ErrorConnection || !strings.Contains(e.Error(), "the host name no-such-host.invalid could not be resolved") {
		t.Errorf("got %q", e.Error())
	}
}

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// A certificate that cannot be verified is never accepted and never retried.
func TestCreateConnectSession_untrustedCertificate(t *testing.T) {
	t.Parallel()

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request went out") }))
	server.Config.ErrorLog = quietLog()
	server.StartTLS()
	t.Cleanup(server.Close)

	f := newFixture(t, func(c *Config) {
		base, err := ParseBaseURL(server.URL)
		if err != nil {
			t.Fatal(err)
		}

		c.BaseURL = base
	})

	if e := f.failure(t); e.Kind != ErrorConnection || e.Attempts != 1 || !strings.Contains(e.Error(), "its TLS certificate could not be verified") {
		t.Errorf("got %q", e.Error())
	}
}

// A server that repeats the key does not make it appear in an error.
func TestError_keyIsRemoved(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	key := f.server.APIKey()
	basic := strings.TrimPrefix(basicHeader(key), "Basic ")
	f.server.Script(stackonetest.Fault{Status: 400, Body: fmt.Sprintf(`{"message": ["bad key %s", "bad header %s"], "errorCode": "E1"}`, key, basic)})

	e := f.failure(t)
	if !slices.Equal(e.Messages, []string{"bad key [redacted]", "bad header [redacted]"}) || e.Code != "E1" {
		t.Errorf("got %+v", e)
	}
}

func basicHeader(key string) string {
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(key, "")

	return r.Header.Get("Authorization")
}

// The time of a session is the answer's created_at, else its Date, else the local
// time: three different ones here.
func TestDecodeConnectSession_createdAt(t *testing.T) {
	t.Parallel()

	before, date := noon(), noon().Add(time.Hour)

	tests := map[string]struct {
		createdAt, date string
		want            time.Time
	}{
		"created_at":             {`"2031-03-01T14:00:00.250Z"`, date.Format(http.TimeFormat), noon().Add(2*time.Hour + 250*time.Millisecond)},
		"garbage, then the Date": {`"yesterday"`, date.Format(http.TimeFormat), date},
		"null, then the Date":    {`null`, date.Format(http.TimeFormat), date},
		"a number, no Date":      {`1`, "", before},
		"garbage for both":       {`""`, "soon", before},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			session, err := decodeConnectSession(http.Header{"Date": {test.date}}, []byte(`{"id": 1, "token": "t", "created_at": `+test.createdAt+`}`), before)
			if err != nil || !session.CreatedAt.Equal(test.want) {
				t.Errorf("%v: got %v, want %s", err, session, test.want)
			}
		})
	}
}

func TestDecodeError(t *testing.T) {
	t.Parallel()

	header := http.Header{"Content-Type": {"application/json"}}

	tests := map[string]struct {
		body string
		want []string
		note string
	}{
		"text":       {`{"statusCode": 400, "message": "no", "timestamp": "x"}`, []string{"no"}, ""},
		"scrubbed":   {`{"message": "A", "errors": ["B"]}`, []string{"a", "b"}, ""},
		"list":       {`{"message": ["a", "b", "a", "", 7]}`, []string{"a", "b"}, ""},
		"errors":     {`{"message": "a", "errors": ["b"], "provider_errors": null, "data": {}}`, []string{"a", "b"}, ""},
		"object":     {`{"message": {"a": "b"}}`, nil, ""},
		"null":       {`{"message": null}`, nil, ""},
		"controls":   {`{"message": "a\u001b[31m\n\tb\u202e"}`, []string{"a [31m b"}, ""},
		"long":       {`{"message": "` + strings.Repeat("é", 600) + `"}`, []string{strings.Repeat("é", 500) + "…"}, ""},
		"empty":      {``, nil, "the answer was empty"},
		"not JSON":   {`<html>`, nil, "the answer was not complete JSON"},
		"not object": {`[1]`, nil, "the answer was JSON, but not an error as StackOne sends it"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got, _, note := decodeError(header, []byte(test.body), strings.ToLower); !slices.Equal(got, test.want) || note != test.note {
				t.Errorf("got %q and %q, want %q and %q", got, note, test.want, test.note)
			}
		})
	}
}
