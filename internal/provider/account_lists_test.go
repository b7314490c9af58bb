package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const missedByList = "Plan deletes account missing from list"

// respondPage replaces a page of the accounts' list, so many times; -1 is always.
func (h *harness) respondPage(page string, times, from, to int, omitted string) {
	var accounts []string

	for i := from; i < to; i++ {
		if id := fmt.Sprintf("account-%03d", i); id != omitted {
			accounts = append(accounts, `{"id": "`+id+`"}`)
		}
	}

	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Query.Get("page") != page || times == 0 {
			return nil
		}

		times--

		return &stackonetest.Fault{ContentType: "application/json", Body: "[" + strings.Join(accounts, ",") + "]"}
	})
}

const eachListed = `
variable "owners" {
  type    = list(string)
  default = null
}

data "stackone_accounts" "all" {
  origin_owner_ids = var.owners
}

resource "stackone_account" "all" {
  for_each        = toset(data.stackone_accounts.all.ids)
  account_id      = each.value
  deletion_policy = "delete"
}
`

// An account on the first page disappears during the listing, so another one moves to it from
// the second page.
func TestAccountLists_incomplete(t *testing.T) {
	t.Parallel()

	const n = 150

	h := newHarness(t)
	h.env["STACKONE_MAX_REQUESTS_PER_MINUTE"] = "0"

	h.addAccounts(n)

	a := h.attach(t, eachListed)
	a.apply()

	// The first page still has the account, and the second one no longer account-100.
	h.RemoveAccount("account-000")
	h.respondPage("1", 1, 0, 100, "")
	contains(t, a.apply(), "0 added, 0 changed, 0 destroyed")

	h.respondPage("2", -1, 101, n, "account-120")
	a.refuses(h, "account-120", missedByList)
	a.refuses(h, "account-120", missedByList, "-destroy")
	h.OnRequest(nil)
	a.apply()

	for i := 1; i < n; i++ {
		a.keeps(h, fmt.Sprintf("account-%03d", i))
	}
}

func TestAccountLists_narrowed(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	one := h.AddAccount(stackonetest.Account{ID: "one", OriginOwnerID: "1"})
	two := h.AddAccount(stackonetest.Account{ID: "two", OriginOwnerID: "2"})
	three := h.AddAccount(stackonetest.Account{ID: "three", OriginOwnerID: "3"})

	a := h.attach(t, eachListed)
	a.apply()
	a.apply("-var", `owners=["1","3"]`)
	a.deleted(h, two)

	h.UpdateAccount(one, func(account *stackonetest.Account) { account.OriginOwnerID = "another" })
	a.apply("-var", `owners=["1","3"]`)
	a.deleted(h, one)

	a.apply("-var", `owners=[]`)
	a.deleted(h, three)
}

// Terraform plans an orphan's deletion before or after the refresh, or without one.
func TestAccountLists_notRefreshed(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.AddAccount(stackonetest.Account{ID: "one", OriginOwnerID: "1"})
	p := h.protocol(t, "stackone_account")
	state := p.apply(nil, map[string]any{"account_id": id, "deletion_policy": "delete"})

	missed := func(filter, value string, want ...string) {
		t.Helper()

		p.configure()
		h.respondWith("id", "another") // so that the list lacks the account
		p.readAccounts(map[string]any{filter: []string{value}})
		h.EditAccountResponses(nil)
		p.expect(filter+" "+value, p.tryPlan(state, nil).Diagnostics, append([]string{planDeletes}, want...)...)
	}

	missed("origin_owner_ids", "1", missedByList)
	missed("origin_owner_ids", "2")
	missed("statuses", "ACTIVE", missedByList)
	missed("statuses", "error")
	missed("provider_keys", "bamboohr", missedByList)
	missed("provider_keys", "workday")
	missed("account_ids", "two")
	missed("account_ids", "one", missedByList)
	h.Script(notFound(http.StatusNotFound))
	p.expect("a temporary 404", p.tryPlan(state, nil).Diagnostics, planDeletes, missedByList)
	h.Script(stackonetest.Fault{Status: http.StatusForbidden})
	p.expect("a refused read", p.tryPlan(state, nil).Diagnostics, planDeletes, "ERROR Cannot read the linked account")

	// An account passes the filter of a value that its response lacks.
	h.respondWith("origin_owner_id", nil)

	without := p.read(state)

	p.configure()
	h.respondWith("id", "another")
	p.readAccounts(map[string]any{"origin_owner_ids": []string{"1"}})
	h.respondWith("origin_owner_id", nil)
	p.expect("without an owner", p.tryPlan(without, nil).Diagnostics, planDeletes, missedByList)

	h.UpdateAccount(id, func(account *stackonetest.Account) { account.OriginOwnerID = "3" })
	missed("origin_owner_ids", "1") // The account no longer matches, unlike its state.
	h.RemoveAccount(id)
	p.expect("the account is gone", p.tryPlan(state, nil).Diagnostics, planDeletes)
}

func (p *protocol) readAccounts(config map[string]any) {
	p.tb.Helper()

	object := p.objectOf(p.schemas.DataSourceSchemas["stackone_accounts"])
	resp, err := p.server.ReadDataSource(p.tb.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "stackone_accounts", Config: p.pack(object, p.value(object, config)),
	})
	p.check(err, resp.Diagnostics)
}
