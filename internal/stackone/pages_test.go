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

// shelf serves a list of accounts in pages, and changes it.
type shelf struct {
	mu      sync.Mutex
	ids     []string
	perPage int
	total   bool
	served  map[int]int
	change  func(page, times int)
	fault   func(page int) *stackonetest.Fault
}

func newShelf(f *fixture, n int) *shelf {
	s := &shelf{perPage: pageSize, served: map[int]int{}, change: func(int, int) {}, fault: func(int) *stackonetest.Fault { return nil }}
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

	if fault := s.fault(page); fault != nil {
		return fault
	}

	items := []map[string]string{}
	for _, id := range s.ids[min((page-1)*s.perPage, len(s.ids)):min(page*s.perPage, len(s.ids))] {
		items = append(items, map[string]string{"id": id})
	}

	var response any = items
	if s.total {
		response = map[string]any{"data": items, "total": len(s.ids)}
	}

	body, _ := json.Marshal(response)

	return respond(http.StatusOK, string(body))
}

func respond(status int, body string) *stackonetest.Fault {
	return &stackonetest.Fault{Status: status, ContentType: "application/json", Body: body}
}

// edit removes an account of the list, or adds one in front if the index is negative.
func (s *shelf) edit(i int) {
	if i < 0 {
		s.ids = append([]string{"new"}, s.ids...)
	} else {
		s.ids = slices.Delete(s.ids, i, i+1)
	}
}

func TestAccounts_listChanges(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ n, perPage, page, times, edit int }{
		"one disappears after page 1":          {150, 100, 2, 1, 7},
		"so that page 2 is empty":              {101, 100, 2, 1, 7},
		"page 1 loses one long before the end": {950, 100, 7, 1, 7},
		"page 6 loses one before page 9":       {1150, 100, 10, 1, 555},
		"one appears at the front":             {150, 100, 2, 1, -1},
		"it changes twice":                     {150, 100, 2, 2, 7},
		"the last one disappears":              {150, 100, 2, 1, 149},
		"of pages below the page size":         {75, 50, 2, 1, 7},
		"the last page but one loses one":      {101, 50, 3, 1, 60},
		"it keeps changing":                    {250, 100, 2, 1000, 0},
	} {
		for _, total := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", total ", total), func(t *testing.T) {
				t.Parallel()

				f := newFixture(t, nil)
				s := newShelf(f, test.n)
				s.perPage, s.total, s.change = test.perPage, total, func(page, times int) {
					if page == test.page && times <= test.times {
						s.edit(test.edit)
					}
				}

				ids, err := collect(f, t, AccountFilter{})

				switch {
				case test.times > maxListReads:
					if !isKind(err, ErrorListChanged) || len(ids) != 0 || s.served[1] > 2*maxListReads {
						t.Errorf("%d accounts, %v, %d reads", len(ids), err, s.served[1])
					}
				case err != nil || !slices.Equal(ids, s.ids):
					t.Errorf("%d accounts of %d, %v", len(ids), len(s.ids), err)
				}
			})
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
	_, profiles := read(f.ConnectorProfiles(t.Context(), ConnectorProfileFilter{}), func(p ConnectorProfile) string { return p.ID })

	for path, err := range map[string]error{"/accounts": accounts, "/connector_profiles": profiles} {
		if !isKind(err, ErrorListChanged) || !strings.Contains(err.Error(), f.base+path+" changed") {
			t.Errorf("got %v", err)
		}
	}
}

// A stream reports the change last, since it has already yielded objects. A limited list is
// not compared, but must not repeat an account.
func TestStreamAccounts_listChanges(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		n, limit, edit int
		changed        bool
	}{
		{150, 0, 7, true}, {150, 1000, 7, true}, {150, 100, 7, false}, {300, 200, -1, true},
	} {
		for _, total := range []bool{false, true} {
			f := newFixture(t, nil)
			s := newShelf(f, test.n)
			s.total, s.change = total, func(page, times int) {
				if page == 2 && times == 1 {
					s.edit(test.edit)
				}
			}

			if ids, err := f.stream(t, test.limit); isKind(err, ErrorListChanged) != test.changed || len(ids) < 100 || len(ids) >= 200 || len(ids) == 150 {
				t.Errorf("%+v, total %v: %d accounts, %v", test, total, len(ids), err)
			}
		}
	}
}

