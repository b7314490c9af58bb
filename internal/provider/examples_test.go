package provider_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/examples"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func example(t *testing.T, name string) string {
	t.Helper()

	raw, err := examples.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}

	return string(raw)
}

type exampleCase struct {
	// from and fromOpenTofu are the oldest versions that can read the example, if limited.
	from, fromOpenTofu string
	// prepare fills the fake before the apply.
	prepare func(h *harness)
	// sessions is how many sessions the apply creates.
	sessions int
	skip     string
}

// Every documented example applies, and its second plan is empty.
func TestExamples(t *testing.T) {
	t.Parallel()

	const known = "45355976281015164504"

	anAccount := func(h *harness) { h.AddAccount(stackonetest.Account{ID: known, Label: "acme"}) }

	aProfile := func(h *harness) {
		h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-1", Name: "Default", ConnectorKey: "workday"})
	}

	cases := map[string]exampleCase{
		"provider/provider.tf":                                                       {},
		"resources/stackone_connect_session/resource.tf":                             {sessions: 1},
		"resources/stackone_account/resource.tf":                                     {prepare: anAccount},
		"resources/stackone_account/import-by-string-id.tf":                          {skip: "an import block without the resource; TestAccountJourney_importBlock applies the two together"},
		"resources/stackone_account/identity-import.tf":                              {skip: "it needs Terraform 1.12; TestAccountResource_import proves the import by identity"},
		"ephemeral-resources/stackone_connect_session/ephemeral-resource.tf":         {from: "1.10.0", fromOpenTofu: "1.11.0", sessions: 1},
		"functions/categories/function.tf":                                           {skip: "terraform-plugin-testing cannot name the source of the function's provider; TestCategoriesFunction_example runs it"},
		"functions/oauth_redirect_uri/function.tf":                                   {skip: "it needs the provider of Entra ID; the tests of the pages validate it"},
		"data-sources/stackone_account/data-source.tf":                               {prepare: anAccount},
		"data-sources/stackone_accounts/data-source.tf":                              {prepare: anAccount},
		"data-sources/stackone_connector_profiles/data-source.tf":                    {prepare: aProfile},
		"data-sources/stackone_connector_profile_versions/data-source.tf":            {prepare: aProfile},
		"resources/stackone_connector_profile_pinned_version/resource.tf":            {prepare: aProfile},
		"resources/stackone_connector_profile_pinned_version/import-by-string-id.tf": {skip: "an import block without the resource; TestPinnedVersion_import applies the two together"},
		"resources/stackone_connector_profile_pinned_version/identity-import.tf":     {skip: "it needs Terraform 1.12; TestPinnedVersion_import proves the import by identity"},
		"data-sources/stackone_connectors/data-source.tf": {prepare: func(h *harness) {
			h.AddConnector(stackonetest.Connector{Key: "bamboohr", Name: "BambooHR", Categories: []string{"hris"}, ReleaseStage: "ga"})
		}},
		"data-sources/stackone_connect_session/data-source.tf": {sessions: 1},
		"scenarios/auth-links/main.tf":                         {sessions: 3},
		"scenarios/onboard-customers/main.tf":                  {sessions: 3},
		"scenarios/ephemeral-to-secret-store/main.tf":          {skip: "it needs a secret store; TestScenario_ephemeralToSecretStore has one"},
		"scenarios/renewal/main.tf":                            {skip: "TestScenario_renewal lets the session end"},
		"scenarios/keepers/main.tf":                            {skip: "TestScenario_keepers changes a keeper"},
		"scenarios/expiry-check/main.tf":                       {skip: "it is about the time of day; TestScenario_expiryCheck moves it"},
		"scenarios/onboarding/main.tf":                         {skip: "TestScenario_onboarding plays the customer"},
		"scenarios/connector-profile-by-name/main.tf":          {skip: "TestScenario_connectorProfile checks which one is chosen"},
		"scenarios/account-of-link/main.tf":                    {skip: "TestScenario_accountOfLink plays the customer"},
		"scenarios/failed-sign-ins/main.tf":                    {skip: "TestScenario_failedSignIns plays the customers"},
		"scenarios/broken-accounts/main.tf":                    {skip: "TestScenario_brokenAccounts breaks accounts"},
		"scenarios/known-connector/main.tf":                    {skip: "TestScenario_knownConnector checks what it refuses"},
		"scenarios/import-accounts/main.tf":                    {skip: "TestScenario_importAccounts checks what it imports"},
		"scenarios/many-customers/main.tf":                     {skip: "TestScenario_manyCustomers applies it once for each shard"},
		"scenarios/many-customers/customers.csv":               {skip: "TestScenario_manyCustomers reads it"},
		"scenarios/pinned-versions/main.tf":                    {skip: "TestScenario_pinnedVersions raises the versions"},
		"scenarios/customer-life/main.tf":                      {skip: "TestScenario_customerLife follows the customers"},
		"scenarios/customer-life/customers.csv":                {skip: "TestScenario_customerLife reads it"},
		"scenarios/links-in-secret-store/main.tf":              {skip: "TestScenario_linksInSecretStore has a secret store"},
	}

	err := fs.WalkDir(examples.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if _, known := cases[name]; err == nil && !entry.IsDir() && !known {
			t.Errorf("%s has no case in this test", name)
		}

		return err
	})
	if err != nil {
		t.Error(err)
	}

	for name, test := range cases {
		t.Run(strings.TrimSuffix(name, path.Ext(name)), func(t *testing.T) {
			t.Parallel()

			config := example(t, name)

			if test.skip != "" {
				return
			}

			h := newHarness(t)
			if test.prepare != nil {
				test.prepare(h)
			}

			a := h.attach(t, config)
			needs(t, test.from, test.fromOpenTofu)
			a.apply()
			a.plan("-detailed-exitcode")

			if got := len(h.created()); got != test.sessions {
				t.Errorf("%d sessions were created, want %d", got, test.sessions)
			}
		})
	}
}

