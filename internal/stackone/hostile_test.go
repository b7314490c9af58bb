package stackone

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// listen accepts connections on a free port until the test ends.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	var group sync.WaitGroup

	t.Cleanup(func() {
		_ = listener.Close()

		group.Wait()
	})

	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}

			stop := context.AfterFunc(t.Context(), func() { _ = conn.Close() })

			group.Go(func() {
				defer stop()
				defer func() { _ = conn.Close() }()

				serve(conn)
			})
		}
	})

	return listener.Addr().String()
}

// answering serves the same bytes to every request, whether they are HTTP or not.
func answering(t *testing.T, raw string) string {
	t.Helper()

	answer := []byte(raw)

	return "http://" + listen(t, func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}

		_, _ = io.Copy(io.Discard, request.Body)
		_, _ = conn.Write(answer)
	})
}

// at points a client at an address.
func at(t *testing.T, address string) func(*Config) {
	t.Helper()

	return func(c *Config) {
		base, err := ParseBaseURL(address)
		if err != nil {
			t.Fatal(err)
		}

		c.BaseURL = base
	}
}

// Go's errors about what is no HTTP quote it. What the server sent may hold a
// token, so no error and no report may.
func TestError_quotesNothingOfTheAnswer(t *testing.T) {
	t.Parallel()

	const secret = "cs_SECRET"

	for name, raw := range map[string]string{
		"no status line":    `{"id": 1, "token": "` + secret + "\"}\r\n\r\n",
		"header":            "HTTP/1.1 201 Created\r\n{\"token\": \"" + secret + "\"}\r\n\r\n",
		"length":            "HTTP/1.1 201 Created\r\nContent-Length: " + secret + "\r\n\r\n",
		"transfer encoding": "HTTP/1.1 201 Created\r\nTransfer-Encoding: " + secret + "\r\n\r\n",
		"status":            "HTTP/1.1 " + secret + " Created\r\n\r\n",
		"chunk":             "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + secret + "\r\n",
		"content type":      "HTTP/1.1 201 Created\r\nContent-Type: text/token=" + secret + "\r\nContent-Length: 1\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, at(t, answering(t, raw)))

			e := f.failure(t)
			if text := fmt.Sprintf("%s %#v %v %+v", e, *e, errors.Unwrap(e), f.attempts); strings.Contains(text, secret) {
				t.Errorf("it quotes the answer: %s", text)
			}

			if len(f.attempts) == 0 || f.attempts[len(f.attempts)-1].Number != e.Attempts {
				t.Errorf("reported: %+v", f.attempts)
			}
		})
	}
}

// A server that repeats the key, wherever it does and however long what it says
// is, does not make it appear.
func TestError_keyIsRemovedEverywhere(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	key := f.server.APIKey()
	f.server.Script(stackonetest.Fault{
		Status: 400, Header: http.Header{"X-Request-Id": {"of " + key}},
		Body: fmt.Sprintf(`{"message": "%s%s", "errors": ["see https://app.example/x?a=1&token=cs_SECRET&b=2"], "errorCode": "%s"}`, strings.Repeat("x", maxText-len(key)+2), key, basicHeader(key)),
	})

	e := f.failure(t)

	text := fmt.Sprintf("%+v %+v", *e, f.attempts)
	for _, secret := range []string{key[:len(key)/2], strings.TrimPrefix(basicHeader(key), "Basic ")[:20], "cs_SECRET"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown: %s", secret, text)
		}
	}

	if e.RequestID != "of [redacted]" || e.Code != "Basic [redacted]" || !slices.Contains(e.Messages, "see https://app.example/x?a=1&token=[redacted]&b=2") {
		t.Errorf("got %+v", *e)
	}
}

