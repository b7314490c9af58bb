package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

type shelf struct {
	mu     sync.Mutex
	ids    []string
	total  bool
	served map[int]int
	change func(page, times int)
	// past is the response past the end; nil is an empty page.
	past *stackonetest.Fault
}

func newShelf(f *fixture, n int) *shelf {
	s := &shelf{served: map[int]int{}, change: func(int, int) {}}
	for i := range n {
		s.ids = append(s.ids, fmt.Sprintf("account-%03d", i))
	}

	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault { return s.serve(r) })

	return s
}

func (s *shelf) serve(r stackonetest.Request) *stackonetest.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()

	page, _ := strconv.Atoi(r.Query.Get("page"))
	s.served[page]++
	s.change(page, s.served[page])

	items := []map[string]string{}
	for _, id := range s.ids[min((page-1)*pageSize, len(s.ids)):min(page*pageSize, len(s.ids))] {
		items = append(items, map[string]string{"id": id})
	}

	if len(items) == 0 && page > 1 && s.past != nil {
		return s.past
	}

	var response any = items
	if s.total {
		response = map[string]any{"data": items, "total": len(s.ids)}
	}

	body, _ := json.Marshal(response)

	return &stackonetest.Fault{Status: http.StatusOK, ContentType: "application/json", Body: string(body)}
}

func (s *shelf) remove(i int) { s.ids = slices.Delete(s.ids, i, i+1) }

func TestAccounts_listChanges(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		n      int
		change func(s *shelf, page, times int)
	}{
		"one disappears after page 1": {150, func(s *shelf, page, times int) {
			if page == 2 && times == 1 {
				s.remove(7)
			}
		}},
		"so that page 2 is empty": {101, func(s *shelf, page, times int) {
			if page == 2 && times == 1 {
				s.remove(7)
			}
		}},
		"page 1 loses one long before the end": {950, func(s *shelf, page, times int) {
			if page == 7 && times == 1 {
				s.remove(7)
			}
		}},
		"page 6 loses one before page 9": {1150, func(s *shelf, page, times int) {
			if page == 10 && times == 1 {
				s.remove(555)
			}
		}},
		"one appears at the front": {150, func(s *shelf, page, times int) {
			if page == 2 && times == 1 {
				s.ids = append([]string{"new"}, s.ids...)
			}
		}},
		"it changes twice": {150, func(s *shelf, page, times int) {
			if page == 2 && times <= 2 {
				s.remove(7)
			}
		}},
		"the last one disappears": {150, func(s *shelf, page, times int) {
			if page == 2 && times == 1 {
				s.remove(149)
			}
		}},
	} {
		for _, total := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", total ", total), func(t *testing.T) {
				t.Parallel()

				f := newFixture(t, nil)
				s := newShelf(f, test.n)
				s.total, s.change = total, func(page, times int) { test.change(s, page, times) }

				ids, err := collect(f, t, AccountFilter{})
				if err != nil || !slices.Equal(ids, s.ids) {
					t.Errorf("%d accounts of %d, %v", len(ids), len(s.ids), err)
				}
			})
		}
	}
}

func TestAccounts_listKeepsChanging(t *testing.T) {
	t.Parallel()

	for _, total := range []bool{false, true} {
		f := newFixture(t, nil)
		s := newShelf(f, 250)
		s.total, s.change = total, func(page, _ int) {
			if page == 2 {
				s.remove(0)
			}
		}

		ids, err := collect(f, t, AccountFilter{})

		var e *Error
		if !errors.As(err, &e) || e.Kind != ErrorListChanged || len(ids) != 0 || s.served[1] > 2*maxListReads {
			t.Errorf("total %v: %d accounts, %v, %d reads", total, len(ids), err, s.served[1])
		}
	}
}

// The pages of an unstable order miss the total.
func TestAccounts_totalIsMissed(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 150)
	s.total, s.change = true, func(page, _ int) {
		if page == 2 {
			copy(s.ids[100:], s.ids[:5])
		}
	}

	_, accounts := collect(f, t, AccountFilter{})

	var profiles error
	for _, profiles = range f.ConnectorProfiles(t.Context(), ConnectorProfileFilter{}) {
	}

	for _, err := range []error{accounts, profiles} {
		if !isKind(err, ErrorListChanged) {
			t.Errorf("got %v", err)
		}
	}
}

// A stream reports the change last, since it has already yielded objects.
func TestStreamAccounts_listChanges(t *testing.T) {
	t.Parallel()

	for _, total := range []bool{false, true} {
		for limit, want := range map[int]error{0: &Error{}, 1000: &Error{}, 100: nil} {
			f := newFixture(t, nil)
			s := newShelf(f, 150)
			s.total, s.change = total, func(page, times int) {
				if page == 2 && times == 1 {
					s.remove(7)
				}
			}

			var (
				n    int
				last error
			)

			for _, err := range f.StreamAccounts(t.Context(), AccountFilter{}, limit) {
				if last = err; err == nil {
					n++
				}
			}

			if isKind(last, ErrorListChanged) != (want != nil) || n < 100 || n == 150 {
				t.Errorf("total %v, limit %d: %d accounts, %v", total, limit, n, last)
			}
		}
	}
}

// A limited list is not compared, but must not repeat an account.
func TestStreamAccounts_repeats(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 300)
	s.change = func(page, _ int) {
		if page == 2 {
			s.ids = append([]string{"new"}, s.ids...)
		}
	}

	var last error
	for _, last = range f.StreamAccounts(t.Context(), AccountFilter{}, 200) {
	}

	if !isKind(last, ErrorListChanged) {
		t.Errorf("got %v", last)
	}
}

