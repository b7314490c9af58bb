package stackone

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// maxQuery limits the filters of one request, in bytes. Common gateways refuse request
// lines longer than 8 KiB.
const maxQuery = 6 << 10

// AccountFilter selects accounts; empty fields match all. Duplicates and the case of a
// status are ignored.
type AccountFilter struct {
	OriginOwnerIDs []string
	Providers      []string
	AccountIDs     []string
	Statuses       []string
}

// Accounts yields the matching accounts after reading all pages. An error is yielded last.
func (c *Client) Accounts(ctx context.Context, filter AccountFilter) iter.Seq2[Account, error] {
	return whole(func() iter.Seq2[Account, error] { return c.StreamAccounts(ctx, filter, 0) })
}

// StreamAccounts yields the matching accounts, requesting pages as they are consumed, and
// stops at a limit other than 0. An error is yielded last; after an ErrorListChanged,
// accounts may be missing.
func (c *Client) StreamAccounts(ctx context.Context, filter AccountFilter, limit int) iter.Seq2[Account, error] {
	filter = filter.canonical()

	return func(yield func(Account, error) bool) {
		yielded := map[string]bool{}

		for _, query := range splitQuery(filter.query()) {
			accounts := c.accountList(query, filter, false)
			if limit > 0 {
				accounts.limit = limit - len(yielded)
			}

			for account, err := range pages(ctx, c, accounts) {
				if yielded[account.ID] {
					continue
				}

				yielded[account.ID] = err == nil

				if !yield(account, err) || err != nil || len(yielded) == limit {
					return
				}
			}
		}
	}
}

func (c *Client) accountList(query url.Values, filter AccountFilter, ahead bool) *list[Account] {
	return &list[Account]{
		route: "/accounts", query: query, id: func(a Account) string { return a.ID }, matches: filter.matches,
		decoder: func() func(object) (Account, error) {
			keep := c.accounts.begin(ahead)

			return func(o object) (Account, error) {
				account, err := newAccount(o)
				if err == nil {
					keep(&account)
				}

				return account, err
			}
		},
	}
}

func (f AccountFilter) canonical() AccountFilter {
	distinct := func(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }

	statuses := slices.Clone(f.Statuses)
	for i := range statuses {
		statuses[i] = strings.ToLower(statuses[i])
	}

	return AccountFilter{
		OriginOwnerIDs: distinct(f.OriginOwnerIDs), Providers: distinct(f.Providers), AccountIDs: distinct(f.AccountIDs), Statuses: distinct(statuses),
	}
}

func (f AccountFilter) query() url.Values {
	return url.Values{
		"origin_owner_ids": f.OriginOwnerIDs, "providers": f.Providers, "account_ids": f.AccountIDs, "status": f.Statuses,
	}
}

// Matches reports whether an account passes the filter. An absent field matches.
func (f AccountFilter) Matches(a Account) bool { return f.canonical().matches(a) }

// matches filters a response again. If the server ignored the filter, Terraform could
// change or delete the accounts of other customers.
func (f AccountFilter) matches(a Account) bool {
	allows := func(wanted []string, value *string) bool {
		return len(wanted) == 0 || value == nil || slices.Contains(wanted, *value)
	}

	return allows(f.AccountIDs, &a.ID) && allows(f.OriginOwnerIDs, a.OriginOwnerID) && allows(f.Providers, a.Provider) && allows(f.Statuses, a.Status)
}

// splitQuery splits long lists over several queries. An account can only occur in two of
// them if the server ignores a filter.
func splitQuery(query url.Values) []url.Values {
	if len(query.Encode()) <= maxQuery {
		return []url.Values{query}
	}

	longest := slices.MaxFunc(slices.Sorted(maps.Keys(query)), func(a, b string) int { return len(query[a]) - len(query[b]) })
	values := query[longest]

	if len(values) < 2 {
		return []url.Values{query}
	}

	first, second := maps.Clone(query), maps.Clone(query)
	first[longest], second[longest] = values[:len(values)/2], values[len(values)/2:]

	return append(splitQuery(first), splitQuery(second)...)
}
