package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const missedByList = "Plan deletes an account that a list has missed"

// beforePage puts a proxy in front of the fake that calls f before each request for the
// second page of a list.
func (h *harness) beforePage(t *testing.T, f func()) {
	t.Helper()

	target, err := url.Parse(h.URL())
	if err != nil {
		t.Fatal(err)
	}

	forward := httputil.NewSingleHostReverseProxy(target)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			f()
		}

		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)

	h.env["STACKONE_BASE_URL"] = proxy.URL
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

// One account of the first page disappears while the list is read: another one moves
// from the second page to the first, and is on neither. It is not deleted.
func TestAccountLists_shrinking(t *testing.T) {
	t.Parallel()

	const n = 150

	h := newHarness(t)
	h.env["STACKONE_MAX_REQUESTS_PER_MINUTE"] = "0"

	for i := range n {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	var vanishing atomic.Pointer[string]

	h.beforePage(t, func() {
		if id := vanishing.Swap(nil); id != nil {
			h.RemoveAccount(*id)
		}
	})

	a := h.attach(t, eachListed)
	a.apply()

	for i, args := range [][]string{{"apply", "-auto-approve"}, {"destroy", "-auto-approve"}} {
		vanished, missed := fmt.Sprintf("account-%03d", i), fmt.Sprintf("account-%03d", 100+i)
		vanishing.Store(&vanished)

		out, err := a.try(append(args, "-no-color")...)
		if err == nil || strings.Count(out, "Error: "+missedByList) == 0 || !strings.Contains(out, `linked account "`+missed) {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}

	a.apply()

	for i := 2; i < n; i++ {
		a.keeps(h, fmt.Sprintf("account-%03d", i))
	}
}

// An account that leaves the list for a reason is deleted as configured.
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

// Newer versions of Terraform refresh an orphaned object before they plan its deletion.
func TestAccountLists_orders(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.AddAccount(stackonetest.Account{ID: "one", OriginOwnerID: "1"})
	p := h.protocol(t, "stackone_account")
	state := p.apply(nil, map[string]any{"account_id": id, "deletion_policy": "delete"})

	for owner, want := range map[string]string{"1": missedByList, "2": ""} {
		for _, refreshFirst := range []bool{true, false} {
			p.configure()
			h.saying("id", "another") // so that the list lacks the account
			p.readAccounts(map[string]any{"origin_owner_ids": []string{owner}})
			h.EditAccountAnswers(nil)

			steps := p.steps(state, nil)
			if !refreshFirst {
				steps[0], steps[1] = steps[1], steps[0]
			}

			if got := summaries(append(steps[0](), steps[1]()...)); got != want {
				t.Errorf("owner %s, refresh first %t: %q, want %q", owner, refreshFirst, got, want)
			}
		}
	}
}

// readAccounts reads the data source stackone_accounts.
func (p *protocol) readAccounts(config map[string]any) {
	p.tb.Helper()

	schemas, err := p.server.GetProviderSchema(p.tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(err, schemas.Diagnostics)

	object, _ := schemas.DataSourceSchemas["stackone_accounts"].ValueType().(tftypes.Object)
	resp, err := p.server.ReadDataSource(p.tb.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: "stackone_accounts", Config: p.pack(object, p.value(object, config)),
	})
	p.check(err, resp.Diagnostics)
}