func addProfiles(h *harness) {
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-7", Name: "Acme Workday", ConnectorKey: "workday"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-8", Name: "Other Workday", ConnectorKey: "workday"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-9", Name: "Acme Workday", ConnectorKey: "workday", Disabled: true})
}

func TestScenario_connectorProfile(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	addProfiles(h)

	a := h.attach(t, example(t, "scenarios/connector-profile-by-name/main.tf"))
	a.apply()
	a.plan("-detailed-exitcode")

	if got := h.Sessions()[0].Text("connector_profile_id"); got != "profile-7" {
		t.Errorf("connector_profile_id: %q", got)
	}

	out, err := a.try("plan", "-no-color", "-var", "profile=Acme Wrokday")
	if text := strings.Join(strings.Fields(out), " "); err == nil || strings.Count(out, "Error: ") != 1 || !strings.Contains(text, `has the name "Acme Wrokday". There are: Acme Workday, Other Workday.`) {
		t.Errorf("a name that matches nothing: %v\n%s", err, out)
	}
}

// The customer opens the link between two applies; the second one labels the account.
func TestScenario_onboarding(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/onboarding/main.tf"))

	a.apply()

	id, err := h.ConnectCustomer(h.Sessions()[0].Token)
	if err != nil {
		t.Fatal(err)
	}

	a.apply()

	if account, _ := h.Account(id); account.Label != "acme" || account.OriginOwnerID != "customer-4711" {
		t.Errorf("the account is %+v", account)
	}

	a.plan("-detailed-exitcode")

	if got := len(h.created()); got != 1 {
		t.Errorf("%d sessions were created, want 1", got)
	}

	// An account with an error stays managed.
	contains(t, a.apply(), "connected = true")
	h.UpdateAccount(id, func(account *stackonetest.Account) { account.Status = "error" })

	out := a.apply()
	contains(t, out, "0 added, 0 changed, 0 destroyed")
	contains(t, out, "connected = false")
	contains(t, a.state(), `"status": "error"`)
}

func TestScenario_importAccounts(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for _, owner := range []string{"customer-1", "customer-2", "customer-2", "customer-3"} {
		h.AddAccount(stackonetest.Account{OriginOwnerID: owner, Label: "as it was"})
	}

	a := h.attach(t, example(t, "scenarios/import-accounts/main.tf"))
	needs(t, "1.7.0", "1.7.0")

	if out := a.apply(); !strings.Contains(out, "3 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("the apply:\n%s", out)
	}

	if patches := h.patches(); len(patches) != 0 {
		t.Errorf("the import changed accounts: %v", patches)
	}
}

func TestScenario_expiryCheck(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	// The check uses Terraform's own clock, so the server's time must be near it.
	h.EditResponse(func(response map[string]any) { response["created_at"] = time.Now().UTC().Format(time.RFC3339) })

	a := h.attach(t, example(t, "scenarios/expiry-check/main.tf"))
	needs(t, "1.5.0", "1.6.0")

	if out := a.apply(); strings.Contains(out, "Check block assertion failed") {
		t.Errorf("a fresh link is complained about:\n%s", out)
	}

	h.EditResponse(func(response map[string]any) {
		response["created_at"] = time.Now().UTC().AddDate(0, 0, -6).Format(time.RFC3339)
	})

	if out := a.apply("-replace=stackone_connect_session.acme"); !strings.Contains(out, "The link for Acme ends at") {
		t.Errorf("a link that ends tomorrow is not complained about:\n%s", out)
	}
}

func TestScenario_renewal(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/renewal/main.tf"))
	a.apply()
	a.plan("-detailed-exitcode")

	h.clock.Advance(6*24*time.Hour + time.Second)

	out := a.apply()
	contains(t, out, "stackone_connect_session.acme must be replaced")
	contains(t, out, "+/- create replacement and then destroy")
	contains(t, out, "terraform_data.invitation will be replaced due to changes in replace_triggered_by")
	a.apply() // Terraform 1.16.0 leaves the old terraform_data for the next apply (hashicorp/terraform#39076).
	a.plan("-detailed-exitcode")
	h.wantSessions(t, 2)
}

func TestScenario_keepers(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/keepers/main.tf"))

	a.apply()
	a.plan("-detailed-exitcode")

	if out := a.apply("-var", "contract=2032-premium"); !strings.Contains(out, "keepers") || !strings.Contains(out, "forces replacement") {
		t.Errorf("the apply:\n%s", out)
	}

	if got := len(h.created()); got != 2 {
		t.Errorf("%d sessions were created, want 2", got)
	}
}

func TestCategoriesFunction_example(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "functions/categories/function.tf"))
	needs(t, "1.8.0", "1.7.0")

	if out := a.apply(`-var`, `categories=["crm"]`); !strings.Contains(out, `"crm"`) {
		t.Errorf("the apply:\n%s", out)
	}

	out, err := a.try("apply", "-auto-approve", "-no-color", "-var", `categories=["hriss"]`)
	if err == nil || !strings.Contains(out, "Each category must be one of: ats, hris") {
		t.Errorf("a wrong category: %v\n%s", err, out)
	}
}