// Pages read again may return their objects in another order.
func TestAccounts_orderWithinAPage(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	s := newShelf(f, 150)
	s.change = func(page, _ int) {
		if page == 1 {
			slices.Reverse(s.ids[:pageSize])
		}
	}

	if ids, err := collect(f, t, AccountFilter{}); err != nil || len(ids) != 150 || s.served[1] != 2 {
		t.Errorf("%d accounts, %v, requests %v", len(ids), err, s.served)
	}
}

// A single page is used even if it is large, repeats an account, or has a wrong total.
func TestAccounts_oddSinglePage(t *testing.T) {
	t.Parallel()

	var items []string
	for i := range 2 * pageSize {
		items = append(items, fmt.Sprintf(`{"id": "%d", "credentials": "%s"}`, i, strings.Repeat("x", 10<<10)))
	}

	for body, want := range map[string]int{
		`[{"id": "a"}, {"id": "b"}, {"id": "b"}]`:                    2,
		`{"total": 1, "data": [{"id": "a"}, {"id": "b"}]}`:           2,
		`{"total": 200, "data": [` + strings.Join(items, ",") + "]}": 200,
	} {
		f := newFixture(t, nil)
		f.server.Script(*respond(http.StatusOK, body))

		if ids, err := collect(f, t, AccountFilter{}); err != nil || len(ids) != want || len(f.server.Requests()) != 1 {
			t.Errorf("%.60s: %d accounts after %d requests, %v", body, len(ids), len(f.server.Requests()), err)
		}
	}
}

// StackOne may refuse a page past the end. Nothing waits for those after it.
func TestAccounts_faults(t *testing.T) {
	t.Parallel()

	const past, odd = `{"statusCode": %d, "message": "no such page"}`, `{"message": "odd"}`

	for name, test := range map[string]struct {
		n, from int
		fault   *stackonetest.Fault
		total   bool
		status  int
	}{
		"404 past the end":            {200, 3, respond(404, fmt.Sprintf(past, 404)), false, 0},
		"400 past the end":            {100, 2, respond(400, fmt.Sprintf(past, 400)), false, 0},
		"of a list of round size":     {60, 2, respond(400, fmt.Sprintf(past, 400)), false, 0},
		"a gateway's 400":             {200, 3, respond(400, odd), false, 400},
		"a gateway's 404":             {200, 3, respond(404, odd), false, 404},
		"403 past the end":            {200, 3, respond(403, fmt.Sprintf(past, 403)), false, 403},
		"403 after an empty page":     {200, 4, respond(403, fmt.Sprintf(past, 403)), false, 0},
		"hanging after a short page":  {150, 3, &stackonetest.Fault{Hang: true}, false, 0},
		"400 for the first page":      {150, 1, respond(400, fmt.Sprintf(past, 400)), false, 400},
		"404 for the first page":      {150, 1, respond(404, fmt.Sprintf(past, 404)), false, 404},
		"before the total is reached": {250, 3, respond(404, fmt.Sprintf(past, 404)), true, 404},
		// Only one of the parallel requests returns the 401.
		"a refused key": {950, 2, respond(401, odd), false, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			s := newShelf(f, test.n)
			s.total, s.fault = test.total, func(page int) *stackonetest.Fault {
				if page < test.from {
					return nil
				}

				return test.fault
			}

			ids, err := collect(f, t, AccountFilter{})
			if e, ok := errors.AsType[*Error](err); ok != (test.status != 0) || ok && e.Status != test.status || !ok && !slices.Equal(ids, s.ids) {
				t.Errorf("%d accounts, %v", len(ids), err)
			}
		})
	}
}

