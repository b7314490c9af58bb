package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func listed(p *protocol, filter map[string]any, limit int64, include bool) (ids, diags []string, resources []tftypes.Value) {
	p.tb.Helper()

	lister, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		p.tb.Fatal("the provider serves no lists")
	}

	schemas, err := p.server.GetProviderSchema(p.tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		p.tb.Fatal(err)
	}

	object, ok := schemas.ListResourceSchemas[p.typeName].ValueType().(tftypes.Object)
	if !ok {
		p.tb.Fatal("the list has no schema")
	}

	stream, err := lister.ListResource(p.tb.Context(), &tfprotov6.ListResourceRequest{
		TypeName: p.typeName, Config: p.pack(object, p.value(object, filter)), Limit: limit, IncludeResource: include,
	})
	if err != nil {
		p.tb.Fatal(err)
	}

	identity := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

	for result := range stream.Results {
		diags = append(diags, texts(result.Diagnostics)...)

		if result.Identity == nil {
			continue
		}

		v, err := result.Identity.IdentityData.Unmarshal(identity)
		if err != nil {
			p.tb.Fatal(err)
		}

		ids = append(ids, p.text(v, "id"))

		if result.Resource != nil {
			resources = append(resources, p.unpack(result.Resource))
		}
	}

	return ids, diags, resources
}

func TestAccountList(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.SetListStyle(stackonetest.ListStyle{Envelope: true, Total: true})

	for i := range 250 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i), OriginOwnerID: fmt.Sprintf("customer-%d", i%10), Status: []string{"active", "error"}[i%2]})
	}

	p := h.protocol(t, "stackone_account")

	tests := map[string]struct {
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
	}

	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range tests {
			if !yield(name) {
				return
			}
		}
	}) {
		test := tests[name]
		before := len(h.Requests())

		ids, diags, resources := listed(p, test.filter, test.limit, test.include)
		if len(ids) != test.want || len(diags) > 0 {
			t.Errorf("%s: %d accounts and %v", name, len(ids), diags)
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

func TestAccountList_unknownConfiguration(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_account")

	resp, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: p.pack(p.provider, p.value(p.provider, map[string]any{"api_key": tftypes.UnknownValue})),
	})
	p.check(err, resp.Diagnostics)

	for name, want := range map[string]int{"account_ids": 0, "none": 1} {
		filter := map[string]any{name: []string{}}
		if name == "none" {
			filter = nil
		}

		if ids, diags, _ := listed(p, filter, 0, false); len(ids) != 0 || len(diags) != want {
			t.Errorf("%s: %v, %v", name, ids, diags)
		}
	}
}

func TestAccountList_errorOnTheWay(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 150 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprint(i)})
	}

	h.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
		if n == 1 {
			return nil
		}

		return &stackonetest.Fault{Status: http.StatusForbidden, ContentType: "application/json", Body: `{"message": "Forbidden resource"}`}
	})

	ids, diags, _ := listed(h.protocol(t, "stackone_account"), nil, 0, false)
	if len(ids) != 100 || len(diags) != 1 || !strings.Contains(diags[0], "Cannot list the linked accounts: ") || !strings.Contains(diags[0], "Forbidden resource") {
		t.Errorf("%d accounts and %v", len(ids), diags)
	}
}

func TestAccountList_query(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.newAccount()
	needs(t, "1.14.0", never)

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{
			{Config: session("this")},
			{
				Query: true,
				Config: `
provider "stackone" {}

list "stackone_account" "all" {
  provider = stackone
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength("stackone_account.all", 1)},
			},
		},
	})
}

func TestAccountList_terraformQuery(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 130 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i), OriginOwnerID: "customer-4711"})
	}

	h.AddAccount(stackonetest.Account{ID: "of-another", OriginOwnerID: "another"})

	a := h.attach(t, "provider \"stackone\" {}\n")
	needs(t, "1.14.0", never)

	example, err := os.ReadFile(filepath.FromSlash("../../examples/list-resources/stackone_account/list-resource.tfquery.hcl"))
	if err != nil {
		t.Fatal(err)
	}

	query := func(text string) (string, error) {
		if err := os.WriteFile(filepath.Join(a.dir, "accounts.tfquery.hcl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}

		return a.try("query", "-no-color")
	}

	found := func(out string) int { return strings.Count(out, "id=account-") }

	if out, err := query(string(example)); err != nil || found(out) != 130 || strings.Contains(out, "of-another") {
		t.Errorf("the example finds %d accounts, %v:\n%s", found(out), err, out)
	}

	if out, err := query("list \"stackone_account\" \"all\" {\n  provider = stackone\n  limit    = 2\n}\n"); err != nil || found(out) != 2 {
		t.Errorf("with a limit of 2: %d accounts, %v:\n%s", found(out), err, out)
	}

	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Query.Get("page") != "2" {
			return nil
		}

		return &stackonetest.Fault{Status: http.StatusForbidden, ContentType: "application/json", Body: `{"message": "Forbidden resource"}`}
	})

	if out, err := query(string(example)); err == nil || !strings.Contains(out, "Error: Cannot list the linked accounts") {
		t.Errorf("an error on the way: %v\n%s", err, out)
	}
}
