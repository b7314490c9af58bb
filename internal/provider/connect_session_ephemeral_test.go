package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// ephemeralSession is a configuration with the required attributes and further lines.
func ephemeralSession(lines ...string) string {
	return strings.Replace(session("this", lines...), "resource", "ephemeral", 1)
}

// opening needs the token when it creates a resource.
func opening(lines ...string) string {
	return ephemeralSession(lines...) + `
resource "terraform_data" "this" {
  input = 1

  provisioner "local-exec" {
    command = "true"
    environment = {
      TOKEN = ephemeral.stackone_connect_session.this.token
    }
  }
}
`
}

// configuring needs the token for the configuration of the other provider.
func configuring(lines ...string) string {
	return ephemeralSession(lines...) + "\nprovider \"other\" {\n  text = ephemeral.stackone_connect_session.this.token\n}\n\nresource \"other\" \"this\" {\n}\n"
}

// Inputs that the plan does not know defer the session to the apply.
func TestConnectSessionEphemeral_results(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
resource "terraform_data" "other" {
  input = "customer-9"
}

provider "other" {
  text = jsonencode(ephemeral.stackone_connect_session.this)
}

resource "other" "this" {
}
`+strings.Replace(ephemeralSession(`expires_in = 60`, `metadata = jsonencode({ a = [1] })`, `categories = ["hrisLegacy"]`), `"customer-1"`, `terraform_data.other.output`, 1))

	needs(t, "1.10.0", "1.11.0")

	other := a.other()
	a.apply()

	issued := h.Sessions()[0]
	contains(t, other.texts[len(other.texts)-1], `"id":"`+issued.ID+`"`, `"token":"`+issued.Token+`"`, `"auth_link_url":"`+issued.AuthLinkURL+`"`, `"external_trigger_token":"`+issued.ExternalTriggerToken+`"`,
		`"organization_id":"5001"`, `"project_id":"acme-27270"`, `"created_at":"2031-03-01T12:00:00Z"`, `"expires_at":"2031-03-01T12:01:00Z"`, `"origin_owner_id":"customer-9"`, `"label":null`)

	if got, want := h.sent(t), `{"categories":["hris-legacy"],"expires_in":60,"metadata":{"a":[1]},"origin_owner_id":"customer-9","origin_owner_name":"Customer One"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}

	h.wantSessions(t, 1)
}

func TestConnectSessionEphemeral_problems(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, ephemeralSession(`categories = ["hriss"]`, `label = ""`, `metadata = jsonencode([])`, `account_id = "1"`, `multiple = true`))

	needs(t, "1.10.0", "1.11.0")
	contains(t, oneLine(a.fails("label must not be empty", "validate")), `Did you mean "hris"?`, "it is an array", "The attribute multiple has no effect")

	h.env["STACKONE_API_KEY"] = "v1.eu1.another-key"

	a.write("main.tf", ephemeralSession())
	contains(t, oneLine(a.fails("Cannot create the connect session", "plan")), "did not accept the API key", "api_key or the environment variable STACKONE_API_KEY")
}

// An unknown key is an error only if the ephemeral resource does not wait for the apply.
func TestConnectSessionEphemeral_unknownKey(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	key := "resource \"terraform_data\" \"key\" {\n  input = \"" + h.APIKey() + "\"\n}\n\nprovider \"stackone\" {\n  api_key = terraform_data.key.output\n}\n"
	a := h.attach(t, key+opening())

	needs(t, "1.10.0", "1.11.0")

	out := a.fails("known only after apply: api_key. First apply the resources", "plan")
	contains(t, oneLine(out), "set open = terraform.applying instead.")

	a.write("main.tf", key+opening("open = terraform.applying"))
	a.apply()
	h.wantSessions(t, 1)
}

// Terraform opens the session in each phase of a command that needs it. Where open is false, the
// other provider gets no token.
func TestConnectSessionEphemeral_counts(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config string
		// Each command opens a number of sessions and configures the other provider with texts.
		plan, applySaved, apply, destroy string
		// OpenTofu, unlike Terraform, treats the last phase of a destroy as an apply.
		destroyByOpenTofu string
	}{
		"resource":              {opening(), `1 []`, `1 []`, `2 []`, `1 []`, `1 []`},
		"resource, while apply": {opening("open = terraform.applying"), `0 []`, `1 []`, `1 []`, `0 []`, `0 []`},
		"provider":              {configuring(), `1 ["token"]`, `1 ["token"]`, `2 ["token" "token"]`, `3 ["token" "token" "token"]`, `3 ["token" "token" "token"]`},
		"provider, while apply": {configuring("open = terraform.applying"), `0 [""]`, `1 ["token"]`, `1 ["" "token"]`, `0 ["" "" ""]`, `1 ["" "" "token"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, test.config+"\nresource \"terraform_data\" \"imported\" {\n}\n")

			needs(t, "1.10.0", "1.11.0")

			other := a.other()

			if cli(t).IsOpenTofu() {
				test.destroy = test.destroyByOpenTofu
			}

			for _, command := range []struct{ line, want string }{
				{"import terraform_data.imported 1", test.plan},
				{"plan -out=saved", test.plan},
				{"apply saved", test.applySaved},
				{"refresh", test.plan},
				{"apply -auto-approve -replace=terraform_data.this -replace=other.this", test.apply},
				{"destroy -auto-approve", test.destroy},
			} {
				before, configured := len(h.created()), len(other.texts)

				a.terraform(strings.Fields(command.line)...)

				got := fmt.Sprintf("%d %q", len(h.created())-before, other.texts[configured:])
				for _, s := range h.Sessions() {
					got = strings.ReplaceAll(got, s.Token, "token")
				}

				if got != command.want {
					t.Errorf("%s: %s, want %s", command.line, got, command.want)
				}
			}
		})
	}
}
