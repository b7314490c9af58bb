package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// respondWith sets a field of every account in a response.
func (h *harness) respondWith(field string, value any) {
	h.EditAccountResponses(func(account map[string]any) { account[field] = value })
}

func TestAccountResource_missingResponseFields(t *testing.T) {
	t.Parallel()

	for field, wanted := range map[string]any{
		"label": "a", "origin_owner_id": "b", "origin_owner_name": "c", "origin_username": "d", "type": "test", "shared": true,
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()

			h, p, id := oneAccount(t)
			config := ofAccount(id, map[string]any{field: wanted})
			has := func(state tftypes.Value, want any) bool {
				return p.attributes(state)[field].Equal(tftypes.NewValue(p.object.AttributeTypes[field], want))
			}

			h.EditAccountResponses(func(account map[string]any) { delete(account, field) })

			state := p.apply(nil, config)
			if state = p.read(state); !has(state, wanted) || len(h.patches()) != 1 {
				t.Fatalf("adopted and read: %s, sent %v", state, h.patches())
			}

			if planned, _ := p.plan(state, config); !planned.Equal(state) {
				t.Errorf("the second plan changes %q", p.changed(state, planned))
			}

			config["metadata"] = `{"a":1}`
			if state = p.read(p.apply(&state, config)); !has(state, wanted) || h.patches()[1] != `{"metadata":{"a":1}}` {
				t.Errorf("changed and read: %s, sent %v", state, h.patches())
			}

			if imported, _ := p.tryImport(id, false); !has(imported, nil) {
				t.Errorf("imported: %s", imported)
			}

			h.respondWith(field, nil)

			state = p.read(state)
			if planned, _ := p.plan(state, config); !has(state, nil) || !has(planned, wanted) {
				t.Errorf("null in the response: read %s, planned %s", state, planned)
			}

			// null in the response to an adoption replaces the earlier value.
			h.EditAccountResponses(nil)
			h.respond(http.MethodPatch, stackonetest.Fault{Process: true, ContentType: "application/json", Body: `{"id": "` + id + `", "` + field + `": null}`})

			if state = p.apply(nil, ofAccount(id, map[string]any{"metadata": `{}`})); !has(state, nil) {
				t.Errorf("adopted, with null in the response to the change: %s", state)
			}
		})
	}
}

func TestAccountResource_missingResponseFacts(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	h.respondWith("categories", []any{"hris"})

	state := p.apply(nil, ofAccount(h.newAccount(), nil))
	facts := []string{"categories", "provider", "provider_name", "status", "created_at", "updated_at"}

	for want, edit := range map[string]func(account map[string]any, field string){
		"": func(account map[string]any, field string) { delete(account, field) },
		"categories created_at provider_key provider_name status updated_at": func(account map[string]any, field string) { account[field] = nil },
	} {
		h.EditAccountResponses(func(account map[string]any) {
			for _, field := range facts {
				edit(account, field)
			}
		})

		if got := p.changed(state, p.read(state)); got != want {
			t.Errorf("the refresh changes %q, want %q", got, want)
		}
	}
}

func TestAccountResource_composition(t *testing.T) {
	t.Parallel()

	const composed, decomposed = "Caf\u00e9", "Cafe\u0301"

	for configured, stored := range map[string]string{composed: decomposed, decomposed: composed} {
		for _, field := range []string{"label", "origin_owner_name", "origin_username"} {
			t.Run(fmt.Sprintf("%s %+q", field, configured), func(t *testing.T) {
				t.Parallel()

				h := newHarness(t)
				p := h.protocol(t, "stackone_account")
				id := h.AddAccount(stackonetest.Account{Label: stored, OriginOwnerName: stored, OriginUsername: stored})
				config := ofAccount(id, map[string]any{field: configured})

				p.expect("the plan of the adoption", p.tryPlan(p.null(), config).Diagnostics)

				state := p.read(p.apply(nil, config))
				if p.text(state, field) != configured || len(h.patches()) != 0 {
					t.Errorf("%s is %+q, sent %+q", field, p.text(state, field), h.patches())
				}

				if planned, _ := p.plan(state, config); !planned.Equal(state) {
					t.Errorf("the second plan changes %q", p.changed(state, planned))
				}

				// Only the Unicode composition changes.
				config[field] = stored
				if state = p.apply(&state, config); p.text(state, field) != stored || len(h.patches()) != 0 {
					t.Errorf("%s is %+q, sent %+q", field, p.text(state, field), h.patches())
				}

				config[field] = "Cafe"
				if p.apply(&state, config); len(h.patches()) != 1 {
					t.Errorf("another text is sent %d times", len(h.patches()))
				}
			})
		}
	}
}

func TestAccounts_filterValuesTwice(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "one", Status: "error"})
	id := h.newAccount()
	h.respondWith("status", "ACTIVE")

	out := h.attach(t, `
data "stackone_accounts" "acme" {
  origin_owner_ids = ["customer-1", "customer-1"]
  provider_keys    = ["bamboohr", "bamboohr"]
  account_ids      = ["`+id+`", "`+id+`"]
  statuses         = ["active", "Active", "active"]
}

output "found" {
  value = join(" ", data.stackone_accounts.acme.accounts[*].status)
}
`).apply()

	if strings.Contains(out, "Warning") || !strings.Contains(out, `found = "active"`) {
		t.Errorf("the apply:\n%s", out)
	}
}

// StackOne responds 200 to an update, with the old values.
func TestAccountResource_valuesNotTaken(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	adopted := p.apply(nil, ofAccount(id, nil))
	config := ofAccount(id, map[string]any{"label": "new", "type": "test", "shared": true})
	warning := func(names string) []string {
		return []string{"WARNING StackOne did not apply a value: StackOne accepted the update of the linked account " + id + ", but did not apply the configured value of: " + names + "."}
	}

	for name, c := range map[string]struct {
		response string
		want     []string
	}{
		"taken":             {`"label": "new", "type": "test", "shared": true`, nil},
		"not mentioned":     {`"provider": "bamboohr"`, nil},
		"one is not taken":  {`"label": "old", "type": "test", "shared": true`, warning("label")},
		"null":              {`"label": null, "type": "test", "shared": true`, warning("label")},
		"several are not":   {`"label": "old", "type": "production", "shared": false`, warning("label, type, shared")},
		"what was not sent": {`"label": "new", "type": "test", "shared": true, "origin_owner_id": "other"`, nil},
	} {
		h.respond(http.MethodPatch, stackonetest.Fault{ContentType: "application/json", Body: `{"id": "` + id + `", ` + c.response + `}`})

		for operation, prior := range map[string]tftypes.Value{"create": p.null(), "update": adopted} {
			p.configure()

			_, diags := p.tryApply(prior, config)
			p.expect(name+", "+operation, diags, c.want...)
		}
	}
}
