package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// respondWithout removes a field from every account in a response.
func (h *harness) respondWithout(field string) {
	h.EditAccountResponses(func(account map[string]any) { delete(account, field) })
}

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

			h := newHarness(t)
			p := h.protocol(t, "stackone_account")
			id := h.newAccount()
			config := map[string]any{"account_id": id, field: wanted}
			has := func(state tftypes.Value, want any) bool {
				return p.attributes(state)[field].Equal(tftypes.NewValue(p.object.AttributeTypes[field], want))
			}

			h.respondWithout(field)

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

			resp, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "stackone_account", ID: id})
			p.check(err, resp.Diagnostics)

			if imported := p.read(p.unpack(resp.ImportedResources[0].State)); !has(imported, nil) {
				t.Errorf("imported: %s", imported)
			}

			h.respondWith(field, nil)

			state = p.read(state)
			if planned, _ := p.plan(state, config); !has(state, nil) || !has(planned, wanted) {
				t.Errorf("null in the response: read %s, planned %s", state, planned)
			}

			// null in the response to an adoption replaces the earlier value.
			h.EditAccountResponses(nil)
			h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
				if r.Method == http.MethodPatch {
					return &stackonetest.Fault{Process: true, ContentType: "application/json", Body: `{"id": "` + id + `", "` + field + `": null}`}
				}

				return nil
			})

			if state = p.apply(nil, map[string]any{"account_id": id, "metadata": `{}`}); !has(state, nil) {
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

	state := p.apply(nil, map[string]any{"account_id": h.newAccount()})
	facts := []string{"categories", "provider_key", "provider_name", "status", "created_at", "updated_at"}

	h.EditAccountResponses(func(account map[string]any) {
		for _, field := range append(facts, "provider") {
			delete(account, field)
		}
	})

	if read := p.read(state); !read.Equal(state) {
		t.Errorf("the refresh changes %q", p.changed(state, read))
	}

	h.EditAccountResponses(func(account map[string]any) {
		for _, field := range append(facts, "provider") {
			account[field] = nil
		}
	})

	if read := p.read(state); p.changed(state, read) != "categories created_at provider_key provider_name status updated_at" {
		t.Errorf("with null everywhere, the refresh changes %q", p.changed(state, read))
	}
}

func TestAccountJourney_missingResponseFields(t *testing.T) {
	t.Parallel()

	for field, value := range map[string]string{"label": `"new"`, "shared": "true"} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, adopting(h.newAccount(), field+" = "+value))

			h.respondWithout(field)
			h.takes(t, "GET GET GET PATCH", func() { a.apply() })
			h.takes(t, "GET", func() { contains(t, a.plan("-detailed-exitcode"), nothing) })
			h.takes(t, "GET", func() { a.apply() })

			h.respondWith(field, nil)

			out := a.plan()
			contains(t, out, "+ "+field)
			contains(t, out, "1 to change")
		})
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
				config := map[string]any{"account_id": id, field: configured}

				if diags := p.tryPlan(p.null(), config).Diagnostics; len(diags) != 0 {
					t.Errorf("the plan of the adoption: %v", texts(diags))
				}

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

func TestAccountJourney_composition(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.AddAccount(stackonetest.Account{Label: "Cafe\u0301"})
	a := h.attach(t, adopting(id, "label = \"Caf\u00e9\""))

	h.takes(t, "GET GET GET", func() {
		if out := a.apply(); strings.Contains(out, "Warning") {
			t.Errorf("the apply warns:\n%s", out)
		}
	})
	contains(t, a.plan("-detailed-exitcode"), nothing)
}

