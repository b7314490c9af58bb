package provider_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// Documented examples apply, and their second plan is empty and does not warn.
func TestExamples(t *testing.T) {
	t.Parallel()

	anAccount := func(h *harness) { h.newAccount() }
	aProfile := func(h *harness) {
		h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-1", Name: "Default", ConnectorKey: "workday"})
	}

	for name, test := range map[string]struct {
		// oldest and oldestOpenTofu are the oldest versions that can read the example, if limited.
		oldest, oldestOpenTofu string
		// prepare fills the fake before the apply.
		prepare func(h *harness)
		// want is in the output of the apply, which creates so many sessions.
		want     string
		sessions int
		// then takes further steps.
		then func(t *testing.T, h *harness, a *attached)
	}{
		"provider/provider.tf":                                            {},
		"resources/stackone_connect_session/resource.tf":                  {sessions: 1},
		"resources/stackone_account/resource.tf":                          {prepare: anAccount},
		"data-sources/stackone_account/data-source.tf":                    {prepare: anAccount},
		"data-sources/stackone_accounts/data-source.tf":                   {prepare: anAccount},
		"data-sources/stackone_connector_profiles/data-source.tf":         {prepare: aProfile},
		"data-sources/stackone_connector_profile_versions/data-source.tf": {prepare: aProfile},
		"data-sources/stackone_connectors/data-source.tf": {prepare: func(h *harness) {
			h.AddConnector(stackonetest.Connector{Key: "bamboohr", Name: "BambooHR", Categories: []string{"hris"}, ReleaseStage: "ga"})
		}},
		"data-sources/stackone_connect_session/data-source.tf":            {sessions: 1},
		"resources/stackone_connector_profile_pinned_version/resource.tf": {prepare: aProfile},
		"functions/categories/function.tf": {oldest: "1.8.0", oldestOpenTofu: "1.7.0", then: func(t *testing.T, _ *harness, a *attached) {
			contains(t, a.apply("-var", `categories=["crm"]`), `"crm"`)
			a.fails("Each category must be one of: ats, hris", "plan", "-var", `categories=["hriss"]`)
		}},
		"ephemeral-resources/stackone_connect_session/ephemeral-resource.tf": {oldest: "1.10.0", oldestOpenTofu: "1.11.0", sessions: 1, then: func(_ *testing.T, _ *harness, a *attached) {
			a.write("main.tf", regexp.MustCompile(`coalesce\((.*), "-"\)`).ReplaceAllString(a.read("main.tf"), "$1"))
			a.fails("Invalid template interpolation value", "plan")
		}},
		"scenarios/auth-links/main.tf":        {sessions: 3},
		"scenarios/onboard-customers/main.tf": {sessions: 3},
		"scenarios/connector-profile-by-name/main.tf": {sessions: 1, prepare: func(h *harness) {
			h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-7", Name: "Acme Workday", ConnectorKey: "workday"})
			h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-8", Name: "Other Workday", ConnectorKey: "workday"})
			h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-9", Name: "Acme Workday", ConnectorKey: "workday", Disabled: true})
		}, then: func(t *testing.T, h *harness, a *attached) {
			if got := h.Sessions()[0].Text("connector_profile_id"); got != "profile-7" {
				t.Errorf("connector_profile_id: %q", got)
			}

			out := a.fails(`has the name "Acme Wrokday". There are: Acme Workday, Other Workday.`, "plan", "-var", "profile=Acme Wrokday")
			if strings.Count(out, "Error: ") != 1 {
				t.Errorf("a name that matches nothing:\n%s", out)
			}
		}},
		// The customer opens the link between two applies; the second one labels the account.
		"scenarios/onboarding/main.tf": {sessions: 1, then: func(t *testing.T, h *harness, a *attached) {
			id, err := h.ConnectCustomer(h.Sessions()[0].Token)
			if err != nil {
				t.Fatal(err)
			}

			contains(t, a.apply(), "1 added, 0 changed, 0 destroyed", "connected = true")
			a.plan("-detailed-exitcode")

			if account, _ := h.Account(id); account.Label != "acme" || account.OriginOwnerID != "customer-4711" {
				t.Errorf("the account is %+v", account)
			}

			// An account with an error stays managed.
			h.UpdateAccount(id, func(account *stackonetest.Account) { account.Status = "error" })

			contains(t, a.apply(), "0 added, 0 changed, 0 destroyed", "connected = false")
			contains(t, a.state(), `"status": "error"`)
		}},
		"scenarios/import-accounts/main.tf": {oldest: "1.7.0", oldestOpenTofu: "1.7.0", prepare: func(h *harness) {
			for _, owner := range []string{"customer-1", "customer-2", "customer-2", "customer-3"} {
				h.AddAccount(stackonetest.Account{OriginOwnerID: owner, Label: "as it was"})
			}
		}, want: "3 imported, 0 added, 0 changed, 0 destroyed", then: func(t *testing.T, h *harness, _ *attached) {
			if patches := h.patches(); len(patches) != 0 {
				t.Errorf("the import changed accounts: %v", patches)
			}
		}},
		// The check uses Terraform's own clock, so the server's time must be near it.
		"scenarios/expiry-check/main.tf": {oldest: "1.5.0", oldestOpenTofu: "1.6.0", sessions: 1, prepare: func(h *harness) {
			h.EditResponse(func(response map[string]any) { response["created_at"] = time.Now().UTC().Format(time.RFC3339) })
		}, then: func(t *testing.T, h *harness, a *attached) {
			h.EditResponse(func(response map[string]any) {
				response["created_at"] = time.Now().UTC().AddDate(0, 0, -6).Format(time.RFC3339)
			})
			contains(t, a.apply("-replace=stackone_connect_session.acme"), "The link for Acme ends at")
		}},
		"scenarios/renewal/main.tf": {sessions: 1, then: func(t *testing.T, h *harness, a *attached) {
			h.clock.Advance(6*24*time.Hour + time.Second)

			contains(t, a.apply(), "stackone_connect_session.acme must be replaced", "+/- create replacement and then destroy",
				"terraform_data.invitation will be replaced due to changes in replace_triggered_by")
			a.apply() // Terraform 1.16.0 leaves the old terraform_data for it (hashicorp/terraform#39076).
			a.plan("-detailed-exitcode")
			h.wantSessions(t, 2)
		}},
		"scenarios/known-connector/main.tf": {sessions: 1, prepare: func(h *harness) {
			for _, key := range []string{"bamboohr", "box_iam", "bullhorn_ats", "microsoftentraid", "salesforce", "slack", "workday", "x"} {
				h.AddConnector(stackonetest.Connector{Key: key})
			}
		}, then: func(t *testing.T, _ *harness, a *attached) {
			for written, hint := range map[string]string{"BambooHR": " Did you mean bamboohr?", "box": " Did you mean box_iam?", "wrokday": " Did you mean workday?", "q": ""} {
				out := a.fails(`StackOne has no connector "`+written+`".`+hint, "plan", "-var", "provider_key="+written)
				if strings.Count(out, "Error: ") != 1 || strings.Contains(oneLine(out), "Did you mean") != (hint != "") {
					t.Errorf("%s:\n%s", written, out)
				}
			}
		}},
		"scenarios/failed-sign-ins/main.tf": {oldest: "1.5.0", oldestOpenTofu: "1.6.0", sessions: 3, then: func(t *testing.T, h *harness, a *attached) {
			attempts := map[string]stackonetest.ConnectionAttempt{
				"customer-1": {Status: "error", ErrorCode: "access_denied", ErrorDescription: "An administrator has to consent."},
				"customer-2": {Status: "cancelled"},
				"customer-3": {Status: "pending"},
			}
			for _, s := range h.Sessions() {
				h.attempt(t, s.Token, attempts[s.Text("origin_owner_id")])
			}

			out := oneLine(a.plan())
			contains(t, out, "These customers could not sign in:", "Acme: An administrator has to consent.", "Globex: cancelled")

			if strings.Contains(out, "Initech") {
				t.Errorf("an attempt that is still open:\n%s", out)
			}

			for _, s := range h.Sessions() {
				h.attempt(t, s.Token, stackonetest.ConnectionAttempt{})
			}

			if out := a.plan("-detailed-exitcode"); strings.Contains(out, "Warning") {
				t.Errorf("after attempts that succeeded:\n%s", out)
			}
		}},
		"scenarios/broken-accounts/main.tf": {oldest: "1.5.0", oldestOpenTofu: "1.6.0", prepare: func(h *harness) {
			h.AddAccount(stackonetest.Account{OriginOwnerName: "Acme"})
		}, then: func(t *testing.T, h *harness, a *attached) {
			const at = "2031-03-01T10:00:00Z"

			h.AddAccount(stackonetest.Account{OriginOwnerName: "Globex", Status: "error", StatusReasons: []map[string]any{
				{"code": "token_revoked", "description": "The customer has revoked the access.", "timestamp": at}, {"code": "second", "description": nil, "timestamp": at}, {"code": nil, "description": nil, "timestamp": at},
			}})
			h.AddAccount(stackonetest.Account{OriginOwnerName: "Initech", Status: "expired"})

			out := oneLine(a.plan())
			contains(t, out, "Globex (bamboohr): error, The customer has revoked the access., second, no reason given", "Initech (bamboohr): expired")

			if strings.Contains(out, "Acme") {
				t.Errorf("an account that works:\n%s", out)
			}
		}},
		"scenarios/keepers/main.tf": {sessions: 1, then: func(t *testing.T, h *harness, a *attached) {
			contains(t, a.apply("-var", "contract=2032-premium"), "keepers", "forces replacement")
			h.wantSessions(t, 2)
		}},
	} {
		t.Run(strings.TrimSuffix(name, path.Ext(name)), func(t *testing.T) {
			t.Parallel()
			needs(t, test.oldest, test.oldestOpenTofu)

			h := newHarness(t)
			if test.prepare != nil {
				test.prepare(h)
			}

			a := h.attach(t, example(t, name))
			contains(t, a.apply(), test.want)

			if out := a.plan("-detailed-exitcode"); strings.Contains(out, "Warning") {
				t.Errorf("the second plan warns:\n%s", out)
			}

			if got := len(h.created()); got != test.sessions {
				t.Errorf("%d sessions were created, want %d", got, test.sessions)
			}

			if test.then != nil {
				test.then(t, h, a)
			}
		})
	}
}

func TestExamples_areTested(t *testing.T) {
	t.Parallel()

	// TestAccountResource_import and TestPinnedVersion_import import by identity, which needs
	// Terraform 1.12. The page's test validates the function, which needs the provider of Entra ID.
	elsewhere := []string{
		"resources/stackone_account/identity-import.tf", "resources/stackone_connector_profile_pinned_version/identity-import.tf", "functions/oauth_redirect_uri/function.tf",
	}

	var tests strings.Builder

	files, _ := filepath.Glob("*_test.go")
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		tests.Write(source)
	}

	err := fs.WalkDir(examples.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !slices.Contains(elsewhere, name) && !strings.Contains(tests.String(), strconv.Quote(name)) {
			t.Errorf("no test uses %s", name)
		}

		return err
	})
	if err != nil {
		t.Error(err)
	}
}
