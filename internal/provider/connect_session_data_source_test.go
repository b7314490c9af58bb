package provider_test

import (
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func (h *harness) attempt(t *testing.T, token string, attempt stackonetest.ConnectionAttempt) {
	t.Helper()

	if err := h.RecordAttempt(token, attempt); err != nil {
		t.Fatal(err)
	}
}

func TestConnectSessionDataSource(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	account := h.AddAccount(stackonetest.Account{ID: "account-1", Provider: "bamboohr"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-1", ConnectorKey: "bamboohr"})

	a := h.attach(t, session("full", `origin_username = "jo"`, `categories = ["hris"]`, `provider_key = "bamboohr"`, `connector_profile_id = "profile-1"`,
		`account_id = "`+account+`"`, `label = "a label"`, `metadata = jsonencode({ plan = "pro" })`, `type = "test"`)+session("plain")+`
data "stackone_connect_session" "full" {
  id = stackone_connect_session.full.id
}

data "stackone_connect_session" "plain" {
  id = stackone_connect_session.plain.id
}

output "sessions" {
  value = "${jsonencode(data.stackone_connect_session.full)}\n${jsonencode(data.stackone_connect_session.plain)}"
}
`)
	a.apply()
	a.plan("-detailed-exitcode")

	var full, plain stackonetest.Session

	for _, s := range h.Sessions() {
		if s.Text("label") == "" {
			plain = s
		} else {
			full = s
		}
	}

	h.attempt(t, full.Token, stackonetest.ConnectionAttempt{ID: "attempt-1", Status: "authenticated", AccountID: account, ErrorCode: "code", ErrorDescription: "words"})

	// Inferred: an expired session can be read.
	h.clock.Advance(time.Hour)
	a.apply()

	const owner = `"organization_id":"5001","origin_owner_id":"customer-1","origin_owner_name":"Customer One",`

	want := `{"account_id":"account-1","categories":["hris"],"connector_profile_id":"profile-1","created_at":"2031-03-01T12:00:00.000Z","id":"` + full.ID + `","label":"a label",` +
		`"latest_connection_attempt":{"account_secure_id":"account-1","created_at":"2031-03-01T12:00:00.000Z","id":"attempt-1","oauth_error_code":"code","oauth_error_description":"words","status":"authenticated","updated_at":"2031-03-01T12:00:00.000Z"},` +
		`"metadata":"{\"plan\":\"pro\"}",` + owner + `"origin_username":"jo","project_id":"acme-27270","provider_key":"bamboohr","type":"test"}
{"account_id":null,"categories":[],"connector_profile_id":null,"created_at":"2031-03-01T12:00:00.000Z","id":"` + plain.ID + `","label":null,"latest_connection_attempt":null,` +
		`"metadata":null,` + owner + `"origin_username":null,"project_id":"acme-27270","provider_key":null,"type":null}`

	if got := a.terraform("output", "-raw", "sessions"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// When a later attempt fails, Terraform forgets the account and StackOne keeps it.
func TestScenario_accountOfLink(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.attach(t, session("link")).apply()

	link := h.Sessions()[0]
	a := h.attach(t, example(t, "scenarios/account-of-link/main.tf"))
	sessions := `sessions={"customer-1":"` + link.ID + `"}`

	contains(t, a.apply("-var", sessions), "0 added")
	contains(t, a.terraform("output", "-no-color"), `"customer-1"`)

	id, err := h.ConnectCustomer(link.Token)
	if err != nil {
		t.Fatal(err)
	}

	contains(t, a.apply("-var", sessions), "1 added")
	a.plan("-detailed-exitcode", "-var", sessions)

	if account, _ := h.Account(id); account.Label != "customer-1" {
		t.Errorf("the account is %+v", account)
	}

	h.attempt(t, link.Token, stackonetest.ConnectionAttempt{Status: "cancelled"})
	contains(t, a.apply("-var", sessions), "1 destroyed")

	if _, there := h.Account(id); !there {
		t.Error("the account was deleted")
	}
}
