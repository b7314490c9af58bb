package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The outcomes of a changed configuration.
const (
	stays    = "stays"
	inPlace  = "changes in place"
	replaces = "is replaced"
)

// Only a change that would send another request replaces the session.
func TestConnectSessionResource_equalInputs(t *testing.T) {
	t.Parallel()

	type config = map[string]any

	list := func(elements ...any) []tftypes.Value {
		values := make([]tftypes.Value, len(elements))
		for i, element := range elements {
			values[i] = tftypes.NewValue(tftypes.String, element)
		}

		return values
	}

	keepers := func(key string, value any, more ...string) map[string]tftypes.Value {
		elements := map[string]tftypes.Value{key: tftypes.NewValue(tftypes.String, value)}
		for _, k := range more {
			elements[k] = tftypes.NewValue(tftypes.String, k)
		}

		return elements
	}

	tests := map[string]struct {
		before, after config
		want          string
	}{
		"categories in another order":    {config{"categories": list("crm", "ats")}, config{"categories": list("ats", "crm")}, stays},
		"categories in another spelling": {config{"categories": list("hrisLegacy", "ats")}, config{"categories": list("ats", "hris-legacy")}, stays},
		"a category more":                {config{"categories": list("crm")}, config{"categories": list("crm", "ats")}, replaces},
		"a category less":                {config{"categories": list("crm", "ats")}, config{"categories": list("crm")}, replaces},
		"another category":               {config{"categories": list("crm", "ats")}, config{"categories": list("crm", "lms")}, replaces},
		"no categories any more":         {config{"categories": list("crm")}, config{"categories": nil}, replaces},
		"categories at last":             {config{"categories": nil}, config{"categories": list("crm")}, replaces},
		"a category not known yet":       {config{"categories": list("crm", "ats")}, config{"categories": list("ats", tftypes.UnknownValue)}, replaces},
		"categories not known yet":       {config{"categories": list("crm")}, config{"categories": tftypes.UnknownValue}, replaces},

		"keepers become empty":      {config{}, config{"keepers": map[string]string{}}, inPlace},
		"empty keepers leave":       {config{"keepers": map[string]string{}}, config{}, inPlace},
		"null keepers leave":        {config{"keepers": keepers("a", nil)}, config{}, inPlace},
		"null keepers become empty": {config{"keepers": keepers("a", nil)}, config{"keepers": map[string]string{}}, inPlace},
		"keepers lose a null":       {config{"keepers": keepers("a", nil, "b")}, config{"keepers": map[string]string{"b": "b"}}, inPlace},
		"keepers get a null":        {config{"keepers": map[string]string{"b": "b"}}, config{"keepers": keepers("a", nil, "b")}, inPlace},
		"a keeper gets a value":     {config{"keepers": keepers("a", nil)}, config{"keepers": map[string]string{"a": "a"}}, replaces},
		"a keeper leaves":           {config{"keepers": map[string]string{"a": "a", "b": "b"}}, config{"keepers": map[string]string{"a": "a"}}, replaces},
		"the last keeper leaves":    {config{"keepers": map[string]string{"a": "a"}}, config{}, replaces},
		"a keeper not known yet":    {config{"keepers": map[string]string{"a": "a"}}, config{"keepers": keepers("a", tftypes.UnknownValue)}, replaces},
		"keepers not known yet":     {config{"keepers": map[string]string{}}, config{"keepers": tftypes.UnknownValue}, replaces},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			// null in the state must stay null in a change in place.
			h.EditResponse(func(a map[string]any) { a["external_trigger_token"], a["auth_link_url"] = nil, nil })

			p := h.protocol(t, "stackone_connect_session")
			state, diags := p.tryApply(p.null(), inputs(test.before))

			for _, d := range diags {
				if d.Severity == tfprotov6.DiagnosticSeverityError {
					t.Fatal(d.Detail)
				}
			}

			planned, replace := p.plan(state, inputs(test.after))

			got := inPlace

			switch {
			case len(replace) > 0:
				got = replaces
			case planned.Equal(state):
				got = stays
			}

			if got != test.want {
				t.Fatalf("the session %s for %v, want that it %s", got, replace, test.want)
			}

			if got != inPlace {
				return
			}

			after := p.apply(&state, inputs(test.after))

			want := p.attributes(state)
			want["keepers"] = p.attributes(p.value(p.object, inputs(test.after)))["keepers"]

			if diff := cmp.Diff(tftypes.NewValue(p.object, want).String(), after.String()); diff != "" {
				t.Error(diff)
			}

			if again, replace := p.plan(after, inputs(test.after)); !again.Equal(after) || len(replace) > 0 {
				t.Errorf("the second plan is not empty: %s", again)
			}

			if got := len(h.Requests()); got != 1 {
				t.Errorf("%d requests, want the one that created the session", got)
			}
		})
	}
}

