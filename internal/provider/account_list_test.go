package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestAccountList(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.SetListStyle(stackonetest.ListStyle{Envelope: true, Total: true})

	for i := range 250 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i), OriginOwnerID: fmt.Sprintf("customer-%d", i%10), Status: []string{"active", "error"}[i%2]})
	}

	p := h.protocol(t, "stackone_account")

	for name, test := range map[string]struct {
		filter   map[string]any
		limit    int64
		include  bool
		want     int
		requests int
	}{
		"all":                  {nil, 0, false, 250, 3},
		"with their resources": {nil, 0, true, 250, 3},
		"limited":              {nil, 150, false, 150, 2},
		"limited to a page":    {nil, 100, false, 100, 1},
		"one":                  {nil, 1, true, 1, 1},
		"filtered":             {map[string]any{"origin_owner_ids": []string{"customer-3", "customer-5"}, "statuses": []string{"error"}}, 0, false, 50, 1},
		"an empty filter":      {map[string]any{"account_ids": []string{}}, 0, false, 0, 0},
	} {
		before := len(h.Requests())

		ids, diags, resources := listed(p, test.filter, test.limit, test.include)
		if p.expect(name, diags); len(ids) != test.want {
			t.Errorf("%s: %d accounts", name, len(ids))
		}

		if test.include != (len(resources) == len(ids) && len(ids) > 0) {
			t.Errorf("%s: %d resources", name, len(resources))
		}

		for i, state := range resources {
			if p.text(state, "account_id") != ids[i] || p.text(state, "status") == "" {
				t.Errorf("%s: the account %s has the resource %s", name, ids[i], state)
			}
		}

		if got := len(h.Requests()) - before; got != test.requests {
			t.Errorf("%s: %d requests, want %d", name, got, test.requests)
		}
	}
}

func TestAccountList_errorOnTheWay(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.addAccounts(150)
	h.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
		if n == 1 {
			return nil
		}

		return &stackonetest.Fault{Status: http.StatusForbidden, ContentType: "application/json", Body: `{"message": "Forbidden resource"}`}
	})

	p := h.protocol(t, "stackone_account")

	ids, diags, _ := listed(p, nil, 0, false)
	p.expect("a list", diags, "ERROR Cannot list the linked accounts")

	if p.expect("a list", diags, "Forbidden resource"); len(ids) != 100 {
		t.Errorf("%d accounts", len(ids))
	}
}

func TestAccountList_terraformQuery(t *testing.T) {
	t.Parallel()
	needs(t, "1.14.0", never)

	h := newHarness(t)

	for i := range 130 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i), OriginOwnerID: "customer-4711"})
	}

	h.AddAccount(stackonetest.Account{ID: "of-another", OriginOwnerID: "another"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "pinned", ConnectorKey: "workday", PinnedVersion: "1.0.0"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "following", ConnectorKey: "workday"})

	a := h.attach(t, "provider \"stackone\" {}\n")

	for _, query := range []struct {
		text, found string
		want        int
	}{
		{example(t, "list-resources/stackone_account/list-resource.tfquery.hcl"), "id=account-", 130},
		{"list \"stackone_account\" \"all\" {\n  provider = stackone\n  limit    = 2\n}\n", "id=account-", 2},
		{example(t, "list-resources/stackone_connector_profile_pinned_version/list-resource.tfquery.hcl"), "id=pinned", 1},
	} {
		a.write("accounts.tfquery.hcl", query.text)

		out := a.terraform("query", "-no-color")
		if strings.Count(out, query.found) != query.want || strings.Count(out, "id=") != query.want {
			t.Errorf("want %d times %s:\n%s", query.want, query.found, out)
		}
	}
}
