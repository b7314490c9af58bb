package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// The life of each resource. terraform-plugin-testing also checks after each step that the
// next plan is empty.

// run tests with the provider in this process.
func (h *harness) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: h.factories(), Steps: steps})
}

func planned(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func TestAcceptance_connectSession(t *testing.T) {
	t.Parallel()

	const address = "stackone_connect_session.this"

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "45355976281015164504"})
	h.EditResponse(func(a map[string]any) {
		a["origin_owner_name"], a["categories"], a["metadata"], a["label"] = "respelled", nil, nil, nil
	})

	inputs := []string{
		`origin_username      = "jo@customer-1.example"`,
		`categories           = ["hris", "hrisLegacy", "stackOne"]`,
		`provider_key         = "bamboohr"`,
		`connector_profile_id = "profile-1"`,
		`account_id           = "45355976281015164504"`,
		`expires_in           = 604800`,
		`label                = "gold"`,
		`metadata             = jsonencode({ text = "a", number = 1.5, big = 12345678901234567890, flag = true, nothing = null, list = [1, "b"], object = { nested = {} } })`,
		`multiple             = true`,
		`type                 = "test"`,
	}
	has := func(name string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), check)
	}
	sensitive := func(name string) statecheck.StateCheck {
		return statecheck.ExpectSensitiveValue(address, tfjsonpath.New(name))
	}

	h.run(t,
		resource.TestStep{
			Config:           session("this", inputs...),
			ConfigPlanChecks: planned(address, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				has("created_at", knownvalue.StringExact("2031-03-01T12:00:00Z")), has("expires_at", knownvalue.StringExact("2031-03-08T12:00:00Z")),
				has("expired", knownvalue.Bool(false)), has("organization_id", knownvalue.StringExact("5001")), has("project_id", knownvalue.StringExact("acme-27270")),
				has("categories", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("hris"), knownvalue.StringExact("hrisLegacy"), knownvalue.StringExact("stackOne")})),
				sensitive("token"), sensitive("auth_link_url"), sensitive("external_trigger_token"),
			},
		},
		resource.TestStep{Config: session("this", append(inputs, "recreate_when_expired = true")...), ConfigPlanChecks: planned(address, plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: address, ImportState: true, ExpectError: regexp.MustCompile("A connect session cannot be imported")},
		resource.TestStep{Config: session("this"), ConfigPlanChecks: planned(address, plancheck.ResourceActionReplace)},
	)

	h.wantSessions(t, 2)

	want := `{"account_id":"45355976281015164504","categories":["hris","hris-legacy","stackone"],"connector_profile_id":"profile-1","expires_in":604800,"label":"gold",` +
		`"metadata":{"big":12345678901234567890,"flag":true,"list":[1,"b"],"nothing":null,"number":1.5,"object":{"nested":{}},"text":"a"},"multiple":true,` +
		`"origin_owner_id":"customer-1","origin_owner_name":"Customer One","origin_username":"jo@customer-1.example","provider":"bamboohr","type":"test"}`

	if got := h.sent(t); got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}

	if agent := h.created()[0].Header.Get("User-Agent"); !regexp.MustCompile(`^terraform-provider-stackone/0\.0\.0-test Terraform/\d+\.\d+\.\d+`).MatchString(agent) {
		t.Errorf("User-Agent: %q", agent)
	}
}

func TestAcceptance_account(t *testing.T) {
	t.Parallel()

	const address = "stackone_account.acme"

	h := newHarness(t)
	id := h.AddAccount(stackonetest.Account{OriginOwnerID: "customer-1", Label: "old"})

	h.run(t,
		resource.TestStep{
			Config: adopting(id, `label = "new"`), ConfigPlanChecks: planned(address, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("origin_owner_id"), knownvalue.StringExact("customer-1")),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{Config: adopting(id, `label = "newer"`, `deletion_policy = "delete"`), ConfigPlanChecks: planned(address, plancheck.ResourceActionUpdate)},
	)

	if _, found := h.Account(id); found {
		t.Error("the account is still there after the destroy at the end")
	}
}

func TestAcceptance_pinnedVersion(t *testing.T) {
	t.Parallel()

	const address = "stackone_connector_profile_pinned_version.this"

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-9"})

	config := func(version string) string {
		return fmt.Sprintf("resource \"stackone_connector_profile_pinned_version\" \"this\" {\n  connector_profile_id = \"profile-9\"\n  pinned_version       = %q\n}\n", version)
	}

	h.run(t,
		resource.TestStep{Config: config("1.0.0"), ConfigPlanChecks: planned(address, plancheck.ResourceActionCreate)},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "connector_profile_id",
			ImportStateId: "profile-9",
		},
		resource.TestStep{Config: config("1.1.0"), ConfigPlanChecks: planned(address, plancheck.ResourceActionUpdate)},
	)
}

func TestAcceptance_query(t *testing.T) {
	t.Parallel()
	needs(t, "1.14.0", never)

	h := newHarness(t)
	h.addAccounts(2)

	h.run(t, resource.TestStep{
		Query:             true,
		Config:            "provider \"stackone\" {}\n\nlist \"stackone_account\" \"all\" {\n  provider = stackone\n}\n",
		QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLength("stackone_account.all", 2)},
	})
}
