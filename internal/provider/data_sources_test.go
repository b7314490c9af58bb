package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestDataSources(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 130 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("%03d", 999-i), OriginOwnerID: fmt.Sprintf("customer-%d", i%2)})
	}

	h.AddAccount(stackonetest.Account{ID: "odd", OriginOwnerID: "other", Status: "brand_new", StatusReasons: []map[string]any{{"code": "c1", "description": nil, "timestamp": "2031-03-01T12:00:00Z"}}})
	h.AddAuthConfig(stackonetest.AuthConfig{ID: "profile-2", Name: "Second", ConnectorKey: "workday", Categories: []string{"hris"}})
	h.AddAuthConfig(stackonetest.AuthConfig{ID: "profile-1", Name: "First", ConnectorKey: "workday", Disabled: true})

	a := h.attach(t, `
data "stackone_accounts" "some" {
  origin_owner_ids = ["customer-1"]
}

data "stackone_accounts" "none" {
  provider_keys = ["no-such-connector"]
}

data "stackone_accounts" "nothing" {
  account_ids = []
}

data "stackone_accounts" "new_status" {
  statuses = ["brand_new"]
}

data "stackone_account" "odd" {
  id = data.stackone_accounts.new_status.ids[0]
}

data "stackone_auth_configs" "all" {}

data "stackone_auth_configs" "enabled" {
  provider_key = "workday"
  enabled      = true
}

output "facts" {
  value = join(" ", [
    length(data.stackone_accounts.some.accounts), data.stackone_accounts.some.ids[0], data.stackone_accounts.some.ids[64],
    length(data.stackone_accounts.none.accounts), length(data.stackone_accounts.nothing.ids),
    data.stackone_account.odd.status, data.stackone_account.odd.status_reasons[0].code, data.stackone_account.odd.origin_owner_id,
    join(",", data.stackone_auth_configs.all.auth_configs[*].id), join(",", data.stackone_auth_configs.enabled.auth_configs[*].name),
  ])
}
`)

	out := a.apply()

	if want := `facts = "65 870 998 0 0 brand_new c1 other profile-1,profile-2 Second"`; !strings.Contains(out, want) {
		t.Errorf("the output lacks %s:\n%s", want, out)
	}

	if !strings.Contains(out, "Warning: Unknown status") || !strings.Contains(out, `"brand_new" is no status`) {
		t.Errorf("an unknown status gives no warning:\n%s", out)
	}

	a.plan("-detailed-exitcode")

	state, err := os.ReadFile(filepath.Join(a.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}

	if text := string(state) + out; strings.Contains(text, stackonetest.AccountCredential) || strings.Contains(text, stackonetest.AccountSetup) {
		t.Error("secrets of an account are in the state or in the output")
	}
}

func TestDataSources_errors(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		config string
		fault  *stackonetest.Fault
		want   string
	}{
		"no such account":      {`data "stackone_account" "this" { id = "nobody" }`, nil, `no linked account "nobody"`},
		"an empty id":          {`data "stackone_account" "this" { id = "" }`, nil, "id must not be empty"},
		"a list that is HTML":  {`data "stackone_accounts" "this" {}`, &stackonetest.Fault{Status: 200, ContentType: "text/html", Body: "<html>"}, "Cannot list the linked accounts"},
		"a refused list":       {`data "stackone_auth_configs" "this" {}`, &stackonetest.Fault{Status: 403}, "Cannot list the auth configs"},
		"an empty provider":    {`data "stackone_auth_configs" "this" { provider_key = "" }`, nil, "provider_key must not be empty"},
		"an empty owner in it": {`data "stackone_accounts" "this" { origin_owner_ids = [""] }`, nil, "must not be empty"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return test.fault })

			out, err := h.attach(t, strings.NewReplacer("{ ", "{\n", " }", "\n}").Replace(test.config)).try("plan", "-no-color")
			if text := strings.Join(strings.Fields(out), " "); err == nil || !strings.Contains(text, test.want) {
				t.Errorf("%v:\n%s", err, out)
			}
		})
	}
}
