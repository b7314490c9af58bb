package provider_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func (h *harness) patches() []string {
	var out []string

	for _, r := range h.Requests() {
		if r.Method == http.MethodPatch {
			out = append(out, string(r.Body))
		}
	}

	return out
}

func (h *harness) newAccount() string {
	return h.AddAccount(stackonetest.Account{ID: "45355976281015164504", Label: "old", OriginUsername: "jo@customer-1.example"})
}

func TestAccountResource_adopts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		config map[string]any
		// patch is the body of the update, if any.
		patch string
	}{
		"nothing is managed":  {nil, ""},
		"nothing differs":     {map[string]any{"label": "old", "type": "production", "origin_owner_id": "customer-1"}, ""},
		"one value differs":   {map[string]any{"label": "new", "type": "production"}, `{"label":"new"}`},
		"all values differ":   {map[string]any{"label": "a", "origin_owner_id": "b", "origin_owner_name": "c", "origin_username": "d", "type": "test", "shared": false}, `{"label":"a","origin_owner_id":"b","origin_owner_name":"c","origin_username":"d","type":"test","shared":false}`},
		"a profile is chosen": {map[string]any{"connector_profile_id": "p"}, `{"connector_profile_id":"p"}`},
		"metadata is written": {map[string]any{"metadata": `{ "seats": 12345678901234567890 }`}, `{"metadata":{"seats":12345678901234567890}}`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			p := h.protocol(t, "stackone_account")
			config := map[string]any{"account_id": h.newAccount()}

			for attribute, value := range test.config {
				config[attribute] = value
			}

			state := p.apply(nil, config)

			if got := strings.Join(h.patches(), " "); got != test.patch {
				t.Errorf("sent %s, want %s", got, test.patch)
			}

			if p.text(state, "id") != "45355976281015164504" || p.text(state, "provider_key") != "bamboohr" || p.text(state, "status") != "active" {
				t.Errorf("state: %s", state)
			}

			if got := state.String(); strings.Contains(got, stackonetest.AccountCredential) || strings.Contains(got, stackonetest.AccountSetup) {
				t.Error("the state contains secrets of the account")
			}

			state = p.read(state)
			if planned, replace := p.plan(state, config); !planned.Equal(state) || len(replace) > 0 {
				t.Errorf("the second plan is not empty: %s, want %s", planned, state)
			}
		})
	}
}

func TestAccountResource_update(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()

	with := func(more map[string]any) map[string]any {
		config := map[string]any{"account_id": id}
		for name, value := range more {
			config[name] = value
		}

		return config
	}

	state := p.apply(nil, with(map[string]any{"label": "one", "metadata": `{"a":1}`}))

	for _, step := range []struct {
		config map[string]any
		patch  string
	}{
		{map[string]any{"label": "two", "metadata": `{"a":1}`}, `{"label":"two"}`},
		{map[string]any{"label": "two", "metadata": `{"a":2}`}, `{"metadata":{"a":2}}`},
		{map[string]any{"label": "two", "metadata": `{"a":2}`, "shared": true}, `{"shared":true}`},
		// Attributes that are no longer configured keep their values.
		{map[string]any{"shared": true}, ""},
		{map[string]any{"deletion_policy": "delete"}, ""},
	} {
		before, requests := len(h.patches()), len(h.Requests())
		state = p.apply(&state, with(step.config))

		if step.patch == "" && len(h.Requests()) != requests {
			t.Errorf("%v: there is nothing to send, and still a call", step.config)
		}

		if got := strings.Join(h.patches()[before:], " "); got != step.patch {
			t.Errorf("%v: sent %s, want %s", step.config, got, step.patch)
		}
	}

	if a, _ := h.Account(id); a.Label != "two" || string(a.Metadata) != `{"a":2}` || a.Shared == nil || !*a.Shared {
		t.Errorf("the account is %+v", a)
	}

	// The run that adopted an account refuses to delete it.
	p.configure()
	h.AddAccount(stackonetest.Account{ID: "another"})

	if _, replace := p.plan(state, map[string]any{"account_id": "another"}); len(replace) != 1 {
		t.Errorf("another account_id must replace: %v", replace)
	}
}

