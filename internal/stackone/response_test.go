package stackone

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
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

func TestCreateConnectSession_unusableResponses(t *testing.T) {
	t.Parallel()

	ok := func(body string) stackonetest.Fault { return *respond(http.StatusCreated, body) }

	for name, test := range map[string]struct {
		fault stackonetest.Fault
		want  string
	}{
		"endless":            {stackonetest.Fault{Status: 201, ContentType: "application/json", Endless: true}, "larger than 1 MiB"},
		"gzip bomb":          {compressed("gzip", zipped(t, strings.Repeat(" ", 64<<20))), "larger than 1 MiB"},
		"redirect":           {stackonetest.Fault{Status: 307, Header: http.Header{"Location": {"https://elsewhere.invalid/steal"}}}, "redirects to https://elsewhere.invalid,"},
		"odd redirect":       {stackonetest.Fault{Status: 301, Header: http.Header{"Location": {"::"}}}, "redirects to another place"},
		"300":                {stackonetest.Fault{Status: 300, Body: `{"id": 1, "token": "t"}`}, "neither a success nor an error"},
		"brotli":             {compressed("br", "hunter2"), "compressed with br, which the provider did not ask for"},
		"not gzip":           {compressed("gzip", "hunter2-hunter2"), "compressed with gzip, and cannot be unpacked"},
		"HTML":               {stackonetest.Fault{Status: 200, ContentType: "text/html; charset=utf-8", Body: "<p>hunter2"}, "not JSON (text/html)"},
		"no type":            {stackonetest.Fault{Status: 201, Body: "hunter2", Header: http.Header{"Content-Type": {}}}, "not JSON (of an unknown kind)"},
		"empty":              {ok(" \n"), "is empty"},
		"half":               {ok(`{"token": "hunter2`), "not complete JSON"},
		"twice":              {ok(`{"id": 1, "token": "hunter2"}{}`), "not complete JSON"},
		"list":               {ok(`[{"token": "hunter2"}]`), "not an object"},
		"null":               {ok(`null`), "not an object"},
		"no token":           {ok(`{"id": 1}`), "no token"},
		"blank token":        {ok(`{"id": 1, "token": "  "}`), "no token"},
		"token not a text":   {ok(`{"id": 1, "token": ["hunter2"]}`), "no token"},
		"no id":              {ok(`{"token": "hunter2"}`), "no id"},
		"id of another kind": {ok(`{"id": {"a": "hunter2"}, "token": "hunter2"}`), "no id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.Script(test.fault)

			e := f.failure(t)
			if e.Kind != ErrorResponse || !strings.Contains(e.Error(), test.want) || strings.Contains(e.Error(), "hunter2") || strings.Contains(e.Error(), "attempts") || len(f.server.Requests()) != 1 {
				t.Errorf("got %q after %d requests, want %q after one", e.Error(), len(f.server.Requests()), test.want)
			}
		})
	}
}

func compressed(coding, body string) stackonetest.Fault {
	return stackonetest.Fault{Status: 201, ContentType: "application/json", Body: body, Header: http.Header{"Content-Encoding": {coding}}}
}

func zipped(t *testing.T, text string) string {
	t.Helper()

	var out strings.Builder

	writer := gzip.NewWriter(&out)

	_, err := io.WriteString(writer, text)
	if err := errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}

	return out.String()
}

func TestDo_gzip(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	whole := zipped(t, `{"id": 7, "token": "t"}`)
	refused, deleted := compressed("gzip", zipped(t, `{"message": "no"}`)), compressed("gzip", "")
	refused.Status, deleted.Status = 400, 200
	// A truncated body is retried.
	f.server.Script(refused, deleted, compressed("gzip", whole[:len(whole)-9]), compressed("gzip", whole))

	if e := f.failure(t); !slices.Equal(e.Messages, []string{"no"}) {
		t.Errorf("a compressed error: %v", e)
	}

	if err := f.DeleteAccount(t.Context(), "1"); err != nil {
		t.Errorf("a deletion: %v", err)
	}

	if session, err := f.CreateConnectSession(t.Context(), someone()); err != nil || session.ID != "7" {
		t.Errorf("%v, %v", session, err)
	}

	requests := f.server.Requests()
	if got := requests[0].Header.Values("Accept-Encoding"); !slices.Equal(got, []string{"gzip"}) || len(requests) != 4 {
		t.Errorf("%d requests that accept %v", len(requests), got)
	}
}

