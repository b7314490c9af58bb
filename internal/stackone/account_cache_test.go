package stackone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func (f *fixture) addAccounts(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = f.server.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%05d", i), Label: "old"})
	}

	return ids
}

func (f *fixture) requests() (single, lists int) {
	for _, r := range f.server.Requests() {
		switch {
		case r.Method == http.MethodGet && r.Path == "/accounts":
			lists++
		case r.Method == http.MethodGet:
			single++
		}
	}

	return single, lists
}

func (f *fixture) find(t *testing.T, id string) (label string, listed bool) {
	t.Helper()

	account, listed, err := f.FindAccount(t.Context(), id)
	if err != nil || account.ID != id {
		t.Fatalf("%s: %v, %v", id, account, err)
	}

	return *account.Label, listed
}

func TestFindAccount_listed(t *testing.T) {
	t.Parallel()

	update := func(t *testing.T, f *fixture, id string) error {
		_, err := f.UpdateAccount(t.Context(), id, AccountUpdate{Label: new("new")})
		return err
	}
	remove := func(t *testing.T, f *fixture, id string) error { return f.DeleteAccount(t.Context(), id) }
	read := func(t *testing.T, f *fixture, id string) error {
		_, err := f.GetAccount(t.Context(), id)
		return err
	}
	list := func(t *testing.T, f *fixture, _ string) error {
		_, err := collect(f, t, AccountFilter{})
		return err
	}
	nothing := func(*testing.T, *fixture, string) error { return nil }

	for name, test := range map[string]struct {
		later   time.Duration
		after   func(t *testing.T, f *fixture, id string) error
		refused bool
		want    string
	}{
		"right after the list":      {0, nothing, false, "old true"},
		"before the minute is over": {time.Minute - 1, nothing, false, "old true"},
		"after the minute":          {time.Minute, nothing, false, "new false"},
		"after an update":           {0, update, false, "new false"},
		"after a refused update":    {0, update, true, "new false"},
		"after a refused deletion":  {0, remove, true, "new false"},
		"after a single read":       {0, read, false, "new false"},
		"after the next list":       {0, list, false, "new true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			id := f.addAccounts(3)[1]

			if ids, err := collect(f, t, AccountFilter{AccountIDs: []string{id}}); err != nil || len(ids) != 1 {
				t.Fatalf("%v, %v", ids, err)
			}

			f.server.UpdateAccount(id, func(a *stackonetest.Account) { a.Label = "new" })
			f.clock.Advance(test.later)

			if test.refused {
				f.server.Script(stackonetest.Fault{Status: http.StatusConflict})
			}

			if err := test.after(t, f, id); (err != nil) != test.refused {
				t.Fatal(err)
			}

			if label, listed := f.find(t, id); fmt.Sprint(label, " ", listed) != test.want {
				t.Errorf("%s %v, want %s", label, listed, test.want)
			}
		})
	}
}

// Lists requested before a write or a single read are older.
func TestAccountCache_order(t *testing.T) {
	t.Parallel()

	cache := newAccountCache(stackonetest.NewClock(noon()))
	account := func() *Account { return &Account{ID: "a"} }

	older, newer := cache.begin(false), cache.begin(false)
	first, second := account(), account()

	newer(second)
	older(first)

	if cache.get("a") != second {
		t.Error("an older response has replaced a newer one")
	}

	read, during := cache.next(), cache.begin(false)

	during(first)
	cache.forget("a", read)

	if cache.get("a") != first {
		t.Error("a single read has removed a newer response")
	}

	cache.forget("a", cache.next())
	during(first)

	if cache.get("a") != nil {
		t.Error("a list that was requested before a write counts")
	}
}

// Only a single read reports a deleted account, and it is never cached.
func TestFindAccount_gone(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	ids := f.addAccounts(3)

	if _, err := collect(f, t, AccountFilter{}); err != nil {
		t.Fatal(err)
	}

	f.server.RemoveAccount(ids[0])

	for range 2 {
		if _, err := f.GetAccount(t.Context(), ids[0]); !IsNotFound(err) {
			t.Errorf("got %v", err)
		}

		if _, _, err := f.FindAccount(t.Context(), ids[0]); !IsNotFound(err) {
			t.Errorf("got %v", err)
		}
	}

	if single, _ := f.requests(); single != 4 {
		t.Errorf("%d single reads", single)
	}
}

func TestFindAccount_manyReads(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		accounts, reads, parallelism int
		style                        stackonetest.ListStyle
		perMinute, single, lists     int
	}{
		"few":                     {300, 10, 10, stackonetest.ListStyle{}, 0, 10, 0},
		"many":                    {300, 300, 10, stackonetest.ListStyle{}, 0, 10, 5},
		"one at a time":           {300, 300, 1, stackonetest.ListStyle{}, 0, 10, 5},
		"with a total":            {300, 300, 10, stackonetest.ListStyle{Envelope: true, Total: true}, 0, 10, 3},
		"a cap of 25":             {100, 100, 10, stackonetest.ListStyle{MaxPerPage: 25}, 0, 10, 6},
		"a list that ends soon":   {60, 60, 10, stackonetest.ListStyle{}, 0, 10, 2},
		"all of many":             {2000, 2000, 10, stackonetest.ListStyle{}, 0, 100, 25},
		"the last ones of many":   {3000, 100, 10, stackonetest.ListStyle{}, 0, 100, 5},
		"the page is not honored": {300, 300, 10, stackonetest.ListStyle{IgnorePage: true}, 0, 210, 5 * 20},
		"near the limit a minute": {11, 11, 1, stackonetest.ListStyle{}, 11, 11, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, func(c *Config) { c.MaxRequestsPerMinute = test.perMinute })
			f.server.SetListStyle(test.style)

			ids := f.addAccounts(test.accounts)[test.accounts-test.reads:]
			queue := make(chan string, len(ids))

			// Terraform reads in any order.
			for i := range ids {
				queue <- ids[i*37%len(ids)]
			}

			close(queue)

			var group sync.WaitGroup

			for range test.parallelism {
				group.Go(func() {
					for id := range queue {
						if account, _, err := f.FindAccount(t.Context(), id); err != nil || account.ID != id {
							t.Errorf("%s: %v, %v", id, account, err)
						}
					}
				})
			}

			group.Wait()

			if single, lists := f.requests(); single > test.single || lists > test.lists {
				t.Errorf("%d single reads and %d lists, want at most %d and %d", single, lists, test.single, test.lists)
			}
		})
	}
}