func TestAccountResource_takesFactsFromTheResponse(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()

	facts := func(state tftypes.Value) string {
		return strings.Join([]string{p.text(state, "label"), p.text(state, "status"), p.text(state, "provider_name"), p.text(state, "origin_username"), p.text(state, "created_at"), p.text(state, "updated_at")}, " ")
	}

	h.clock.Advance(time.Hour)

	state := p.apply(nil, map[string]any{"account_id": id, "label": "one"})
	if want := "one active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T13:00:00.000Z"; facts(state) != want {
		t.Errorf("adopted: %s, want %s", facts(state), want)
	}

	h.clock.Advance(time.Hour)
	h.UpdateAccount(id, func(a *stackonetest.Account) { a.Status = "error" })

	state = p.apply(&state, map[string]any{"account_id": id, "label": "two"})
	if want := "two active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T14:00:00.000Z"; facts(state) != want {
		t.Errorf("changed: %s, want %s", facts(state), want)
	}

	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Method != http.MethodPatch {
			return nil
		}

		return &stackonetest.Fault{Process: true, ContentType: "application/json", Body: `{"id": "` + id + `", "provider_name": "Bamboo"}`}
	})
	h.clock.Advance(time.Hour)

	state = p.apply(&state, map[string]any{"account_id": id, "label": "three", "shared": true})
	if want := "three active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T14:00:00.000Z"; facts(state) != want {
		t.Errorf("changed, with a short response: %s, want %s", facts(state), want)
	}

	state = p.apply(nil, map[string]any{"account_id": id, "label": "four"})
	if want := "four error Bamboo jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T15:00:00.000Z"; facts(state) != want || !p.attributes(state)["shared"].Equal(tftypes.NewValue(tftypes.Bool, true)) {
		t.Errorf("adopted, with a short response: %s, want %s", facts(state), want)
	}
}

