package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// addAccounts adds account-000 and so on.
func (h *harness) addAccounts(n int) {
	for i := range n {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}
}

// counted returns the single reads, lists and updates of accounts since the request before.
func (h *harness) counted(before int) (single, lists, updates int) {
	for _, r := range h.Requests()[before:] {
		switch {
		case r.Method == http.MethodGet && r.Path == "/accounts":
			lists++
		case r.Method == http.MethodGet:
			single++
		case r.Method == http.MethodPatch:
			updates++
		}
	}

	return single, lists, updates
}

const customers = `
data "stackone_accounts" "all" {}

resource "stackone_account" "customer" {
  for_each   = toset(data.stackone_accounts.all.ids)
  account_id = each.key
  label      = "Account ${each.key}"
}
`

// Identifiers that do not come from a list become one, too.
const writtenIDs = `
resource "stackone_account" "customer" {
  for_each   = toset([for i in range(120) : format("account-%03d", i)])
  account_id = each.key
  label      = "Account ${each.key}"
}
`

func TestAccountBulk_requests(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.addAccounts(120)

	a := h.attach(t, customers)

	for _, step := range []struct {
		config, name           string
		args                   []string
		single, lists, updates int
	}{
		{customers, "plan", []string{"plan", "-out=plan"}, 0, 6, 0},
		{customers, "apply", []string{"apply", "plan"}, 10, 5, 120},
		{customers, "plan again", []string{"plan", "-detailed-exitcode"}, 0, 6, 0},
		// Since Terraform 1.16, a data source makes -refresh-only end with 2.
		{customers, "refresh", []string{"plan", "-refresh-only"}, 0, 6, 0},
		{customers, "one at a time", []string{"plan", "-detailed-exitcode", "-parallelism=1"}, 0, 6, 0},
		{customers, "one of them", []string{"plan", "-detailed-exitcode", `-target=stackone_account.customer["account-007"]`}, 0, 6, 0},
		{writtenIDs, "written identifiers", []string{"plan", "-detailed-exitcode"}, 10, 5, 0},
		{customers, "destroy", []string{"destroy", "-auto-approve"}, 0, 6, 0},
	} {
		before := len(h.Requests())

		a.write("main.tf", step.config)
		a.terraform(append(step.args, "-no-color")...)

		if single, lists, updates := h.counted(before); single > step.single || lists > step.lists || updates != step.updates {
			t.Errorf("%s: %d single reads, %d lists and %d updates, want at most %d, %d and %d", step.name, single, lists, updates, step.single, step.lists, step.updates)
		}
	}
}

func TestAccountBulk_changesFromElsewhere(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.addAccounts(20)

	a := h.attach(t, customers)
	a.plan("-out=plan")

	// Another run sets one of the planned values, and replaces another.
	h.UpdateAccount("account-003", func(account *stackonetest.Account) { account.Label = "Account account-003" })
	a.terraform("apply", "-no-color", "plan")
	a.plan("-detailed-exitcode")

	h.UpdateAccount("account-004", func(account *stackonetest.Account) { account.Label = "changed" })

	for _, args := range [][]string{nil, {"-refresh-only"}, {"-parallelism=1"}, {`-target=stackone_account.customer["account-004"]`}} {
		contains(t, a.exits(2, append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)...), `"changed"`)
	}

	a.plan("-out=plan")
	h.RemoveAccount("account-004")
	contains(t, a.exits(1, "apply", "-no-color", "plan"), "404")
}

func TestAccountBulk_adoptsAfterAList(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		listed, now stackonetest.Account
		single      int
		patch       string
	}{
		"nothing differs":           {stackonetest.Account{Label: "l", OriginOwnerName: "n"}, stackonetest.Account{Label: "l", OriginOwnerName: "n"}, 1, ""},
		"it differs by now":         {stackonetest.Account{Label: "l", OriginOwnerName: "n"}, stackonetest.Account{Label: "other", OriginOwnerName: "n"}, 1, `{"label":"l"}`},
		"it differed":               {stackonetest.Account{Label: "old", OriginOwnerName: "n"}, stackonetest.Account{Label: "l", OriginOwnerName: "n"}, 0, `{"label":"l","origin_owner_name":"n"}`},
		"more differs by now":       {stackonetest.Account{Label: "old", OriginOwnerName: "n"}, stackonetest.Account{Label: "old", OriginOwnerName: "m"}, 0, `{"label":"l","origin_owner_name":"n"}`},
		"the entry is a minute old": {stackonetest.Account{Label: "l", OriginOwnerName: "n"}, stackonetest.Account{Label: "other", OriginOwnerName: "n"}, 2, `{"label":"l"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			test.listed.ID = "account-1"
			h.AddAccount(test.listed)

			p := h.protocol(t, "stackone_account")
			listed(p, nil, 0, false)

			if strings.Contains(name, "minute") {
				h.clock.Advance(time.Minute)
			}

			h.UpdateAccount("account-1", func(a *stackonetest.Account) { a.Label, a.OriginOwnerName = test.now.Label, test.now.OriginOwnerName })

			before := len(h.Requests())
			state := p.apply(nil, ofAccount("account-1", map[string]any{"label": "l", "origin_owner_name": "n"}))

			single, _, _ := h.counted(before)
			patch := strings.Join(h.patches(), " ")

			if account, _ := h.Account("account-1"); account.Label != "l" || account.OriginOwnerName != "n" || p.text(state, "label") != "l" || single != test.single || patch != test.patch {
				t.Errorf("%+v after %d reads and %s, want %d and %s", account, single, patch, test.single, test.patch)
			}
		})
	}
}

// The data source of one account and checks are never served from a list.
func TestAccountBulk_dataSourceReadsAfresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.addAccounts(20)

	a := h.attach(t, `
data "stackone_accounts" "all" {}

data "stackone_account" "each" {
  for_each = toset(data.stackone_accounts.all.ids)
  id       = each.key
}

check "one" {
  data "stackone_account" "one" {
    id = data.stackone_accounts.all.ids[0]
  }

  assert {
    condition     = data.stackone_account.one.status == "active"
    error_message = "It is not active."
  }
}
`)
	a.plan()

	if single, lists, _ := h.counted(0); single != 21 || lists != 2 {
		t.Errorf("%d single reads and %d lists", single, lists)
	}
}
