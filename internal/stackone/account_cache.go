package stackone

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	// maxAccountAge limits the use of a listed account, counted from the request.
	maxAccountAge   = time.Minute
	readsBeforeList = 10
)

type accountCache struct {
	clock Clock

	mu   sync.Mutex
	byID map[string]cachedAccount
	// order numbers requests and writes: the clock may not advance between two.
	order uint64
	// hits counts reads served only by reading ahead.
	hits int

	// turn is a semaphore of one, for the fields below.
	turn chan struct{}
	// begun is the start of reading ahead, single the number of misses since.
	begun  time.Time
	single int
	ahead  *list[Account]
}

// cachedAccount is an account of a list, or nil after a read or a write of it.
type cachedAccount struct {
	*Account
	order uint64
	sent  time.Time
	ahead bool
}

func newAccountCache(clock Clock) *accountCache {
	return &accountCache{clock: clock, byID: map[string]cachedAccount{}, turn: make(chan struct{}, 1)}
}

func (c *accountCache) next() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.order++

	return c.order
}

// begin is called before a list is requested. The returned function caches its accounts,
// unless a newer response or write is known. Incomplete accounts are not cached: a single
// read may return the missing fields.
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

// forget drops an account, and ignores lists that were requested before order.
func (c *accountCache) forget(id string, order uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()

	if c.byID[id].order < order {
		c.byID[id] = cachedAccount{order: order}
	}
}

// get returns nil for an account that must be read.
func (c *accountCache) get(id string) *Account {
	c.mu.Lock()
	defer c.mu.Unlock()

	found := c.byID[id]
	if found.Account == nil || c.clock.Now().Sub(found.sent) >= maxAccountAge {
		return nil
	}

	if found.ahead {
		c.hits++
	}

	return found.Account
}

// FindAccount returns an account from a list requested within the last minute, or reads it.
// listed reports which. After many reads, it reads ahead with lists. Only a single read
// reports a deleted account: see IsNotFound.
func (c *Client) FindAccount(ctx context.Context, id string) (account *Account, listed bool, err error) {
	if account = c.accounts.get(id); account == nil {
		account, err = c.readAhead(ctx, id)
	}

	if account != nil || err != nil {
		return account, account != nil, err
	}

	account, err = c.GetAccount(ctx, id)

	return account, false, err
}

// readAhead reads pages of the list of all accounts, after ten single reads and as long as
// each page saves a read. A useless list therefore costs at most five requests. It returns
// the account, if listed, and only errors that a single read would also return.
func (c *Client) readAhead(ctx context.Context, id string) (*Account, error) {
	a := c.accounts

	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil, nil
	}

	// Another call may have listed it in the meantime.
	if account := a.get(id); account != nil || !a.mayHelp(c) {
		return account, nil
	}

	// The single read that follows has the retries.
	once := *c
	once.config.MaxRetries = 0
	a.ahead.until = max(a.ahead.number, 1) + pagesUnderWay

	for _, err := range pages(ctx, &once, a.ahead) {
		if e, failed := errors.AsType[*Error](err); failed {
			a.single = 0

			if e.Status == http.StatusUnauthorized || e.Kind == ErrorKeyRefused || e.Kind == ErrorCanceled {
				return nil, err
			}
		}
	}

	return a.get(id), nil
}

// mayHelp decides between reading ahead and a single read. It starts over once the list is too old.
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