// changed lists the attributes that a plan changes.
func (p *protocol) changed(state, planned tftypes.Value) string {
	p.tb.Helper()

	var names []string

	before := p.attributes(state)
	for name, value := range p.attributes(planned) {
		if !value.Equal(before[name]) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return strings.Join(names, " ")
}

func TestAccountResource_planShowsNoMore(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	state := p.apply(nil, map[string]any{"account_id": id, "label": "new", "metadata": `{"a": 1}`})

	// Drift of managed values is corrected, other drift is stored.
	h.UpdateAccount(id, func(a *stackonetest.Account) {
		a.Label, a.Status, a.OriginUsername, a.ProviderName = "by hand", "error", "", "Bamboo"
	})

	state = p.read(state)
	requests := len(h.Requests())

	for want, config := range map[string]map[string]any{
		"label updated_at":           {"label": "new", "metadata": `{"a": 1}`},
		"":                           {"label": "by hand", "metadata": `{ "a":1 }`},
		"deletion_policy":            {"metadata": `{"a": 1}`, "deletion_policy": "forget"},
		"metadata":                   nil,
		"metadata updated_at":        {"metadata": `{"a": 2}`},
		"metadata shared updated_at": {"shared": false},
		"label metadata updated_at":  {"label": tftypes.UnknownValue},
	} {
		full := map[string]any{"account_id": id}
		for name, value := range config {
			full[name] = value
		}

		if planned, _ := p.plan(state, full); p.changed(state, planned) != want {
			t.Errorf("%v: the plan changes %s, want %s", config, p.changed(state, planned), want)
		}
	}

	if len(h.Requests()) != requests {
		t.Error("a plan of an adopted account makes calls")
	}
}

func TestAccountResource_planWarnsWhatStackOneKeeps(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	state := p.apply(nil, map[string]any{"account_id": id, "metadata": `{"a":1}`, "connector_profile_id": "p"})
	without := p.apply(&state, map[string]any{"account_id": id})

	h.AddAccount(stackonetest.Account{ID: "another"})

	for name, test := range map[string]struct {
		prior  tftypes.Value
		config map[string]any
		kept   string
	}{
		"removed":          {state, nil, "connector profile, metadata"},
		"one removed":      {state, map[string]any{"metadata": `{"a":1}`}, "connector profile"},
		"kept":             {state, map[string]any{"metadata": `{"a":1}`, "connector_profile_id": "p"}, ""},
		"changed":          {state, map[string]any{"metadata": `{}`, "connector_profile_id": "q"}, ""},
		"not known yet":    {state, map[string]any{"metadata": tftypes.UnknownValue, "connector_profile_id": tftypes.UnknownValue}, ""},
		"never there":      {without, nil, ""},
		"another account":  {state, map[string]any{"account_id": "another"}, ""},
		"something beside": {state, map[string]any{"label": "new", "connector_profile_id": "p"}, "metadata"},
	} {
		config := map[string]any{"account_id": id}
		for attribute, value := range test.config {
			config[attribute] = value
		}

		p.configure()

		diags := p.tryPlan(test.prior, config).Diagnostics

		var kept []string

		for _, d := range diags {
			if what, ok := strings.CutPrefix(d.Summary, "StackOne keeps the "); ok && d.Severity == tfprotov6.DiagnosticSeverityWarning && d.Attribute != nil {
				kept = append(kept, what)
			}
		}

		if len(kept) != len(diags) || strings.Join(kept, ", ") != test.kept {
			t.Errorf("%s: %v", name, texts(diags))
		}
	}
}

func TestAccountResource_planWarnsOfOverwrites(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()

	resp := p.tryPlan(p.null(), map[string]any{"account_id": id, "label": "new", "type": "production", "origin_owner_name": "Other", "metadata": `{"a":"new"}`, "connector_profile_id": "new"})
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Fatalf("got %v", texts(resp.Diagnostics))
	}

	for _, part := range []string{"  label\n", "  origin_owner_name\n", "  metadata (StackOne does not return the current value)\n", "  connector_profile_id (StackOne does not"} {
		if !strings.Contains(resp.Diagnostics[0].Detail, part) {
			t.Errorf("the warning lacks %q:\n%s", part, resp.Diagnostics[0].Detail)
		}
	}

	if planned := p.unpack(resp.PlannedState); p.text(planned, "id") != id {
		t.Errorf("the identifier is known, and planned is %s", planned)
	}

	if strings.Contains(resp.Diagnostics[0].Detail, "type:") {
		t.Error("the warning names a value that does not change")
	}

	if strings.Contains(resp.Diagnostics[0].Detail, "new") || strings.Contains(resp.Diagnostics[0].Detail, "Other") {
		t.Errorf("the warning shows configured values, which may be sensitive:\n%s", resp.Diagnostics[0].Detail)
	}

	bare := h.AddAccount(stackonetest.Account{})
	if resp := p.tryPlan(p.null(), map[string]any{"account_id": bare, "label": "new", "shared": true}); len(resp.Diagnostics) != 0 {
		t.Errorf("what the account does not have is not overwritten: %v", texts(resp.Diagnostics))
	}

	if resp := p.tryPlan(p.null(), map[string]any{"account_id": id, "label": "old"}); len(resp.Diagnostics) != 0 {
		t.Errorf("nothing is overwritten: %v", texts(resp.Diagnostics))
	}

	resp = p.tryPlan(p.null(), map[string]any{"account_id": tftypes.UnknownValue, "label": "x"})
	if len(resp.Diagnostics) != 0 || p.attributes(p.unpack(resp.PlannedState))["id"].IsKnown() {
		t.Errorf("an account that is not known yet: %v", texts(resp.Diagnostics))
	}

	resp = p.tryPlan(p.null(), map[string]any{"account_id": "no-such-account"})
	if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, `no linked account "no-such-account"`) {
		t.Errorf("an account that does not exist: %v", texts(resp.Diagnostics))
	}

	h.Script(stackonetest.Fault{Status: 401}, stackonetest.Fault{Status: 401})

	if resp := p.tryPlan(p.null(), map[string]any{"account_id": id}); len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Cannot adopt the linked account" {
		t.Errorf("a wrong key: %v", texts(resp.Diagnostics))
	}
}

