package stackone

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	// maxAccountAge is how long an account of a list serves later reads, counted from the
	// sending of the request.
	maxAccountAge = time.Minute
	// readsBeforeList is how many accounts are read one by one before the list of all.
	readsBeforeList = 10
)

// accountCache keeps the accounts of lists. One client sees them, for as long as it lives.
type accountCache struct {
	clock Clock

	mu   sync.Mutex
	byID map[string]cachedAccount
	// order is the number of the last request or write: the clock may not move between two.
	order uint64
	// hits counts reads of accounts that only reading ahead has brought.
	hits int

	// turn is a semaphore of one, for the fields below.
	turn chan struct{}
	// begun is when reading ahead began, and single how many reads have followed since without a hit.
	begun  time.Time
	single int
	ahead  *list[Account]
}

// cachedAccount is an account of a list, or nil after a read or a write of it.
type cachedAccount struct {
	*Account
	order uint64
	sent  time.Time
	// ahead means that no other list has brought the account.
	ahead bool
}

func newAccountCache(clock Clock) *accountCache {
	return &accountCache{clock: clock, byID: map[string]cachedAccount{}, turn: make(chan struct{}, 1)}
}

// next numbers a request or a write.
func (c *accountCache) next() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.order++

	return c.order
}

// begin is called before a list is requested. It returns the function that keeps its
// accounts, except those of which more is known by then. An account that lacks a field
// is not kept, since a single response may have it.
func (c *accountCache) begin(ahead bool) func(*Account) {
	order, sent := c.next(), c.clock.Now()

	return func(account *Account) {
		c.mu.Lock()
		defer c.mu.Unlock()

		if old := c.byID[account.ID]; len(account.missing) == 0 && old.order < order {
			c.byID[account.ID] = cachedAccount{account, order, sent, ahead && (old.Account == nil || old.ahead)}
		}
	}
}

// forget removes an account, and what lists return that were requested before order.
func (c *accountCache) forget(id string, order uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()

	if c.byID[id].order < order {
		c.byID[id] = cachedAccount{order: order}
	}
}

// get returns nil for an account that has to be read. hits counts what the list of all
// accounts was good for.
func (c *accountCache) get(id string, hits int) *Account {
	c.mu.Lock()
	defer c.mu.Unlock()

	found := c.byID[id]
	if found.Account == nil || c.clock.Now().Sub(found.sent) >= maxAccountAge {
		return nil
	}

	if found.ahead {
		c.hits += hits
	}

	return found.Account
}

// FindAccount returns an account of a list that was requested within the last minute,
// or reads it. listed reports which. Many reads that no list answers become a list.
// Only a single response reports that an account is gone: see IsNotFound.
func (c *Client) FindAccount(ctx context.Context, id string) (account *Account, listed bool, err error) {
	if account = c.accounts.get(id, 1); account != nil {
		return account, true, nil
	}

	if err = c.readAhead(ctx, id); err != nil {
		return nil, false, err
	}

	if account = c.accounts.get(id, 1); account != nil {
		return account, true, nil
	}

	account, err = c.GetAccount(ctx, id)

	return account, false, err
}

// readAhead reads some pages of the list of all accounts, if that may answer more reads
// than it makes requests: after ten single reads, and then as long as the pages so far
// have served as many reads as there were pages. So a list that does not help costs
// five requests. It returns only errors that a single read would meet as well.
func (c *Client) readAhead(ctx context.Context, id string) error {
	a := c.accounts

	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil
	}

	if a.get(id, 0) != nil || !a.mayHelp(c) {
		return nil
	}

	// A single read has the retries.
	once := *c
	once.config.MaxRetries = 0
	a.ahead.until = max(a.ahead.number, 1) + pagesUnderWay

	for _, err := range pages(ctx, &once, a.ahead) {
		var e *Error

		if errors.As(err, &e) {
			a.single = 0

			if e.Status == http.StatusUnauthorized || e.Kind == ErrorKeyRefused || e.Kind == ErrorCanceled {
				return err
			}
		}
	}

	return nil
}

// mayHelp decides whether to read ahead instead of one account. It begins again when
// what was read is too old.
func (c *accountCache) mayHelp(client *Client) bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	if now := c.clock.Now(); c.ahead == nil || now.Sub(c.begun) >= maxAccountAge {
		c.begun, c.single, c.hits, c.ahead = now, 0, 0, client.accountList(nil, AccountFilter{}, true)
	}

	if c.single < readsBeforeList || c.ahead.ended || c.hits < c.ahead.number || !client.limiter.spare() {
		c.single++
		return false
	}

	return true
}