func TestCreateConnectSession_longMetadata(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	r := someone()
	r.Metadata = []byte(`{"a": "` + strings.Repeat("x", 1300<<10) + `"}`)

	if _, err := f.CreateConnectSession(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

func responding(t *testing.T, raw string) string {
	t.Helper()

	response := []byte(raw)

	var handlers sync.WaitGroup

	t.Cleanup(handlers.Wait)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handlers.Add(1)
		defer handlers.Done()

		_, _ = io.Copy(io.Discard, r.Body)

		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}

		defer func() { _ = conn.Close() }()

		_, _ = conn.Write(response)

		// Go hands over the connection of a 101. The deadline only ends a failed test.
		if strings.HasPrefix(raw, "HTTP/1.1 101") {
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))

			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("the client did not close the connection: %v", err)
			}
		}
	}))
	t.Cleanup(server.Close)

	return server.URL
}

func at(t *testing.T, address string) func(*Config) {
	t.Helper()

	base, err := ParseBaseURL(address)
	if err != nil {
		t.Fatal(err)
	}

	return func(c *Config) { c.BaseURL = base }
}

// Go's errors about invalid HTTP quote it, and it may contain a token.
func TestError_quotesNothingOfTheResponse(t *testing.T) {
	t.Parallel()

	const secret = "cs_SECRET"

	for name, raw := range map[string]string{
		"no status line":    `{"id": 1, "token": "` + secret + "\"}\r\n\r\n",
		"header":            "HTTP/1.1 201 Created\r\n{\"token\": \"" + secret + "\"}\r\n\r\n",
		"length":            "HTTP/1.1 201 Created\r\nContent-Length: " + secret + "\r\n\r\n",
		"transfer encoding": "HTTP/1.1 201 Created\r\nTransfer-Encoding: " + secret + "\r\n\r\n",
		"chunk":             "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + secret + "\r\n",
		"content type":      "HTTP/1.1 201 Created\r\nContent-Type: text/token=" + secret + "\r\nContent-Length: 1\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, at(t, responding(t, raw)))

			e := f.failure(t)
			if text := fmt.Sprintf("%s %#v %v %+v", e, *e, errors.Unwrap(e), f.attempts); strings.Contains(text, secret) {
				t.Errorf("it quotes the response: %s", text)
			}

			if len(f.attempts) == 0 || f.attempts[len(f.attempts)-1].Number != e.Attempts {
				t.Errorf("reported: %+v", f.attempts)
			}
		})
	}
}

// The key and link tokens are redacted wherever a server repeats them, even if truncated.
func TestError_removesSecrets(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	key := f.server.APIKey()
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(key, "")
	basic := r.Header.Get("Authorization")

	f.server.Script(stackonetest.Fault{
		Status: 400, Header: http.Header{"X-Request-Id": {"of " + key}},
		Body: fmt.Sprintf(`{"message": "%s%s", "errors": ["see https://app.example/x?a=1&Token=cs_SECRET&b=2"], "errorCode": "%s\u001b[31m"}`, strings.Repeat("x", maxText-len(key)+2), key, basic),
	})

	e := f.failure(t)

	text := fmt.Sprintf("%+v %+v", *e, f.attempts)
	for _, secret := range []string{key[:len(key)/2], strings.TrimPrefix(basic, "Basic ")[:20], "cs_SECRET"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown: %s", secret, text)
		}
	}

	if e.RequestID != "of [redacted]" || e.Code != "Basic [redacted] [31m" || !slices.Contains(e.Messages, "see https://app.example/x?a=1&Token=[redacted]&b=2") {
		t.Errorf("got %+v", *e)
	}
}