// Near the limit per minute, pages are not requested in parallel, and nothing is read ahead.
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
	ctx, cancel := context.WithCancel(t.Context())

	newShelf(f, 950).fault = func(page int) *stackonetest.Fault {
		if page == 1 {
			return nil
		}

		cancel()

		return &stackonetest.Fault{Hang: true}
	}

	_, err := read(f.StreamAccounts(ctx, AccountFilter{}, 0), func(a Account) string { return a.ID })

	f.limiter.mu.Lock()
	defer f.limiter.mu.Unlock()

	if n := f.limiter.rate.underWay; n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d requests are under way, %v", n, err)
	}
}

const latency = 100 * time.Millisecond

// slow serves a list of accounts without a network. With failing, it fails all pages but the
// first, and page 2 last.
type slow struct {
	accounts, perPage int
	total             bool
	failing           int

	mu             sync.Mutex
	underWay, most int
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.underWay++
	s.most = max(s.most, s.underWay)
	s.mu.Unlock()

	defer func() {
		s.mu.Lock()
		s.underWay--
		s.mu.Unlock()
	}()

	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	took, status := latency, http.StatusOK

	if s.failing > 0 && page != 1 {
		status = s.failing
	}

	if s.failing > 0 && page == 2 {
		took *= 2
	}

	select {
	case <-time.After(took):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}

	items := []string{}

	for i := (page - 1) * s.perPage; i < min(page*s.perPage, s.accounts); i++ {
		items = append(items, fmt.Sprintf(`{"id": "%d"}`, i))
	}

	body := "[" + strings.Join(items, ",") + "]"
	if s.total {
		body = fmt.Sprintf(`{"total": %d, "data": %s}`, s.accounts, body)
	}

	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (s *slow) read(t *testing.T, limit int) ([]string, error) {
	t.Helper()

	config := Config{APIKey: NewSecret("key"), UserAgent: "test/1", Transport: s, MaxRequestsPerMinute: DefaultMaxRequestsPerMinute, MaxRetries: DefaultMaxRetries}
	at(t, "http://127.0.0.1")(&config)

	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}

	return read(client.StreamAccounts(t.Context(), AccountFilter{}, limit), func(a Account) string { return a.ID })
}

// Parallel requests read 10,000 accounts in a third of the sequential time, including the
// comparison. At most four new pages and four to compare are under way.
func TestAccounts_time(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		accounts, perPage, limit int
		total                    bool
		longest                  time.Duration
	}{
		"many":                       {10_000, 100, 0, false, 33 * latency},
		"many, compared at the end":  {10_000, 100, 20_000, false, 53 * latency},
		"with a total":               {250, 100, 0, true, 2 * latency},
		"a cap below the page size":  {1000, 50, 0, false, 8 * latency},
		"such a cap, and with total": {1000, 50, 0, true, 6 * latency},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			synctest.Test(t, func(t *testing.T) {
				s, start := &slow{accounts: test.accounts, perPage: test.perPage, total: test.total}, time.Now()

				ids, err := s.read(t, test.limit)
				if took := time.Since(start); err != nil || len(ids) != test.accounts || took > test.longest || s.most > 2*pagesUnderWay {
					t.Errorf("%d accounts in %s, up to %d requests at once, %v", len(ids), took, s.most, err)
				}
			})
		})
	}
}

// When all parallel requests fail for one cause, the error of the list is the one with the
// details, even if another page got it.
func TestAccounts_detailsOfFailure(t *testing.T) {
	t.Parallel()

	for _, status := range []int{http.StatusUnauthorized, http.StatusBadGateway} {
		synctest.Test(t, func(t *testing.T) {
			s := &slow{accounts: 950, perPage: pageSize, failing: status}

			_, err := s.read(t, 0)
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != ErrorStatus || e.Status != status {
				t.Errorf("%d: %v", status, err)
			}
		})
	}
}