// Terraform plans a replacement twice, and shows warnings only of the first plan.
func TestAccountResource_planOfReplacementWarns(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	first, second := h.newAccount(), h.AddAccount(stackonetest.Account{Label: "old", OriginOwnerName: "Other"})

	a := h.attach(t, adopting(first, `label = "mine"`))
	a.apply()
	a.write("main.tf", adopting(second, `label = "mine"`))

	out := a.plan()
	contains(t, out, "Warning: Adopting the linked account overwrites values")
	contains(t, out, "must be replaced")

	for _, unconfigured := range []string{"  origin_owner_name\n", managedTwice} {
		if strings.Contains(out, unconfigured) {
			t.Errorf("the plan contains %q:\n%s", unconfigured, out)
		}
	}

	other := strings.ReplaceAll(adopting(second), `"acme"`, `"other"`)
	a.write("main.tf", adopting(first, `label = "mine"`)+other)
	a.apply()
	a.write("main.tf", adopting(second, `label = "mine"`)+other)

	for range 3 {
		if out := a.plan(); strings.Count(out, "Warning: "+managedTwice) != 1 {
			t.Errorf("no or several warnings of another resource:\n%s", out)
		}
	}

	if _, found := h.Account(first); !found {
		t.Error("the account that was left is gone")
	}
}

func TestAccountResource_plannedIdentity(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	identity := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
	config := map[string]any{"account_id": id}

	resp, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "stackone_account", PriorState: p.pack(p.object, p.null()), Config: p.pack(p.object, p.value(p.object, config)),
		ProposedNewState: p.pack(p.object, p.proposed(p.null(), config)),
		PriorIdentity:    &tfprotov6.ResourceIdentityData{IdentityData: p.pack(identity, p.value(identity, map[string]any{"id": "old"}))},
	})
	p.check(err, resp.Diagnostics)

	planned, err := resp.PlannedIdentity.IdentityData.Unmarshal(identity)
	if err != nil || !planned.Equal(p.value(identity, map[string]any{"id": id})) {
		t.Errorf("planned is %s, %v", planned, err)
	}

	config["account_id"] = tftypes.UnknownValue

	resp, err = p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "stackone_account", PriorState: p.pack(p.object, p.null()), Config: p.pack(p.object, p.value(p.object, config)),
		ProposedNewState: p.pack(p.object, p.proposed(p.null(), config)),
		PriorIdentity:    &tfprotov6.ResourceIdentityData{IdentityData: p.pack(identity, p.value(identity, map[string]any{"id": "old"}))},
	})
	p.check(err, resp.Diagnostics)

	if resp.PlannedIdentity != nil && resp.PlannedIdentity.IdentityData != nil {
		if planned, err = resp.PlannedIdentity.IdentityData.Unmarshal(identity); err != nil || !planned.IsNull() {
			t.Errorf("of an account that is not known yet, planned is %s, %v", planned, err)
		}
	}
}

// An edited state may lack the id, and Terraform's test framework invents one.
func TestAccountResource_stateWithOddID(t *testing.T) {
	t.Parallel()

	for name, odd := range map[string]any{"none": nil, "empty": "", "another": "5fp8rbli"} {
		h := newHarness(t)
		p := h.protocol(t, "stackone_account")
		id := h.newAccount()
		state := p.with(p.apply(nil, map[string]any{"account_id": id, "deletion_policy": "delete"}), "id", odd)

		p.configure()

		if read, diags := p.tryRead(state); len(diags) != 0 || p.text(read, "id") != id {
			t.Errorf("%s: %s, %v", name, read, texts(diags))
		}

		p.configure()

		if diags := p.delete(state); len(diags) != 0 {
			t.Errorf("%s: a deletion: %v", name, texts(diags))
		}

		if _, found := h.Account(id); found {
			t.Errorf("%s: the account is still there", name)
		}

		for _, r := range h.Requests() {
			if r.Path != "/accounts/"+id {
				t.Errorf("%s: %s %s", name, r.Method, r.Path)
			}
		}
	}
}

func TestAccountResource_planWithUnknownConfiguration(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")

	resp, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: p.pack(p.provider, p.value(p.provider, map[string]any{"api_key": tftypes.UnknownValue})),
	})
	p.check(err, resp.Diagnostics)

	if diags := p.tryPlan(p.null(), map[string]any{"account_id": "1", "label": "new"}).Diagnostics; len(diags) != 0 || len(h.Requests()) != 0 {
		t.Errorf("%d requests, %v", len(h.Requests()), texts(diags))
	}
}

