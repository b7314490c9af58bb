package provider_test

import (
	"fmt"
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

// patches returns the bodies of the updates.
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

// oneAccount is a fake with one account, and the protocol of its resource.
func oneAccount(t *testing.T) (h *harness, p *protocol, id string) {
	t.Helper()

	h = newHarness(t)

	return h, h.protocol(t, "stackone_account"), h.newAccount()
}

// respond sets the response to one method.
func (h *harness) respond(method string, response stackonetest.Fault) {
	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Method == method {
			return &response
		}

		return nil
	})
}

// notFound is StackOne's response for an account that does not exist.
func notFound(status int) stackonetest.Fault {
	return stackonetest.Fault{Status: status, ContentType: "application/json", Body: fmt.Sprintf(`{"statusCode": %d, "message": "Not found"}`, status)}
}

// ofAccount is a configuration of stackone_account.
func ofAccount(id any, attributes map[string]any) map[string]any {
	config := map[string]any{"account_id": id}
	maps.Copy(config, attributes)

	return config
}

func identityType() tftypes.Object {
	return tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}
}

func (p *protocol) identity(id any) *tfprotov6.ResourceIdentityData {
	return &tfprotov6.ResourceIdentityData{IdentityData: p.pack(identityType(), p.value(identityType(), map[string]any{"id": id}))}
}

// tryImport imports an object by ID or by identity, and reads it.
func (p *protocol) tryImport(id any, byIdentity bool) (tftypes.Value, []*tfprotov6.Diagnostic) {
	p.tb.Helper()

	req := &tfprotov6.ImportResourceStateRequest{TypeName: p.typeName}
	if byIdentity {
		req.Identity = p.identity(id)
	} else {
		req.ID, _ = id.(string)
	}

	resp, err := p.server.ImportResourceState(p.tb.Context(), req)
	if p.check(err, nil); len(resp.ImportedResources) == 0 {
		return p.null(), resp.Diagnostics
	}

	imported := resp.ImportedResources[0]
	read, err := p.server.ReadResource(p.tb.Context(), &tfprotov6.ReadResourceRequest{TypeName: p.typeName, CurrentState: imported.State, Private: imported.Private, CurrentIdentity: imported.Identity})
	p.check(err, nil)

	if len(read.Diagnostics) > 0 {
		return p.unpack(read.NewState), read.Diagnostics
	}

	if identity, err := read.NewIdentity.IdentityData.Unmarshal(identityType()); err != nil || p.text(identity, "id") != id {
		p.tb.Errorf("the identity of %v is %s, %v", id, identity, err)
	}

	return p.unpack(read.NewState), nil
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

			h, p, id := oneAccount(t)
			config := ofAccount(id, test.config)
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

	h, p, id := oneAccount(t)
	state := p.apply(nil, ofAccount(id, map[string]any{"label": "one", "metadata": `{"a":1}`}))

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
		state = p.apply(&state, ofAccount(id, step.config))

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

	if _, replace := p.plan(state, ofAccount("another", nil)); len(replace) != 1 {
		t.Errorf("another account_id must replace: %v", replace)
	}
}

func TestAccountResource_takesFactsFromTheResponse(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)

	apply := func(prior *tftypes.Value, attributes map[string]any, want string) tftypes.Value {
		t.Helper()
		h.clock.Advance(time.Hour)

		state := p.apply(prior, ofAccount(id, attributes))
		if got := strings.Join([]string{p.text(state, "label"), p.text(state, "status"), p.text(state, "provider_name"), p.text(state, "origin_username"), p.text(state, "created_at"), p.text(state, "updated_at")}, " "); got != want {
			t.Errorf("%v: %s, want %s", attributes, got, want)
		}

		return state
	}

	state := apply(nil, map[string]any{"label": "one"}, "one active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T13:00:00.000Z")

	h.UpdateAccount(id, func(a *stackonetest.Account) { a.Status = "error" })

	state = apply(&state, map[string]any{"label": "two"}, "two active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T14:00:00.000Z")

	// A short response.
	h.respond(http.MethodPatch, stackonetest.Fault{Process: true, ContentType: "application/json", Body: `{"id": "` + id + `", "provider_name": "Bamboo"}`})
	apply(&state, map[string]any{"label": "three", "shared": true}, "three active BambooHR jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T14:00:00.000Z")

	state = apply(nil, map[string]any{"label": "four"}, "four error Bamboo jo@customer-1.example 2031-03-01T12:00:00.000Z 2031-03-01T15:00:00.000Z")
	if !p.attributes(state)["shared"].Equal(tftypes.NewValue(tftypes.Bool, true)) {
		t.Errorf("adopted, with a short response: %s", state)
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

	h, p, id := oneAccount(t)
	state := p.apply(nil, ofAccount(id, map[string]any{"label": "new", "metadata": `{"a": 1}`}))

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
		if planned, _ := p.plan(state, ofAccount(id, config)); p.changed(state, planned) != want {
			t.Errorf("%v: the plan changes %s, want %s", config, p.changed(state, planned), want)
		}
	}

	if len(h.Requests()) != requests {
		t.Error("a plan of an adopted account makes calls")
	}
}

