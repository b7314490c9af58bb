package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestRecorder_ahead(t *testing.T) {
	t.Parallel()

	start := time.Date(2031, 3, 1, 12, 0, 0, 0, time.UTC)

	for name, c := range map[string]struct {
		// dated is how long after the request the answer is dated, read how long its body
		// takes.
		dated, took, read, want time.Duration
	}{
		"at once":             {},
		"slow, dated late":    {dated: 65 * time.Second, took: 65 * time.Second},
		"slow, dated early":   {took: 65 * time.Second},
		"slow, dated between": {dated: 30 * time.Second, took: 65 * time.Second},
		"behind":              {dated: -40 * time.Second, took: 65 * time.Second, want: -40 * time.Second},
		"ahead":               {dated: 100 * time.Second, took: 65 * time.Second, want: 35 * time.Second},
		"a slow body":         {dated: 50 * time.Second, took: time.Second, read: time.Minute, want: 49 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			clock := stackonetest.NewClock(start)

			r := &recorder{clock: clock, next: roundTripper(func(*http.Request) (*http.Response, error) {
				clock.Advance(c.took)

				body := readerFunc(func([]byte) (int, error) {
					clock.Advance(c.read)
					return 0, io.EOF
				})

				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Date": {start.Add(c.dated).Format(http.TimeFormat)}}, Body: io.NopCloser(body)}, nil
			})}

			resp, err := r.RoundTrip(httptest.NewRequest(http.MethodGet, "/", strings.NewReader("")))
			if err != nil {
				t.Fatal(err)
			}

			_ = resp.Body.Close()

			if kept := r.kept(); !kept.dated || kept.ahead != c.want {
				t.Errorf("ahead by %s, want %s", kept.ahead, c.want)
			}
		})
	}
}

// readerFunc is a function that is a reader.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
