package provider

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// accountLists records the lists of accounts that a plan has read. Pages shift when an
// account disappears during the listing, so a list can lack an existing account, and a
// for_each over it would delete that account. Terraform evaluates for_each before it plans
// the instances, so the list is recorded by then.
type accountLists struct {
	mu    sync.Mutex
	lists []accountListRecord
}

type accountListRecord struct {
	filter accountFilter
	ids    map[string]bool
}

// record adds a complete list.
func (l *accountLists) record(filter accountFilter, ids []string) {
	list := accountListRecord{filter, make(map[string]bool, len(ids))}
	for _, id := range ids {
		list.ids[id] = true
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	l.lists = append(l.lists, list)
}

// reset forgets the lists after a plan: "terraform test" may plan again with this provider.
func (l *accountLists) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.lists = nil
}

// lack reports whether a list that should contain the account does not.
func (l *accountLists) lack(account *accountModel) bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return slices.ContainsFunc(l.lists, func(list accountListRecord) bool {
		return !list.ids[account.ID.ValueString()] && list.filter.matches(account)
	})
}

// matches reports whether an account passes the filter, as it does if the response lacks the
// filtered value.
func (f accountFilter) matches(account *accountModel) bool {
	passes := func(wanted []string, value types.String) bool {
		return wanted == nil || slices.Contains(wanted, value.ValueString()) || len(wanted) > 0 && value.IsNull()
	}

	statuses := slices.Clone(f.Statuses)
	for i := range statuses {
		statuses[i] = strings.ToLower(statuses[i])
	}

	return passes(f.AccountIDs, account.ID) && passes(f.OriginOwnerIDs, account.OriginOwnerID) &&
		passes(f.ProviderKeys, account.ProviderKey) && passes(statuses, account.Status)
}

// accountMissed refuses to delete an account that a list of the same plan lacks.
func accountMissed(id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan deletes account missing from list", fmt.Sprintf(
		"This plan would delete the linked account %q and end the customer's connection. The account exists and matches the filter of a data source stackone_accounts, but is missing from its list, which probably changed while it was read. "+
			"Run Terraform again. If you want to delete the account, delete it at StackOne.", id))
}