func TestDo_memoryStaysFlat(t *testing.T) { //nolint:paralleltest // It measures the whole process.
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

	ones := "[" + strings.Repeat("1,", 8<<20) + "1]"
	many := "[" + strings.Repeat("1,", 3<<20) + "1]"

	create := func(f *fixture) error {
		_, err := f.CreateConnectSession(t.Context(), someone())
		return err
	}
	list := func(f *fixture) error {
		_, err := collect(f, t, AccountFilter{})
		return err
	}

	for name, test := range map[string]struct {
		raw    string
		do     func(f *fixture) error
		maxMiB uint64
	}{
		"a list of many things":     {ok + "\r\n" + many, list, 48},
		"a page of many things":     {ok + "\r\n{\"data\":" + many + "}", list, 48},
		"an endless list":           {ok + "\r\n" + ones, list, 48},
		"a session of 16 MiB":       {ok + "\r\n" + ones, create, 8},
		"a bomb":                    {ok + "Content-Encoding: gzip\r\n\r\n" + zipped(t, ones), create, 8},
		"a long header":             {"HTTP/1.1 201 Created\r\nX-Long: " + strings.Repeat("x", 9<<20) + "\r\n\r\n", create, 8},
		"an error of many messages": {"HTTP/1.1 400 Bad Request\r\n\r\n" + `{"message":` + ones + "}", list, 8},
	} {
		f := newFixture(t, func(c *Config) {
			at(t, responding(t, test.raw))(c)

			c.MaxRetries = 0
		})

		var before, after runtime.MemStats

		runtime.ReadMemStats(&before)

		if err := test.do(f); err == nil {
			t.Errorf("%s: no error", name)
		}

		runtime.ReadMemStats(&after)

		if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > test.maxMiB {
			t.Errorf("%s: %d MiB were allocated", name, got)
		}
	}
}

