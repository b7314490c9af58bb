package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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

	keepers := func(key string, value any, more ...string) map[string]tftypes.Value {
		elements := map[string]tftypes.Value{key: tftypes.NewValue(tftypes.String, value)}
		for _, k := range more {
			elements[k] = tftypes.NewValue(tftypes.String, k)
		}

		return elements
	}

	for name, test := range map[string]struct {
		before, after config
		want          string
	}{
		"categories in another order":    {config{"categories": []string{"crm", "ats"}}, config{"categories": []string{"ats", "crm"}}, stays},
		"categories in another spelling": {config{"categories": []string{"hrisLegacy", "ats"}}, config{"categories": []string{"ats", "hris-legacy"}}, stays},
		"a category more":                {config{"categories": []string{"crm"}}, config{"categories": []string{"crm", "ats"}}, replaces},
		"another category":               {config{"categories": []string{"crm", "ats"}}, config{"categories": []string{"crm", "lms"}}, replaces},
		"no categories any more":         {config{"categories": []string{"crm"}}, config{"categories": nil}, replaces},
		"categories at last":             {config{"categories": nil}, config{"categories": []string{"crm"}}, replaces},
		"a category not known yet":       {config{"categories": []string{"crm", "ats"}}, config{"categories": []tftypes.Value{tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}}, replaces},
		"categories not known yet":       {config{"categories": []string{"crm"}}, config{"categories": tftypes.UnknownValue}, replaces},

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

		"policy on":     {config{}, config{"recreate_when_expired": true}, inPlace},
		"margin":        {config{"recreate_when_expired": true}, config{"recreate_when_expired": true, "early_renewal_seconds": 60}, inPlace},
		"policy off":    {config{"recreate_when_expired": true, "early_renewal_seconds": 60}, config{"recreate_when_expired": false}, inPlace},
		"policy leaves": {config{"recreate_when_expired": false}, config{}, inPlace},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			// null in the state must stay null in a change in place.
			h.EditResponse(func(a map[string]any) { a["external_trigger_token"], a["auth_link_url"] = nil, nil })

			p := h.protocol(t, "stackone_connect_session")
			state := p.apply(nil, inputs(test.before))

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

			want, configured := p.attributes(state), p.attributes(p.value(p.object, inputs(test.after)))
			for _, name := range []string{"keepers", "recreate_when_expired", "early_renewal_seconds"} {
				want[name] = configured[name]
			}

			if diff := cmp.Diff(tftypes.NewValue(p.object, want).String(), after.String()); diff != "" {
				t.Error(diff)
			}

			if again, replace := p.plan(after, inputs(test.after)); !again.Equal(after) || len(replace) > 0 {
				t.Errorf("the second plan is not empty: %s", again)
			}

			h.wantSessions(t, 1)
		})
	}
}

// Terraform accepts these plans.
func TestConnectSessionResource_changesThroughTerraform(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", `categories = ["crm", "hrisLegacy"]`, `keepers = { a = null }`, `metadata = jsonencode({ a = 1, b = { c = [1, 2] } })`))
	a.apply()

	same := "categories = [\"hris-legacy\", \"crm\"]\n  metadata = <<-JSON\n{\n  \"b\": { \"c\": [1, 2] },\n  \"a\": 1\n}\nJSON"
	a.write("main.tf", session("this", same, `keepers = { a = null }`))
	contains(t, a.plan("-detailed-exitcode"), nothing)

	for _, keepers := range []string{"keepers = {}", "", "keepers = { b = null }"} {
		a.write("main.tf", session("this", same, keepers))
		contains(t, a.apply(), "0 added, 1 changed, 0 destroyed")
		contains(t, a.plan("-detailed-exitcode"), nothing)
	}

	h.wantSessions(t, 1)
}

// A session without a link is stored, and only its creation warns.
func TestConnectSession_withoutLink(t *testing.T) {
	t.Parallel()

	const warning = "The connect session has no link"

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")

	for _, blank := range []any{nil, "", " "} {
		h.EditResponse(func(a map[string]any) { a["auth_link_url"] = blank })

		state, diags := p.tryApply(p.null(), inputs(nil))
		p.expect(blank, diags, `WARNING AttributeName("auth_link_url") `+warning)
		p.expect(blank, p.tryPlan(state, inputs(nil)).Diagnostics)

		if !p.attributes(state)["auth_link_url"].IsNull() {
			t.Errorf("%q: %s", blank, state)
		}

		// The next session replaces this one.
		p.expect(blank, p.delete(state), "Removed connect session stays usable")
	}

	a := h.attach(t, opening())

	needs(t, "1.10.0", "1.11.0")
	contains(t, a.plan(), warning)
}