func TestAccountResource_planWarnsWhatStackOneKeeps(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	state := p.apply(nil, ofAccount(id, map[string]any{"metadata": `{"a":1}`, "connector_profile_id": "p"}))
	without := p.apply(&state, ofAccount(id, nil))

	h.AddAccount(stackonetest.Account{ID: "another"})

	const profile, metadata = `WARNING AttributeName("connector_profile_id") StackOne keeps the connector profile`, `WARNING AttributeName("metadata") StackOne keeps the metadata`

	for name, test := range map[string]struct {
		prior  tftypes.Value
		config map[string]any
		kept   []string
	}{
		"removed":          {state, nil, []string{profile, metadata}},
		"one removed":      {state, map[string]any{"metadata": `{"a":1}`}, []string{profile}},
		"kept":             {state, map[string]any{"metadata": `{"a":1}`, "connector_profile_id": "p"}, nil},
		"changed":          {state, map[string]any{"metadata": `{}`, "connector_profile_id": "q"}, nil},
		"not known yet":    {state, map[string]any{"metadata": tftypes.UnknownValue, "connector_profile_id": tftypes.UnknownValue}, nil},
		"never there":      {without, nil, nil},
		"another account":  {state, map[string]any{"account_id": "another"}, nil},
		"something beside": {state, map[string]any{"label": "new", "connector_profile_id": "p"}, []string{metadata}},
	} {
		p.configure()
		p.expect(name, p.tryPlan(test.prior, ofAccount(id, test.config)).Diagnostics, test.kept...)
	}
}

func TestAccountResource_planWarnsOfOverwrites(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	id, bare := h.newAccount(), h.AddAccount(stackonetest.Account{})
	created := p.change(p.null(), ofAccount(h.AddAccount(stackonetest.Account{ID: "another"}), map[string]any{"label": "mine", "origin_owner_name": "Other"}))
	another := p.unpack(created.NewState)

	for name, test := range map[string]struct {
		prior  tftypes.Value
		config map[string]any
		want   []string
	}{
		// The warning omits configured values, which may be sensitive.
		"values": {p.null(), ofAccount(id, map[string]any{"label": "new", "type": "production", "origin_owner_name": "Other", "metadata": `{"a":"new"}`, "connector_profile_id": "new"}), []string{
			"WARNING Adopting the linked account overwrites values: Adopting the linked account " + id + " replaces these values at StackOne:\n\n  label\n  origin_owner_name\n" +
				"  connector_profile_id (StackOne does not return the current value)\n  metadata (StackOne does not return the current value)\n\nTo keep",
		}},
		"a replacement":         {another, ofAccount(id, map[string]any{"label": "mine"}), []string{"WARNING Adopting the linked account overwrites values: Adopting the linked account " + id + " replaces these values at StackOne:\n\n  label\n\nTo keep"}},
		"nothing to overwrite":  {p.null(), ofAccount(bare, map[string]any{"label": "new", "shared": true}), nil},
		"the same":              {p.null(), ofAccount(id, map[string]any{"label": "old"}), nil},
		"not known yet":         {p.null(), ofAccount(tftypes.UnknownValue, map[string]any{"label": "x"}), nil},
		"there is none":         {p.null(), ofAccount("nobody", nil), []string{`ERROR AttributeName("account_id") Linked account not found: There is nothing to adopt: StackOne has no linked account "nobody"`}},
		"metadata is no object": {p.null(), ofAccount("nobody", map[string]any{"metadata": "[]"}), []string{"Not a JSON object"}},
	} {
		p.configure()

		var object []byte
		if !test.prior.IsNull() {
			object = created.Private
		}

		for range 2 {
			p.expect(name, p.tryPlan(test.prior, test.config, object...).Diagnostics, test.want...)
		}
	}
}