func TestAccounts_filterValuesTwice(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "one", Status: "error"})
	id := h.newAccount()
	h.respondWith("status", "ACTIVE")

	a := h.attach(t, `
data "stackone_accounts" "acme" {
  origin_owner_ids = ["customer-1", "customer-1"]
  provider_keys    = ["bamboohr", "bamboohr"]
  account_ids      = ["`+id+`", "`+id+`"]
  statuses         = ["active", "Active", "active"]
}

output "found" {
  value = jsonencode(data.stackone_accounts.acme.accounts[*].status)
}
`)

	if out := a.apply(); strings.Contains(out, "Warning") {
		t.Errorf("the apply warns:\n%s", out)
	}

	if got, want := a.terraform("output", "-raw", "found"), `["active"]`; got != want {
		t.Errorf("found %s, want %s", got, want)
	}

	p := h.protocol(t, "stackone_account")
	filter := map[string]any{"origin_owner_ids": []string{"customer-1", "customer-1"}, "provider_keys": []string{"bamboohr", "bamboohr"}, "account_ids": []string{id, id}, "statuses": []string{"active", "ACTIVE", "active"}}

	lister, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider serves no lists")
	}

	schemas, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(err, schemas.Diagnostics)

	object, ok := schemas.ListResourceSchemas["stackone_account"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the list has no schema")
	}

	resp, err := lister.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: "stackone_account", Config: p.pack(object, p.value(object, filter))})
	if p.check(err, nil); len(resp.Diagnostics) != 0 {
		t.Errorf("the list: %v", texts(resp.Diagnostics))
	}

	if ids, diags, _ := listed(p, filter, 0, false); len(diags) != 0 || strings.Join(ids, " ") != id {
		t.Errorf("the list finds %v, %v", ids, diags)
	}
}

// A blank identifier would list all accounts.
func TestAccountResource_importOfBlanks(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	identity := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

	for _, blank := range []any{"", " \t", nil} {
		requests := []*tfprotov6.ImportResourceStateRequest{{TypeName: "stackone_account", Identity: &tfprotov6.ResourceIdentityData{
			IdentityData: p.pack(identity, p.value(identity, map[string]any{"id": blank})),
		}}}

		if id, ok := blank.(string); ok {
			requests = append(requests, &tfprotov6.ImportResourceStateRequest{TypeName: "stackone_account", ID: id})
		}

		for _, req := range requests {
			resp, err := p.server.ImportResourceState(t.Context(), req)
			if p.check(err, nil); len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError || resp.Diagnostics[0].Summary != "Empty identifier" {
				t.Errorf("%v: %v", req, texts(resp.Diagnostics))
			}
		}
	}

	a := h.attach(t, adopting("1"))

	// OpenTofu 1.13 refuses an empty identifier by itself.
	if out, err := a.try("import", "-no-color", "stackone_account.acme", "  "); err == nil || !strings.Contains(out, "Error: Empty identifier") {
		t.Errorf("%v\n%s", err, out)
	}

	if got := len(h.Requests()); got != 0 {
		t.Errorf("%d requests", got)
	}
}

func TestAccountResource_responseAboutAnother(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	state := p.apply(nil, map[string]any{"account_id": id})

	h.respondWith("id", "another")

	kept, diags := p.tryRead(state)
	if !kept.Equal(state) || len(diags) != 1 || !strings.Contains(diags[0].Detail, `"another"`) || !strings.Contains(diags[0].Detail, id) {
		t.Errorf("read %s, %v", kept, texts(diags))
	}
}

// StackOne responds 200 to an update, with the old values.
func TestAccountResource_valuesNotTaken(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()

	for name, c := range map[string]struct {
		response string
		want     string
	}{
		"taken":             {`{"id": "%s", "label": "new", "type": "test", "shared": true}`, ""},
		"not mentioned":     {`{"id": "%s"}`, ""},
		"one is not taken":  {`{"id": "%s", "label": "old", "type": "test", "shared": true}`, "configured value of: label."},
		"null":              {`{"id": "%s", "label": null, "type": "test", "shared": true}`, "configured value of: label."},
		"several are not":   {`{"id": "%s", "label": "old", "type": "production", "shared": false}`, "configured value of: label, type, shared."},
		"what was not sent": {`{"id": "%s", "label": "new", "type": "test", "shared": true, "origin_owner_id": "other"}`, ""},
	} {
		adopted := p.apply(nil, map[string]any{"account_id": id})
		config := map[string]any{"account_id": id, "label": "new", "type": "test", "shared": true}

		h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
			if r.Method != http.MethodPatch {
				return nil
			}

			return &stackonetest.Fault{ContentType: "application/json", Body: fmt.Sprintf(c.response, id)}
		})

		_, create := p.tryApply(p.null(), config)
		_, update := p.tryApply(adopted, config)

		h.OnRequest(nil)

		for operation, diags := range map[string][]*tfprotov6.Diagnostic{"create": create, "update": update} {
			var details []string

			for _, d := range diags {
				if d.Summary == "StackOne did not apply a value" {
					details = append(details, d.Detail)
				}
			}

			if got := strings.Join(details, "\n"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s, %s: %q", name, operation, got)
			}
		}
	}
}