func TestDo_switchingProtocols(t *testing.T) {
	t.Parallel()

	f := newFixture(t, at(t, responding(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")))

	if e := f.failure(t); e.Kind != ErrorResponse || e.Status != http.StatusSwitchingProtocols || f.attempts[0].Err == nil {
		t.Errorf("got %v, reported %+v", e, f.attempts)
	}
}

func TestDecodeConnectSession(t *testing.T) {
	t.Parallel()

	before, date := noon(), noon().Add(time.Hour)

	for name, test := range map[string]struct {
		createdAt, date string
		want            time.Time
	}{
		"created_at":             {`"2031-03-01T14:00:00.250Z"`, date.Format(http.TimeFormat), noon().Add(2*time.Hour + 250*time.Millisecond)},
		"garbage, then the Date": {`"yesterday"`, date.Format(http.TimeFormat), date},
		"null, then the Date":    {`null`, date.Format(http.TimeFormat), date},
		"a number, no Date":      {`1`, "", before},
		"garbage for both":       {`""`, "soon", before},
	} {
		session, err := decodeConnectSession(http.Header{"Date": {test.date}}, []byte(`{"id": 1, "token": "t", "created_at": `+test.createdAt+`}`), before)
		if err != nil || !session.CreatedAt.Equal(test.want) {
			t.Errorf("%s: %v: got %v, want %s", name, err, session, test.want)
		}
	}

	// Unreadable optional fields do not lose a session.
	session, err := decodeConnectSession(http.Header{}, []byte(`{"id": 1, "token": "t", "organization_id": {}, "project_id": true, "auth_link_url": 5, "external_trigger_token": []}`), noon())
	if err != nil || session.OrganizationID != nil || session.ProjectID != nil || !session.AuthLinkURL.IsZero() || !session.ExternalTriggerToken.IsZero() {
		t.Errorf("%v, %v", session, err)
	}
}

func TestDecodeError(t *testing.T) {
	t.Parallel()

	header := http.Header{"Content-Type": {"application/json"}}

	for name, test := range map[string]struct {
		body string
		want []string
		note string
	}{
		"text":       {`{"statusCode": 400, "message": "no", "timestamp": "x"}`, []string{"no"}, ""},
		"scrubbed":   {`{"message": "A", "errors": ["B"]}`, []string{"a", "b"}, ""},
		"list":       {`{"message": ["a", "b", "a", "", 7]}`, []string{"a", "b"}, ""},
		"many":       {`{"message": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]}`, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, ""},
		"errors":     {`{"message": "a", "errors": ["b"], "provider_errors": null, "data": {}}`, []string{"a", "b"}, ""},
		"object":     {`{"message": {"a": "b"}}`, nil, ""},
		"null":       {`{"message": null}`, nil, ""},
		"controls":   {`{"message": "a\u001b[31m\n\tb\u202e"}`, []string{"a [31m b"}, ""},
		"long":       {`{"message": "` + strings.Repeat("é", 600) + `"}`, []string{strings.Repeat("é", 500) + "…"}, ""},
		"not UTF-8":  {"{\"message\": \"a\xffb\"}", []string{"a b"}, ""},
		"limit":      {`{"message": "` + strings.Repeat("é", 500) + `"}`, []string{strings.Repeat("é", 500)}, ""},
		"empty":      {``, nil, "the response is empty"},
		"not JSON":   {`<html>`, nil, "the response is not complete JSON"},
		"not object": {`[1]`, nil, "the response is JSON, but not a StackOne error"},
	} {
		if got, _, note := decodeError(header, []byte(test.body), strings.ToLower); !slices.Equal(got, test.want) || note != test.note {
			t.Errorf("%s: got %q and %q, want %q and %q", name, got, note, test.want, test.note)
		}
	}
}

func TestError_texts(t *testing.T) {
	t.Parallel()

	east := time.FixedZone("", 3600)

	for want, e := range map[string]Error{
		"GET /x returned 404 Not Found":                                                {Status: 404},
		"GET /x returned 526: odd (attempts: 2 in 1.2s)":                               {Status: 526, Note: "odd", Attempts: 2, Elapsed: 1234 * time.Millisecond},
		"GET /x returned 400 Bad Request: a; b: odd":                                   {Status: 400, Messages: []string{"a", "b"}, Note: "odd", Attempts: 1},
		"GET /x returned 502 Bad Gateway (attempts: 1 in 5m0s; health checks: 3)":      {Status: 502, Attempts: 1, Elapsed: 5 * time.Minute, HealthChecks: 3},
		"Requests to StackOne at B have been failing since 2031-03-01T12:00:00Z: away": {Kind: ErrorOutage, Since: noon().In(east), Messages: []string{"away"}},
	} {
		e.Kind, e.Method, e.Path, e.BaseURL = max(e.Kind, ErrorStatus), http.MethodGet, "/x", "B"

		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}

	for status, want := range map[int]string{
		400: "refused the request", 401: "did not accept the API key", 403: "does not allow this request", 404: "did not find", 410: "did not find",
		422: "refused the request", 429: "rate limit", 500: "a gateway in front of it, failed", 503: "a gateway in front of it, failed",
	} {
		if got := (&Error{Kind: ErrorStatus, Status: status}).Reason(); !strings.Contains(got, want) {
			t.Errorf("%d: %s, want %q", status, got, want)
		}
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()

	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Amzn-RequestId", "CF-Ray"} {
		header := http.Header{}
		header.Set(name, "a\u202eb")

		if got := requestID(header); got != "a b" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestDecodePage_oddTotals(t *testing.T) {
	t.Parallel()

	for raw, want := range map[string]int{`7`: 7, `99999999999999999999`: 0, `"7"`: 0, `null`: 0, `1.5`: 0} {
		got, err := decodePage(http.Header{}, []byte(`{"data": [], "total": `+raw+`}`), newAccount)
		if err != nil || got.total != want {
			t.Errorf("%s: %d, %v", raw, got.total, err)
		}
	}
}
