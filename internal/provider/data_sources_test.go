package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestDataSources(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 130 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("%03d", 999-i), OriginOwnerID: fmt.Sprintf("customer-%d", i%2)})
	}

	shared := true
	earlier := epoch().Add(-time.Hour)

	h.AddAccount(stackonetest.Account{
		ID: "1", Provider: "2", ProviderName: "3", Status: "brand_new", StatusReasons: []map[string]any{{"code": "5", "description": "6", "timestamp": "2031-03-01T10:00:00Z"}},
		OriginOwnerID: "8", OriginOwnerName: "9", OriginUsername: "10", Label: "11", Categories: []string{"12"}, Type: "test", Shared: &shared, CreatedAt: earlier,
	})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "3", PinnedVersion: "1.x.x", Versions: []stackonetest.ConnectorVersion{{Version: "2.0.0", Owner: "acme"}, {Version: "1.0.0"}}})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "2", ConnectorKey: "3"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{
		ID: "1", Name: "2", ConnectorKey: "3", ConnectorLabel: "4", Categories: []string{"5"}, PinnedVersion: "6", ConnectorOwner: "8", Environment: "7", Default: true, Disabled: true, CreatedAt: earlier,
	})

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
  statuses = ["Brand_new"]
}

data "stackone_account" "one" {
  id = data.stackone_accounts.new_status.ids[0]
}

data "stackone_connector_profiles" "all" {}

data "stackone_connector_profiles" "enabled" {
  provider_key = "3"
  enabled      = true
}

data "stackone_connector_profile_versions" "one" {
  connector_profile_id = "3"
}

output "fields" {
  value = <<-EOT
    ${length(data.stackone_accounts.some.accounts)} ${data.stackone_accounts.some.ids[0]} ${data.stackone_accounts.some.ids[64]}
    ${length(data.stackone_accounts.none.accounts)} ${length(data.stackone_accounts.nothing.ids)}
    ${jsonencode(data.stackone_account.one)}
    ${jsonencode(data.stackone_accounts.new_status.accounts)}
    ${join(" ", data.stackone_connector_profiles.all.connector_profiles[*].id)}
    ${jsonencode(data.stackone_connector_profiles.all.connector_profiles[0])}
    ${join(" ", [for p in data.stackone_connector_profiles.enabled.connector_profiles : "${p.id} ${p.enabled} ${p.default}"])}
    ${jsonencode(data.stackone_connector_profile_versions.one.versions)}
  EOT
}
`)

	contains(t, a.apply(), "Warning: Unknown status", `"Brand_new" is not a valid status`)
	a.plan("-detailed-exitcode")

	account := `{"categories":["12"],"created_at":"2031-03-01T11:00:00.000Z","id":"1","label":"11","origin_owner_id":"8","origin_owner_name":"9","origin_username":"10","provider_key":"2","provider_name":"3","shared":true,"status":"brand_new",` +
		`"status_reasons":[{"code":"5","description":"6","timestamp":"2031-03-01T10:00:00Z"}],"type":"test","updated_at":"2031-03-01T12:00:00.000Z"}`
	want := `65 870 998
0 0
` + account + `
[` + account + `]
1 2 3
{"authentication_config_key":null,"authentication_config_label":null,"categories":["5"],"connector_owner":"8","connector_pinned_version":"6","connector_version":"1.2.0","created_at":"2031-03-01T11:00:00.000Z","default":true,"enabled":false,"environment":"7","id":"1","name":"2","provider_key":"3","provider_name":"4","release_stage":"ga","updated_at":"2031-03-01T12:00:00.000Z"}
2 true false
[{"builtin":false,"owner":"acme","pinned":false,"version":"2.0.0"},{"builtin":true,"owner":"stackone","pinned":true,"version":"1.0.0"}]
`

	if got := a.terraform("output", "-raw", "fields"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDataSources_errors(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config string
		fault  *stackonetest.Fault
		want   string
	}{
		"no such account":     {`data "stackone_account" "this" { id = "nobody" }`, nil, `no linked account "nobody"`},
		"an empty id":         {`data "stackone_account" "this" { id = "" }`, nil, "id must not be empty"},
		"no such session":     {`data "stackone_connect_session" "this" { id = "7" }`, nil, `no connect session "7"`},
		"no session id":       {`data "stackone_connect_session" "this" { id = " " }`, nil, "id must not be empty"},
		"a refused session":   {`data "stackone_connect_session" "this" { id = "7" }`, &stackonetest.Fault{Status: 403}, "Cannot read the connect session"},
		"a list that is HTML": {`data "stackone_accounts" "this" {}`, &stackonetest.Fault{Status: 200, ContentType: "text/html", Body: "<html>"}, "Cannot list the linked accounts"},
		"a refused list":      {`data "stackone_connector_profiles" "this" {}`, &stackonetest.Fault{Status: 403}, "Cannot list the connector profiles"},
		"no such profile":     {`data "stackone_connector_profile_versions" "this" { connector_profile_id = "nobody" }`, nil, "Connector profile nobody not found"},
		"a refused catalogue": {`data "stackone_connectors" "this" {}`, &stackonetest.Fault{Status: 403}, "Cannot list the connectors"},
		"a repeated cursor":   {`data "stackone_connectors" "this" {}`, &stackonetest.Fault{Status: 200, Body: `{"next": "x", "data": []}`}, "it has no end"},
		"an empty key in it":  {`data "stackone_connectors" "this" { provider_keys = [""] }`, nil, "contains empty strings"},
		"an empty provider":   {`data "stackone_connector_profiles" "this" { provider_key = "" }`, nil, "provider_key must not be empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return test.fault })

			h.attach(t, strings.NewReplacer("{ ", "{\n", " }", "\n}").Replace(test.config)).fails(test.want, "plan")
		})
	}
}