func TestAccountResource_errors(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	config := map[string]any{"account_id": id, "label": "new"}
	refuse := stackonetest.Fault{Status: 422, ContentType: "application/json", Body: `{"message": "no"}`}

	// Plan and adoption read the account; the update fails.
	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Method != http.MethodGet {
			return &refuse
		}

		return nil
	})

	state, diags := p.tryApply(p.null(), config)
	if !state.IsNull() || len(diags) != 1 || diags[0].Summary != "Cannot adopt the linked account" || !strings.Contains(diags[0].Detail, "StackOne says: no") {
		t.Errorf("adopting: %s, %v", state, texts(diags))
	}

	h.OnRequest(nil)

	state = p.apply(nil, config)

	h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &refuse })

	if kept, diags := p.tryRead(state); len(diags) != 1 || diags[0].Summary != "Cannot read the linked account" || !kept.Equal(state) {
		t.Errorf("reading: %v", texts(diags))
	}

	if _, diags := p.tryApply(state, map[string]any{"account_id": id, "label": "newer"}); len(diags) != 1 || diags[0].Summary != "Cannot update the linked account" {
		t.Errorf("updating: %v", texts(diags))
	}

	p.configure()

	if diags := p.delete(p.with(state, "deletion_policy", "delete")); len(diags) != 1 || diags[0].Summary != "Cannot delete the linked account" {
		t.Errorf("deleting: %v", texts(diags))
	}
}

// Values that were unknown during validation are validated before a request.
func TestAccountResource_metadataTurnsOutWrong(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")

	resp := p.tryPlan(p.null(), map[string]any{"account_id": h.newAccount(), "metadata": "[]"})
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Not a JSON object" || len(h.Requests()) != 0 {
		t.Errorf("%d requests, %v", len(h.Requests()), texts(resp.Diagnostics))
	}
}

func TestAccountResource_delete(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	state := p.apply(nil, map[string]any{"account_id": id})

	for _, policy := range []any{nil, "forget"} {
		before := len(h.Requests())

		if diags := p.delete(p.with(state, "deletion_policy", policy)); summaries(diags) != "The linked account stays at StackOne" || !strings.Contains(diags[0].Detail, id) || len(h.Requests()) != before {
			t.Errorf("policy %v: %d requests, %v", policy, len(h.Requests())-before, texts(diags))
		}
	}

	// The response to the first deletion is lost; the second attempt gets a 404.
	h.Script(stackonetest.Fault{Status: http.StatusBadGateway, Process: true})

	for range 2 {
		if diags := p.delete(p.with(state, "deletion_policy", "delete")); len(diags) != 0 {
			t.Errorf("policy delete: %v", texts(diags))
		}
	}

	if _, found := h.Account(id); found {
		t.Error("the account is still there")
	}
}

func TestAccountResource_forgetsMany(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	state := p.apply(nil, map[string]any{"account_id": h.newAccount()})
	count := map[string]int{}

	for range 8 {
		for _, d := range p.delete(state) {
			count[d.Summary]++
		}
	}

	if want := map[string]int{"The linked account stays at StackOne": 5, "More linked accounts stay at StackOne": 1}; !maps.Equal(count, want) {
		t.Errorf("warnings: %v, want %v", count, want)
	}
}

// A policy that is added together with the removal does not reach the state.
func TestAccountResource_policyAddedWithTheRemoval(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, "locals {\n  ids = [\""+id+"\"]\n}\n"+forEachID)
	a.apply()
	a.write("main.tf", "locals {\n  ids = []\n}\n"+strings.Replace(forEachID, "}", "  deletion_policy = \"delete\"\n}", 1))
	contains(t, a.apply(), "Warning: The linked account stays at StackOne")
	a.keeps(h, id)
}

const forEachID = "\nresource \"stackone_account\" \"all\" {\n  for_each   = toset(local.ids)\n  account_id = each.value\n}\n"

func TestAccountResource_gone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id := h.newAccount()
	state := p.apply(nil, map[string]any{"account_id": id})

	h.RemoveAccount(id)

	state, diags := p.tryRead(state)
	if !state.IsNull() || len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != "The linked account is gone" ||
		!strings.Contains(diags[0].Detail, "another project") {
		t.Errorf("%s, %v", state, texts(diags))
	}
}