// An interrupted attempt is reported once, as what it is.
func TestDo_reportsAnInterruption(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		faults []stackonetest.Fault
		want   string
	}{
		"the first attempt":  {[]stackonetest.Fault{{Hang: true}}, "1 0 interrupted"},
		"the second attempt": {[]stackonetest.Fault{{Status: 502}, {Hang: true}}, "1 502 <nil>, 2 0 interrupted"},
		"a wait":             {[]stackonetest.Fault{{Status: 429, Header: http.Header{"Retry-After": {"60"}}}}, "1 429 <nil>"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, func(c *Config) { c.Clock, c.Jitter = SystemClock(), func() float64 { return 0 } })
			ctx, cancel := context.WithCancel(t.Context())

			f.server.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
				if n == len(test.faults) {
					time.AfterFunc(50*time.Millisecond, cancel)
				}

				return &test.faults[n-1]
			})

			if _, err := f.CreateConnectSession(ctx, someone()); err == nil {
				t.Fatal("nothing was interrupted")
			}

			var got []string

			for _, a := range f.attempts {
				if a.Method != http.MethodPost || a.Route != "/connect_sessions" {
					t.Errorf("reported: %+v", a)
				}

				text := fmt.Sprintf("%d %d %v", a.Number, a.Status, a.Err)
				// The server may still be heard to go away.
				got = append(got, strings.ReplaceAll(text, "context canceled", "interrupted"))
			}

			if strings.Join(got, ", ") != test.want {
				t.Errorf("reported %q, want %q", got, test.want)
			}
		})
	}
}

// A firewall that drops packets is not a server that is slow to answer.
func TestError_connectionTimeIsNoAnswerTime(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) {
		c.Transport = failing{&net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}}
	})

	if e := f.failure(t); e.Kind != ErrorConnection || !strings.Contains(e.Error(), "Could not reach StackOne at "+f.server.URL()+": no answer in time") {
		t.Errorf("kind %d: %s", e.Kind, e)
	}
}

// failing is a transport without any connection.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// What a proxy says is told from what StackOne says.
func TestError_ofAProxy(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		proxy    string
		attempts int
		want     string
	}{
		"wants a password": {answering(t, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), 1, " answered 407 Proxy Authentication Required"},
		"forbids it":       {answering(t, "HTTP/1.1 403 token=cs_SECRET\r\n\r\n"), 1, " answered 403 Forbidden"},
		"cannot reach it":  {answering(t, "HTTP/1.1 502 No\r\n\r\n"), 9, " answered 502 Bad Gateway"},
		"is not there":     {nobody, 9, "the proxy cannot be used: connection refused"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			proxy, err := url.Parse(test.proxy)
			if err != nil {
				t.Fatal(err)
			}

			proxied := transport(t)
			proxied.Proxy = http.ProxyURL(proxy)

			f := newFixture(t, func(c *Config) {
				at(t, "https://api.stackone.example")(c)

				c.Transport = proxied
			})

			if e := f.failure(t); e.Kind != ErrorConnection || e.Attempts != test.attempts || !strings.Contains(e.Error(), test.want) || strings.Contains(e.Error(), "SECRET") {
				t.Errorf("kind %d: %s", e.Kind, e)
			}
		})
	}
}

// However much a server sends, little of it is held in memory.
func TestDo_memoryStaysFlat(t *testing.T) { //nolint:paralleltest // It measures the whole process.
	ones := "[" + strings.Repeat("1,", 8<<20) + "1]"

	list := func(f *fixture) error {
		for _, err := range f.Accounts(t.Context(), AccountFilter{}) {
			return err
		}

		return nil
	}

	tests := map[string]struct {
		raw string
		do  func(f *fixture) error
		// maxMiB is how many MiB may be allocated, all copies of what is read included.
		maxMiB uint64
	}{
		"a list of many things": {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[" + strings.Repeat("1,", 3<<20) + "1]", list, 48},
		"a page of many things": {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"data\":[" + strings.Repeat("1,", 3<<20) + "1]}", list, 48},
		"an endless list":       {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + ones, list, 48},
		"a long header": {"HTTP/1.1 201 Created\r\nX-Long: " + strings.Repeat("x", 9<<20) + "\r\n\r\n", func(f *fixture) error {
			_, err := f.CreateConnectSession(t.Context(), someone())
			return err
		}, 8},
		"an error of many messages": {"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n" + `{"message":` + ones + "}", list, 8},
	}

	for name, test := range tests {
		f := newFixture(t, func(c *Config) {
			at(t, answering(t, test.raw))(c)

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