// StackOne may refuse a page past the end. A gateway's refusal is an error, and so is one
// before the total is reached.
func TestAccounts_pastTheEnd(t *testing.T) {
	t.Parallel()

	refusal := func(status int, body string) *stackonetest.Fault {
		return &stackonetest.Fault{Status: status, ContentType: "application/json", Body: body}
	}

	for name, test := range map[string]struct {
		n    int
		past *stackonetest.Fault
		want bool
	}{
		"404":                     {200, refusal(404, `{"statusCode": 404, "message": "no such page"}`), true},
		"400":                     {100, refusal(400, `{"statusCode": 400, "message": "no such page"}`), true},
		"of a list of round size": {60, refusal(400, `{"statusCode": 400, "message": "no such page"}`), true},
		"a gateway's 400":         {200, refusal(400, `{"message": "odd"}`), false},
		"a gateway's 404":         {200, refusal(404, `<html>`), false},
		"403":                     {200, refusal(403, `{"statusCode": 403, "message": "no"}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			s := newShelf(f, test.n)
			s.past = test.past

			if ids, err := collect(f, t, AccountFilter{}); (err == nil) != test.want || test.want && len(ids) != test.n {
				t.Errorf("%d accounts, %v", len(ids), err)
			}
		})
	}

	f := newFixture(t, nil)
	s := newShelf(f, 250)
	s.total = true

	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Query.Get("page") == "3" {
			return refusal(404, `{"statusCode": 404, "message": "no such page"}`)
		}

		return s.serve(r)
	})

	if ids, err := collect(f, t, AccountFilter{}); !IsNotFound(err) {
		t.Errorf("a refusal before the total is reached: %d accounts, %v", len(ids), err)
	}
}

// Errors past the end are ignored, and nothing waits for pages past the end.
func TestAccounts_errorsPastTheEnd(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 150)
	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		switch r.Query.Get("page") {
		case "3":
			return &stackonetest.Fault{Hang: true}
		case "4", "5":
			return &stackonetest.Fault{Status: http.StatusForbidden}
		}

		return s.serve(r)
	})

	if ids, err := collect(f, t, AccountFilter{}); err != nil || !slices.Equal(ids, s.ids) {
		t.Errorf("%d accounts, %v", len(ids), err)
	}
}

func TestAccounts_keyIsRefused(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 950)
	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Query.Get("page") == "1" {
			return s.serve(r)
		}

		return &stackonetest.Fault{Status: http.StatusUnauthorized, ContentType: "application/json", Body: `{"statusCode": 401, "message": "expired"}`}
	})

	_, err := collect(f, t, AccountFilter{})

	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusUnauthorized || !slices.Equal(e.Messages, []string{"expired"}) {
		t.Errorf("got %v", err)
	}
}

// Near the limit per minute, pages are not requested in parallel.
func TestAccounts_minuteIsNearlyUsedUp(t *testing.T) {
	t.Parallel()

	f := newFixture(t, func(c *Config) { c.MaxRequestsPerMinute = 20 })

	for range 18 {
		if err := f.DeleteAccount(t.Context(), "x"); !IsNotFound(err) {
			t.Fatal(err)
		}
	}

	s := newShelf(f, 150)

	if ids, err := collect(f, t, AccountFilter{}); err != nil || len(ids) != 150 || s.served[3] > 0 {
		t.Errorf("%d accounts, %v, requests %v", len(ids), err, s.served)
	}
}

// Canceled lists leave no request behind.
func TestAccounts_interrupted(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 950)
	ctx, cancel := context.WithCancel(t.Context())

	f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Query.Get("page") == "1" {
			return s.serve(r)
		}

		cancel()

		return &stackonetest.Fault{Hang: true}
	})

	for _, err := range f.StreamAccounts(ctx, AccountFilter{}, 0) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}

	f.limiter.mu.Lock()
	defer f.limiter.mu.Unlock()

	if n := f.limiter.rate.underWay; n != 0 {
		t.Errorf("%d requests are under way", n)
	}
}

const latency = 100 * time.Millisecond

// slow serves a list of accounts without a network.
type slow struct{ accounts int }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(latency):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}

	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	items := []string{}

	for i := (page - 1) * pageSize; i < min(page*pageSize, s.accounts); i++ {
		items = append(items, fmt.Sprintf(`{"id": "%d"}`, i))
	}

	body := "[" + strings.Join(items, ",") + "]"

	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// Parallel requests read 10,000 accounts in a third of the sequential time, including the
// comparison.
func TestAccounts_time(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		base, err := ParseBaseURL("http://127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}

		client, err := New(Config{BaseURL: base, APIKey: NewSecret("key"), UserAgent: "test/1", Transport: slow{10_000}, MaxRequestsPerMinute: DefaultMaxRequestsPerMinute})
		if err != nil {
			t.Fatal(err)
		}

		start, n := time.Now(), 0

		for _, err := range client.Accounts(t.Context(), AccountFilter{}) {
			if err != nil {
				t.Fatal(err)
			}

			n++
		}

		if took := time.Since(start); n != 10_000 || took > 101*latency/3 {
			t.Errorf("%d accounts in %s", n, took)
		} else {
			t.Logf("%d accounts in %s", n, took)
		}
	})
}
