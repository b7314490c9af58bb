package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const missedByList = "Plan deletes account missing from list"

// secondPage calls before and after each request for the second page of a list.
func (h *harness) secondPage(t *testing.T, before func(), after func(ids []map[string]any) []map[string]any) {
	t.Helper()

	target, err := url.Parse(h.URL())
	if err != nil {
		t.Fatal(err)
	}

	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ModifyResponse = func(resp *http.Response) error {
		if resp.Request.URL.Query().Get("page") != "2" {
			return nil
		}

		var accounts []map[string]any

		err := json.NewDecoder(resp.Body).Decode(&accounts)
		body, _ := json.Marshal(after(accounts))
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		resp.Header.Del("Content-Length")

		return err
	}

	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			before()
		}

		// The proxy cannot decode a compressed response.
		r.Header.Del("Accept-Encoding")
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

// An account on the first page disappears during the listing, so another one moves to it from
// the second page.
func TestAccountLists_incomplete(t *testing.T) {
	t.Parallel()

	const n = 150

	h := newHarness(t)
	h.env["STACKONE_MAX_REQUESTS_PER_MINUTE"] = "0"

	for i := range n {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	var vanishing, omitted atomic.Pointer[string]

	h.secondPage(t, func() {
		if id := vanishing.Swap(nil); id != nil {
			h.RemoveAccount(*id)
		}
	}, func(accounts []map[string]any) []map[string]any {
		return slices.DeleteFunc(accounts, func(account map[string]any) bool { return omitted.Load() != nil && account["id"] == *omitted.Load() })
	})

	a := h.attach(t, eachListed)
	a.apply()

	vanishing.Store(new("account-000"))
	contains(t, a.apply(), "0 added, 0 changed, 0 destroyed")

	omitted.Store(new("account-120"))
	a.refuses(h, "account-120", missedByList)
	a.refuses(h, "account-120", missedByList, "-destroy")
	omitted.Store(nil)
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
	notFound := stackonetest.Fault{Status: http.StatusNotFound, ContentType: "application/json", Body: `{"statusCode": 404, "message": "Not found"}`}

	missed := func(owner, want string) {
		t.Helper()

		p.configure()
		h.respondWith("id", "another") // so that the list lacks the account
		p.readAccounts(map[string]any{"origin_owner_ids": []string{owner}})
		h.EditAccountResponses(nil)

		if got := summaries(p.tryPlan(state, nil).Diagnostics); got != want {
			t.Errorf("owner %s: %q, want %q", owner, got, want)
		}
	}

	missed("1", missedByList)
	missed("2", "")
	missed("1", missedByList)
	h.Script(notFound)

	if got := summaries(p.tryPlan(state, nil).Diagnostics); got != missedByList {
		t.Errorf("after a temporary 404: %q", got)
	}

	h.UpdateAccount(id, func(account *stackonetest.Account) { account.OriginOwnerID = "3" })
	missed("1", "") // The account no longer matches, unlike its state.
	h.RemoveAccount(id)

	if got := summaries(p.tryPlan(state, nil).Diagnostics); got != "" {
		t.Errorf("the account is gone: %q", got)
	}
}

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