func TestAccountResource_plannedIdentity(t *testing.T) {
	t.Parallel()

	_, p, id := oneAccount(t)

	for _, accountID := range []any{id, tftypes.UnknownValue} {
		config := ofAccount(accountID, nil)

		resp, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: "stackone_account", PriorState: p.pack(p.object, p.null()), Config: p.pack(p.object, p.value(p.object, config)),
			ProposedNewState: p.pack(p.object, p.proposed(p.null(), config)), PriorIdentity: p.identity("old"),
		})
		p.check(err, resp.Diagnostics)

		identity, err := resp.PlannedIdentity.IdentityData.Unmarshal(identityType())
		if err != nil || identity.IsNull() != (accountID != id) || !identity.IsNull() && p.text(identity, "id") != id {
			t.Errorf("the identity of %v is %s, %v", accountID, identity, err)
		}

		if planned := p.unpack(resp.PlannedState); !p.attributes(planned)["id"].Equal(tftypes.NewValue(tftypes.String, accountID)) {
			t.Errorf("the plan of %v is %s", accountID, planned)
		}
	}
}

// An edited state may lack the id, and Terraform's test framework invents one.
func TestAccountResource_stateWithOddID(t *testing.T) {
	t.Parallel()

	for name, odd := range map[string]any{"none": nil, "empty": "", "another": "5fp8rbli"} {
		h, p, id := oneAccount(t)
		state := p.with(p.apply(nil, ofAccount(id, map[string]any{"deletion_policy": "delete"})), "id", odd)

		p.configure()

		read, diags := p.tryRead(state)
		if p.expect(name, diags); p.text(read, "id") != id {
			t.Errorf("%s: %s", name, read)
		}

		p.configure()
		p.expect(name, p.delete(state))

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

// While the key is unknown, plans make no requests.
func TestUnknownConfiguration_ofTheProvider(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	accounts, pins := h.protocol(t, "stackone_account"), h.protocol(t, pinnedVersionType)

	for _, p := range []*protocol{accounts, pins} {
		p.configureWith(map[string]any{"api_key": tftypes.UnknownValue})
	}

	accounts.expect("an account", accounts.tryPlan(accounts.null(), ofAccount("1", map[string]any{"label": "new"})).Diagnostics)
	accounts.expect("its old resource", accounts.tryPlan(accounts.value(accounts.object, ofAccount("1", map[string]any{"deletion_policy": "delete"})), nil).Diagnostics, inUse)
	pins.expect("a pin", pins.tryPlan(pins.null(), map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"}).Diagnostics)

	_, diags, _ := listed(accounts, map[string]any{"account_ids": []string{}}, 0, false)
	accounts.expect("an empty filter", diags)

	_, diags, _ = listed(accounts, nil, 0, false)
	accounts.expect("a list", diags, "ERROR")

	if got := len(h.Requests()); got != 0 {
		t.Errorf("%d requests", got)
	}
}

func TestAccountResource_errors(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	config := ofAccount(id, map[string]any{"label": "new"})
	refused := stackonetest.Fault{Status: 422, ContentType: "application/json", Body: `{"message": "no"}`}

	// Plan and adoption read the account; the update fails.
	h.respond(http.MethodPatch, refused)

	state, diags := p.tryApply(p.null(), config)
	if p.expect("adopting", diags, "ERROR Cannot adopt the linked account"); !state.IsNull() {
		t.Errorf("adopting: %s", state)
	}

	h.OnRequest(nil)

	state = p.apply(nil, config)

	for want, response := range map[string]stackonetest.Fault{
		"StackOne says: no": refused,
		// The 404 of a gateway does not mean that the account is gone.
		"it is a 404, but not the StackOne API's": {Status: http.StatusNotFound, ContentType: "text/html", Body: "<html><h1>Not Found</h1></html>"},
	} {
		h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &response })
		p.configure()

		kept, read := p.tryRead(state)
		_, update := p.tryApply(state, ofAccount(id, map[string]any{"label": "newer"}))
		adoption := p.tryPlan(p.null(), config).Diagnostics

		p.configure()

		if !kept.Equal(state) {
			t.Errorf("%s: %s", want, kept)
		}

		for summary, diags := range map[string][]*tfprotov6.Diagnostic{
			"ERROR Cannot adopt the linked account": adoption, "ERROR Cannot read the linked account": read,
			"ERROR Cannot update the linked account": update, "ERROR Cannot delete the linked account": p.delete(p.with(state, "deletion_policy", "delete")),
		} {
			p.expect(want, diags, summary)
			p.expect(summary, diags, want)
		}
	}

	h.OnRequest(nil)
	h.respondWith("id", "another")

	kept, diags := p.tryRead(state)
	if p.expect("another account", diags, `"another"`); !kept.Equal(state) || !strings.Contains(diags[0].Detail, id) {
		t.Errorf("another account: %s, %v", kept, texts(diags))
	}
}

func TestAccountResource_delete(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	state := p.apply(nil, ofAccount(id, nil))
	requests := len(h.Requests())

	const named = `WARNING The linked account stays at StackOne: Removing the linked account "account-`
	for i, want := range [][]string{{named + `0"`}, {named + `1"`}, {named + `2"`}, {named + `3"`}, {named + `4"`}, {"WARNING More linked accounts stay at StackOne"}, nil} {
		p.expect(i, p.delete(p.with(p.with(state, "account_id", fmt.Sprint("account-", i)), "deletion_policy", []any{nil, "forget"}[i%2])), want...)
	}

	if got := len(h.Requests()) - requests; got != 0 {
		t.Errorf("%d requests", got)
	}

	p.configure()

	// The response to the first deletion is lost; the second attempt gets a 404.
	h.Script(stackonetest.Fault{Status: http.StatusBadGateway, Process: true})

	for range 2 {
		p.expect("policy delete", p.delete(p.with(state, "deletion_policy", "delete")))
	}

	if _, found := h.Account(id); found {
		t.Error("the account is still there")
	}
}

// An account deleted after a list cannot be adopted.
func TestAccountResource_goneAfterAList(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	config := ofAccount(id, map[string]any{"label": "new"})
	p.apply(nil, config)
	listed(p, nil, 0, false)
	h.RemoveAccount(id)

	_, diags := p.tryApply(p.null(), config)
	p.expect("adopted", diags, `ERROR AttributeName("account_id") Linked account not found`)
}

// An account is gone only after two such responses.
func TestAccountResource_goneTwice(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	state := p.apply(nil, ofAccount(id, map[string]any{"deletion_policy": "delete"}))

	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		h.Script(notFound(status))

		read, diags := p.tryRead(state)
		if p.expect("once", diags); !read.Equal(state) {
			t.Errorf("%d once: %s", status, read)
		}

		h.Script(notFound(status), notFound(status))

		read, diags = p.tryRead(state)
		if p.expect("twice", diags, "WARNING The linked account is gone: StackOne no longer has the linked account \""+id+"\", so"); !read.IsNull() {
			t.Errorf("%d twice: %s", status, read)
		}

		h.Script(notFound(status))
		p.configure()
		p.expect("a delete", p.delete(state))
	}
}

func TestAccountResource_validation(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_account")

	for want, config := range map[string]map[string]any{
		`Did you mean "delete"?`:       {"account_id": "a", "deletion_policy": "deleet"},
		`Did you mean "test"?`:         {"account_id": "a", "type": "tets"},
		"label must not be empty":      {"account_id": "a", "label": ""},
		"account_id must not be empty": {"account_id": ""},
		"it is an array":               {"account_id": "a", "metadata": "[]"},
	} {
		p.expect(config, p.validate(config), want)
	}
}

// After an import, a configuration with only account_id has an empty plan.
func TestAccountResource_import(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)

	for _, byIdentity := range []bool{false, true} {
		p.configure()

		state, diags := p.tryImport(id, byIdentity)
		if p.expect("an import", diags); p.text(state, "account_id") != id || p.text(state, "label") != "old" {
			t.Errorf("imported %s", state)
		}

		if planned, replace := p.plan(state, ofAccount(id, nil)); !planned.Equal(state) || len(replace) > 0 {
			t.Errorf("the plan after the import is not empty: %s", planned)
		}

		_, diags = p.tryImport("nobody", byIdentity)
		p.expect("an import of nothing", diags, `There is nothing to import: StackOne has no linked account "nobody"`)

		requests := len(h.Requests())

		// A blank identifier would list all accounts.
		for _, blank := range []any{"", " \t", nil} {
			_, diags = p.tryImport(blank, byIdentity)
			p.expect(blank, diags, "ERROR Empty identifier")
		}

		if len(h.Requests()) != requests {
			t.Error("a blank identifier causes requests")
		}
	}
}

func TestListsRefuseNull(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, session("this", `categories = ["hris", null]`)+`
data "stackone_accounts" "this" {
  origin_owner_ids = ["hris", null]
  provider_keys    = ["hris", null]
  account_ids      = ["hris", null]
  statuses         = ["error", null]
}
`)

	if out := a.exits(1, "plan", "-no-color"); strings.Count(out, "Error: ") != 5 || strings.Count(out, "null elements") != 5 {
		t.Errorf("not every list is refused:\n%s", out)
	}
}