// A 404 without the API's format, as of a gateway, does not mean that the account is gone.
func TestAccountResource_notFoundElsewhere(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, adopting(id, `deletion_policy = "delete"`))
	a.apply()

	h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
		return &stackonetest.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html><h1>Not Found</h1></html>"}
	})

	for _, command := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
		out, err := a.try(append(command, "-no-color")...)

		text := strings.Join(strings.Fields(strings.NewReplacer("╷", "", "│", "", "╵", "").Replace(out)), " ")
		if err == nil || !strings.Contains(text, "it is a 404, but not the StackOne API's") || !strings.Contains(text, "Check base_url") || !strings.Contains(a.state(), id) {
			t.Errorf("%v: %v\n%s", command, err, out)
		}
	}
}

func TestAccountResource_validation(t *testing.T) {
	t.Parallel()

	for want, config := range map[string]map[string]any{
		`Did you mean "delete"?`:       {"account_id": "a", "deletion_policy": "deleet"},
		`Did you mean "test"?`:         {"account_id": "a", "type": "tets"},
		"label must not be empty":      {"account_id": "a", "label": ""},
		"account_id must not be empty": {"account_id": ""},
		"it is an array":               {"account_id": "a", "metadata": "[]"},
	} {
		diags := newHarness(t).protocol(t, "stackone_account").validate(config)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) {
			t.Errorf("%v: %v, want %q", config, texts(diags), want)
		}
	}
}

// After an import, a configuration with only account_id has an empty plan.
func TestAccountResource_import(t *testing.T) {
	t.Parallel()

	for name, by := range map[string]func(p *protocol, id string) *tfprotov6.ImportResourceStateRequest{
		"by id": func(_ *protocol, id string) *tfprotov6.ImportResourceStateRequest {
			return &tfprotov6.ImportResourceStateRequest{TypeName: "stackone_account", ID: id}
		},
		"by identity": func(p *protocol, id string) *tfprotov6.ImportResourceStateRequest {
			identity := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

			return &tfprotov6.ImportResourceStateRequest{TypeName: "stackone_account", Identity: &tfprotov6.ResourceIdentityData{
				IdentityData: p.pack(identity, p.value(identity, map[string]any{"id": id})),
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			p := h.protocol(t, "stackone_account")
			id := h.newAccount()

			resp, err := p.server.ImportResourceState(t.Context(), by(p, id))
			p.check(err, resp.Diagnostics)

			state := p.read(p.unpack(resp.ImportedResources[0].State))
			if p.text(state, "account_id") != id || p.text(state, "label") != "old" {
				t.Errorf("imported %s", state)
			}

			if planned, replace := p.plan(state, map[string]any{"account_id": id}); !planned.Equal(state) || len(replace) > 0 {
				t.Errorf("the plan after the import is not empty: %s", planned)
			}
		})
	}
}

func TestAccountResource_importOfNothing(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_account")

	resp, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "stackone_account", ID: "nobody"})
	p.check(err, resp.Diagnostics)

	_, diags := p.tryRead(p.unpack(resp.ImportedResources[0].State))
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(diags[0].Detail, `no linked account "nobody"`) || !strings.Contains(diags[0].Detail, "nothing to import") {
		t.Errorf("got %v", texts(diags))
	}
}

func TestListsRefuseNull(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")
	withNull := []tftypes.Value{tftypes.NewValue(tftypes.String, "hris"), tftypes.NewValue(tftypes.String, nil)}

	diags := map[string][]*tfprotov6.Diagnostic{
		"categories": p.validate(map[string]any{"origin_owner_id": "1", "origin_owner_name": "One", "categories": withNull}),
	}

	schemas, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.check(err, schemas.Diagnostics)

	object, ok := schemas.DataSourceSchemas["stackone_accounts"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the data source has no schema")
	}

	for _, name := range []string{"origin_owner_ids", "provider_keys", "account_ids", "statuses"} {
		resp, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: "stackone_accounts", Config: p.pack(object, p.value(object, map[string]any{name: withNull})),
		})
		p.check(err, nil)

		diags[name] = slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity != tfprotov6.DiagnosticSeverityError })
	}

	for name, found := range diags {
		if len(found) != 1 || !strings.Contains(found[0].Detail, "null elements") {
			t.Errorf("%s: %v", name, texts(found))
		}
	}
}