func TestConnectSessionResource_equalInputsThroughTerraform(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", `categories = ["crm", "hrisLegacy"]`, `keepers = { a = null, b = "b" }`))
	a.apply()

	a.write("main.tf", session("this", `categories = ["hris-legacy", "crm"]`, `keepers = { a = null, b = "b" }`))
	contains(t, a.plan("-detailed-exitcode"), nothing)

	for _, keepers := range []string{`keepers = { b = "b" }`, `keepers = { b = "b", c = null }`} {
		a.write("main.tf", session("this", keepers, `categories = ["crm", "hris-legacy"]`))
		contains(t, a.apply(), "0 added, 1 changed, 0 destroyed")
		contains(t, a.plan("-detailed-exitcode"), nothing)
	}

	h.wantSessions(t, 1)

	for _, keepers := range []string{"", "keepers = {}", "keepers = { a = null }", ""} {
		a.write("main.tf", session("this", keepers))
		a.apply()
		contains(t, a.plan("-detailed-exitcode"), nothing)
	}

	// The first of these removed a category and a keeper.
	h.wantSessions(t, 2)
}

// A session that expires between plan and apply is renewed by the next plan.
func TestConnectSessionExpiry_endsBeforeChangeInPlace(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn, `keepers = {}`))
	a.apply()
	a.write("main.tf", session("this", policyOn, `keepers = { a = null }`))
	contains(t, a.plan("-out=saved"), "0 to add, 1 to change, 0 to destroy")

	h.clock.Advance(time.Hour)
	a.terraform("apply", "-no-color", "saved")
	renews(t, a.plan())
}

func TestConnectSession_withoutLink(t *testing.T) {
	t.Parallel()

	const warning = "The connect session has no link"

	withoutLink := func(a map[string]any) { delete(a, "auth_link_url") }

	for name, blank := range map[string]any{"null": nil, "empty": "", "blank": " "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.EditResponse(func(a map[string]any) { a["auth_link_url"] = blank })

			p := h.protocol(t, "stackone_connect_session")

			state, diags := p.tryApply(p.null(), inputs(nil))
			if len(diags) != 1 || diags[0].Summary != warning || !p.attributes(state)["auth_link_url"].IsNull() {
				t.Errorf("%v, %s", texts(diags), p.attributes(state)["auth_link_url"])
			}
		})
	}

	t.Run("resource", func(t *testing.T) {
		t.Parallel()

		h := newHarness(t)
		h.EditResponse(withoutLink)

		a := h.attach(t, session("this"))
		contains(t, a.apply(), warning)
		contains(t, a.state(), `"auth_link_url": null`)

		if out := a.plan("-detailed-exitcode"); !strings.Contains(out, nothing) || strings.Contains(out, warning) {
			t.Errorf("the second plan:\n%s", out)
		}
	})

	t.Run("ephemeral resource", func(t *testing.T) {
		t.Parallel()

		h := newHarness(t)
		h.EditResponse(withoutLink)

		a := h.attach(t, "ephemeral \"stackone_connect_session\" \"this\" {\n  origin_owner_id   = \"1\"\n  origin_owner_name = \"One\"\n}\n"+
			"resource \"terraform_data\" \"this\" {\n  provisioner \"local-exec\" {\n    command = \"true\"\n    environment = {\n      TOKEN = ephemeral.stackone_connect_session.this.token\n    }\n  }\n}\n")

		needs(t, "1.10.0", "1.11.0")
		contains(t, a.plan(), warning)
	})
}

// An unknown key is an error only if the ephemeral resource does not wait for the apply.
func TestConnectSessionEphemeral_unknownKey(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	config := func(line string) string {
		return `
resource "terraform_data" "key" {
  input = "` + h.APIKey() + `"
}

provider "stackone" {
  api_key = terraform_data.key.output
}

ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "1"
  origin_owner_name = "One"
  ` + line + `
}

resource "terraform_data" "this" {
  provisioner "local-exec" {
    command = "true"
    environment = {
      TOKEN = ephemeral.stackone_connect_session.this.token
    }
  }
}
`
	}

	a := h.attach(t, config(""))

	needs(t, "1.10.0", "1.11.0")

	out, err := a.try("plan", "-no-color")

	text := strings.Join(strings.Fields(unboxed(out)), " ")
	if err == nil || !strings.Contains(text, "known only after apply: api_key. First apply the resources") || !strings.Contains(text, "set open = terraform.applying instead.") {
		t.Fatalf("%v:\n%s", err, out)
	}

	a.write("main.tf", config("open = terraform.applying"))
	a.apply()
	h.wantSessions(t, 1)
}