// After a minute, accounts are read again: few of them singly, many with lists.
func TestFindAccount_laterReads(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	ids := f.addAccounts(300)

	read := func(ids []string, single, lists int) {
		t.Helper()

		for _, id := range ids {
			f.find(t, id)
		}

		if s, l := f.requests(); s != single || l != lists {
			t.Errorf("%d single reads and %d lists, want %d and %d", s, l, single, lists)
		}
	}

	read(ids, 10, 5)
	f.clock.Advance(time.Minute)
	read(ids[:10], 20, 5)
	read(ids[10:], 20, 10)
}

// Accounts of other lists do not make reading ahead worthwhile.
func TestFindAccount_ownLists(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	ids := f.addAccounts(3000)

	if _, err := collect(f, t, AccountFilter{AccountIDs: ids[2900:2945]}); err != nil {
		t.Fatal(err)
	}

	for i := range 45 {
		f.find(t, ids[2900+i])
		f.find(t, ids[2945+i])
	}

	if single, lists := f.requests(); single != 45 || lists > 1+5 {
		t.Errorf("%d single reads and %d lists", single, lists)
	}
}

// Useless lists cost at most five requests. A refused key and a canceled call also end reading ahead.
func TestFindAccount_uselessLists(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		missing        string
		fault          *stackonetest.Fault
		single, failed int
	}{
		"without provider":   {"provider", nil, 30, 0},
		"without label":      {"label", nil, 30, 0},
		"without shared":     {"shared", nil, 30, 0},
		"without categories": {"categories", nil, 30, 0},
		"without updated_at": {"updated_at", nil, 30, 0},
		"forbidden":          {"", respond(http.StatusForbidden, `{}`), 30, 0},
		"a gateway's error":  {"", respond(http.StatusBadGateway, `{}`), 30, 0},
		"a refused key":      {"", respond(http.StatusUnauthorized, `{}`), 10, 20},
		"canceled":           {"", &stackonetest.Fault{Hang: true}, 10, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			ids := f.addAccounts(30)
			ctx, cancel := context.WithCancel(t.Context())

			f.server.EditAccountResponses(func(account map[string]any) { delete(account, test.missing) })
			f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
				if r.Path != "/accounts" {
					return nil
				}

				if test.fault != nil && test.fault.Hang {
					cancel()
				}

				return test.fault
			})

			failed := 0

			for _, id := range ids {
				_, listed, err := f.FindAccount(ctx, id)
				// The first error is the list's.
				if e, ok := errors.AsType[*Error](err); ok && (failed > 0 || e.Path == "/accounts") {
					failed++
				} else if err != nil || listed {
					t.Fatalf("%s: listed %t, %v", id, listed, err)
				}
			}

			if single, lists := f.requests(); single != test.single || lists < 1 || lists > 5 || failed != test.failed {
				t.Errorf("%d single reads and %d lists, %d failed", single, lists, failed)
			}
		})
	}
}

func TestFindAccount_twoClients(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	id := f.addAccounts(1)[0]

	if _, err := collect(f, t, AccountFilter{}); err != nil {
		t.Fatal(err)
	}

	config := f.config
	config.APIKey = NewSecret("another")

	other, err := New(config)
	if err != nil {
		t.Fatal(err)
	}

	_, _, err = other.FindAccount(t.Context(), id)
	if e, ok := errors.AsType[*Error](err); !ok || e.Status != http.StatusUnauthorized {
		t.Errorf("got %v", err)
	}
}

func TestAccountCache_memory(t *testing.T) { //nolint:paralleltest // It measures the memory of the process.
	cache := newAccountCache(stackonetest.NewClock(noon()))

	heap := func() uint64 {
		var stats runtime.MemStats

		runtime.GC()
		runtime.ReadMemStats(&stats)

		return stats.HeapAlloc
	}

	before, keep := heap(), cache.begin(false)

	for i := range 10_000 {
		account, err := newAccount(parse(t, fmt.Sprintf(`{"id": "4535597628101516%04d", "provider": "bamboohr", "provider_name": "BambooHR", "status": "active", "status_reasons": null, "categories": ["hris"],
			"origin_owner_id": "customer-%d", "origin_owner_name": "Customer Number %d", "origin_username": "admin@customer-%d.example", "label": "Customer %d", "type": "production", "shared": true,
			"created_at": "2031-03-01T12:00:00.000Z", "updated_at": "2031-03-01T12:00:00.000Z", "credentials": {"password": "x"}}`, i, i, i, i, i)))
		if err != nil {
			t.Fatal(err)
		}

		keep(&account)
	}

	if used := heap() - before; used > 10<<20 || len(cache.byID) != 10_000 {
		t.Errorf("%d accounts take %d bytes", len(cache.byID), used)
	} else {
		t.Logf("%d bytes an account", used/10_000)
	}

	runtime.KeepAlive(cache)
}
