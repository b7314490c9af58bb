package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

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

func TestAccountBulk_requests(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 120 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	a := h.attach(t, customers)

	for _, step := range []struct {
		name                   string
		args                   []string
		single, lists, updates int
	}{
		{"plan", []string{"plan", "-out=plan"}, 0, 6, 0},
		{"apply", []string{"apply", "plan"}, 10, 5, 120},
		{"plan again", []string{"plan", "-detailed-exitcode"}, 0, 6, 0},
		{"refresh", []string{"plan", "-refresh-only", "-detailed-exitcode"}, 0, 6, 0},
		{"one at a time", []string{"plan", "-detailed-exitcode", "-parallelism=1"}, 0, 6, 0},
		{"one of them", []string{"plan", "-detailed-exitcode", `-target=stackone_account.customer["account-007"]`}, 0, 6, 0},
		{"destroy", []string{"destroy", "-auto-approve"}, 0, 6, 0},
	} {
		before := len(h.Requests())

		a.terraform(append(step.args, "-no-color")...)

		if single, lists, updates := h.counted(before); single > step.single || lists > step.lists || updates != step.updates {
			t.Errorf("%s: %d single reads, %d lists and %d updates, want at most %d, %d and %d", step.name, single, lists, updates, step.single, step.lists, step.updates)
		}
	}
}

// Hand-written identifiers become a list, too.
func TestAccountBulk_writtenIDs(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 120 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	a := h.attach(t, `
resource "stackone_account" "customer" {
  for_each   = toset([for i in range(120) : format("account-%03d", i)])
  account_id = each.key
  label      = "Account ${each.key}"
}
`)
	a.apply()

	before := len(h.Requests())

	a.plan("-detailed-exitcode")

	if single, lists, _ := h.counted(before); single > 10 || lists > 5 {
		t.Errorf("%d single reads and %d lists", single, lists)
	}
}

func TestAccountBulk_changesFromElsewhere(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 20 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	a := h.attach(t, customers)
	a.plan("-out=plan")

	// Another run sets one of the planned values, and replaces another.
	h.UpdateAccount("account-003", func(account *stackonetest.Account) { account.Label = "Account account-003" })
	a.terraform("apply", "-no-color", "plan")
	a.plan("-detailed-exitcode")

	h.UpdateAccount("account-004", func(account *stackonetest.Account) { account.Label = "changed" })

	for _, args := range [][]string{nil, {"-refresh-only"}, {"-parallelism=1"}, {`-target=stackone_account.customer["account-004"]`}} {
		out, err := a.try(append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)...)
		if err == nil || !strings.Contains(out, `"changed"`) {
			t.Errorf("%v does not show the change: %v\n%s", args, err, out)
		}
	}

	a.plan("-out=plan")
	h.RemoveAccount("account-004")

	out, err := a.try("apply", "-no-color", "plan")
	if err == nil || !strings.Contains(out, "404") {
		t.Errorf("an account that another run has deleted: %v\n%s", err, out)
	}
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
			if ids, diags, _ := listed(p, nil, 0, false); len(ids) != 1 || len(diags) > 0 {
				t.Fatalf("%v, %v", ids, diags)
			}

			if strings.Contains(name, "minute") {
				h.clock.Advance(time.Minute)
			}

			h.UpdateAccount("account-1", func(a *stackonetest.Account) { a.Label, a.OriginOwnerName = test.now.Label, test.now.OriginOwnerName })

			before := len(h.Requests())
			state := p.apply(nil, map[string]any{"account_id": "account-1", "label": "l", "origin_owner_name": "n"})

			single, _, _ := h.counted(before)
			patch := ""

			for _, r := range h.Requests()[before:] {
				if r.Method == http.MethodPatch {
					patch += string(r.Body)
				}
			}

			account, _ := h.Account("account-1")
			if account.Label != "l" || account.OriginOwnerName != "n" || p.text(state, "label") != "l" || single != test.single || patch != test.patch {
				t.Errorf("%+v after %d reads and %s, want %d and %s", account, single, patch, test.single, test.patch)
			}
		})
	}
}

// An account deleted after the list cannot be adopted, but only a single read removes it
// from the state.
func TestAccountBulk_deletedAfterTheList(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "account-1", Label: "l"})

	p := h.protocol(t, "stackone_account")
	config := map[string]any{"account_id": "account-1", "label": "new"}
	state := p.apply(nil, config)

	listed(p, nil, 0, false)
	h.RemoveAccount("account-1")

	if _, diags := p.tryApply(p.null(), config); len(diags) == 0 || diags[0].Summary != "Linked account not found" {
		t.Errorf("adopted what is gone: %v", diags)
	}

	if read := p.read(state); !read.IsNull() {
		t.Error("an account that is gone stays")
	}
}

// The data source of one account and checks are never served from a list.
func TestAccountBulk_dataSourceReadsAfresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 20 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

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
