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

const pinnedVersionType = "stackone_connector_profile_pinned_version"

func (h *harness) pinOf(t *testing.T, id string) string {
	t.Helper()

	p, ok := h.ConnectorProfile(id)
	if !ok {
		t.Fatalf("no profile %s", id)
	}

	return p.PinnedVersion
}

func pinned(version string, lines ...string) string {
	return fmt.Sprintf("resource %q \"this\" {\n  connector_profile_id = \"p1\"\n  pinned_version = %q\n  %s\n}\n", pinnedVersionType, version, strings.Join(lines, "\n  "))
}

// StackOne may return a range and a missing pin in two ways each.
func TestPinnedVersion_drift(t *testing.T) {
	t.Parallel()

	for name, style := range map[string]stackonetest.PinStyle{
		"as sent, 404": {}, "resolved, null": {Resolve: true, NullWhenUnpinned: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.SetPinStyle(style)
			h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1"})

			a := h.attach(t, pinned("1.x.x"))
			contains(t, a.apply(), "1 added")
			a.plan("-detailed-exitcode")

			h.UpdateConnectorProfile("p1", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "1.0.0" })
			contains(t, a.plan(), `pinned_version       = "1.0.0" -> "1.x.x"`)
			contains(t, a.apply("-refresh-only"), `"1.x.x" -> "1.0.0"`)
			contains(t, a.apply(), "1 changed")
			a.plan("-detailed-exitcode")

			h.UpdateConnectorProfile("p1", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "" })
			contains(t, a.apply(), "1 added")

			if got := h.pinOf(t, "p1"); got != "1.x.x" {
				t.Errorf("pinned to %q", got)
			}

			a.write("main.tf", pinned("1.1.0", `owner = "stackone"`))
			contains(t, a.apply(), "1 changed")
			a.plan("-detailed-exitcode")

			out := a.terraform("destroy", "-auto-approve", "-no-color")
			contains(t, out, "Warning: Connector profile follows the newest version")
			contains(t, strings.Join(strings.Fields(out), " "), `unpins the connector profile "p1" from version "1.1.0"`)

			if got := h.pinOf(t, "p1"); got != "" {
				t.Errorf("still pinned to %q", got)
			}
		})
	}
}

func TestPinnedVersion_plan(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1", PinnedVersion: "1.0.0"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p2", PinnedVersion: "1.2.0"})

	p := h.protocol(t, pinnedVersionType)
	config := map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"}

	plan := func(prior tftypes.Value, config map[string]any, requests int, want ...string) *tfprotov6.PlanResourceChangeResponse {
		t.Helper()

		before := len(h.Requests())
		resp := p.tryPlan(prior, config)

		got := texts(resp.Diagnostics)
		if len(got) != len(want) {
			t.Fatalf("got %q, want %q", got, want)
		}

		for i, text := range want {
			if !strings.Contains(got[i], text) || resp.Diagnostics[i].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Errorf("got %q, want %q", got[i], text)
			}
		}

		if sent := len(h.Requests()) - before; sent != requests {
			t.Errorf("%d requests, want %d", sent, requests)
		}

		return resp
	}

	const unpins = `unpins the connector profile "p1" from version "1.1.0"`

	plan(p.null(), config, 1, `the connector profile "p1" to version "1.0.0". Applying this plan pins it to version "1.1.0"`)
	plan(p.null(), map[string]any{"connector_profile_id": tftypes.UnknownValue, "pinned_version": "1.1.0"}, 0)

	state := p.apply(nil, config)
	plan(state, config, 0)
	plan(state, nil, 0, unpins)
	plan(state, map[string]any{"connector_profile_id": "p1", "pinned_version": "1.2.0"}, 0)

	resp := plan(state, map[string]any{"connector_profile_id": "p2", "pinned_version": "1.1.0"}, 1, unpins, `the connector profile "p2" to version "1.2.0"`)
	if len(resp.RequiresReplace) != 1 {
		t.Errorf("another profile replaces %v", resp.RequiresReplace)
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})

	if resp := p.tryPlan(p.null(), config); len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Cannot read the pinned version" {
		t.Errorf("a refused read: %v", texts(resp.Diagnostics))
	}
}

func TestPinnedVersion_unknownConfiguration(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, pinnedVersionType)

	resp, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: p.pack(p.provider, p.value(p.provider, map[string]any{"api_key": tftypes.UnknownValue})),
	})
	p.check(err, resp.Diagnostics)

	if resp := p.tryPlan(p.null(), map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"}); len(resp.Diagnostics) != 0 {
		t.Error(texts(resp.Diagnostics))
	}
}

func TestPinnedVersion_errors(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1"})

	p := h.protocol(t, pinnedVersionType)
	state := p.apply(nil, map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"})

	for profile, want := range map[string]string{"p1": "pinned_version matches no version of the connector", "p2": "Connector profile p2 not found"} {
		if _, diags := p.tryApply(p.null(), map[string]any{"connector_profile_id": profile, "pinned_version": "9.9.9"}); len(diags) != 1 ||
			diags[0].Summary != "Cannot pin the version" || !strings.Contains(diags[0].Detail, want) {
			t.Errorf("%s: %v", profile, texts(diags))
		}
	}

	h.Script(stackonetest.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>"})

	if kept, diags := p.tryRead(state); len(diags) != 1 || diags[0].Summary != "Cannot read the pinned version" || !kept.Equal(state) {
		t.Errorf("the 404 of a gateway: %v", texts(diags))
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})

	if diags := p.delete(state); len(diags) != 1 || diags[0].Summary != "Cannot unpin the version" {
		t.Errorf("a refused delete: %v", texts(diags))
	}

	if diags := p.delete(p.with(state, "connector_profile_id", "p2")); len(diags) != 0 {
		t.Errorf("a pin that is gone: %v", texts(diags))
	}
}

func TestPinnedVersion_import(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1", PinnedVersion: "1.1.0", ConnectorOwner: "stackone"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p2"})

	p := h.protocol(t, pinnedVersionType)
	identity := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

	read := func(req *tfprotov6.ImportResourceStateRequest) (tftypes.Value, *tfprotov6.ReadResourceResponse) {
		t.Helper()

		req.TypeName = p.typeName
		resp, err := p.server.ImportResourceState(t.Context(), req)
		p.check(err, resp.Diagnostics)

		imported := resp.ImportedResources[0]
		refreshed, err := p.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: p.typeName, CurrentState: imported.State, Private: imported.Private, CurrentIdentity: imported.Identity})
		p.check(err, refreshed.Diagnostics)

		return p.unpack(refreshed.NewState), refreshed
	}

	for name, req := range map[string]*tfprotov6.ImportResourceStateRequest{
		"by id":       {ID: "p1"},
		"by identity": {Identity: &tfprotov6.ResourceIdentityData{IdentityData: p.pack(identity, p.value(identity, map[string]any{"id": "p1"}))}},
	} {
		state, resp := read(req)
		if p.text(state, "pinned_version") != "1.1.0" || p.text(state, "owner") != "stackone" || p.text(state, "updated_at") == "" {
			t.Errorf("%s: %s", name, state)
		}

		if v, err := resp.NewIdentity.IdentityData.Unmarshal(identity); err != nil || p.text(v, "id") != "p1" {
			t.Errorf("%s: the identity is %s, %v", name, v, err)
		}

		if planned, _ := p.plan(state, map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"}); !planned.Equal(state) {
			t.Errorf("%s: the plan after the import is not empty: %s", name, planned)
		}
	}

	if state, _ := read(&tfprotov6.ImportResourceStateRequest{ID: "p2"}); !state.IsNull() {
		t.Errorf("a profile without a pin: %s", state)
	}

	resp, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: p.typeName, ID: " "})
	if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Empty identifier" || !strings.Contains(resp.Diagnostics[0].Detail, "stackone_connector_profiles") {
		t.Errorf("a blank identifier: %v, %v", err, texts(resp.Diagnostics))
	}

	a := h.attach(t, strings.ReplaceAll(example(t, "resources/stackone_connector_profile_pinned_version/resource.tf")+
		example(t, "resources/stackone_connector_profile_pinned_version/import-by-string-id.tf"), "profile-1", "p1"))
	needs(t, "1.5.0", "1.6.0")
	contains(t, a.apply(), "1 imported, 0 added, 0 changed")
}

func TestPinnedVersionList(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 110 {
		h.AddConnectorProfile(stackonetest.ConnectorProfile{
			ID: fmt.Sprintf("p%03d", i), ConnectorKey: []string{"workday", "bamboohr"}[i%2], PinnedVersion: []string{"", "1.1.0"}[i/2%2], ConnectorOwner: "stackone", Disabled: i%3 == 0,
		})
	}

	p := h.protocol(t, pinnedVersionType)

	for name, test := range map[string]struct {
		filter map[string]any
		limit  int64
		want   int
	}{
		"all":       {nil, 0, 54},
		"limited":   {nil, 7, 7},
		"connector": {map[string]any{"provider_key": "workday"}, 0, 27},
		"enabled":   {map[string]any{"enabled": true}, 0, 36},
	} {
		ids, diags, resources := listed(p, test.filter, test.limit, true)
		if len(ids) != test.want || len(diags) > 0 || len(resources) != len(ids) {
			t.Errorf("%s: %d pins, %d resources and %v", name, len(ids), len(resources), diags)
		}

		for i, state := range resources {
			if p.text(state, "connector_profile_id") != ids[i] || p.text(state, "pinned_version") != "1.1.0" || p.text(state, "owner") != "" {
				t.Errorf("%s: %s has the resource %s", name, ids[i], state)
			}
		}
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})

	if _, diags, _ := listed(p, nil, 0, false); len(diags) != 1 || !strings.Contains(diags[0], "Cannot list the connector profiles") {
		t.Errorf("a refused list: %v", diags)
	}
}

func TestScenario_pinnedVersions(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for id, name := range map[string]string{"p1": "Workday staging", "p2": "Workday production", "p3": "Workday of Acme", "p4": "Workday sandbox"} {
		h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: id, Name: name, ConnectorKey: "workday"})
	}

	h.UpdateConnectorProfile("p3", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "1.0.0" })

	a := h.attach(t, example(t, "scenarios/pinned-versions/main.tf"))
	needs(t, "1.5.0", "1.6.0")

	lags := func(out, want string) {
		t.Helper()

		if text := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " "); !strings.Contains(text, "Not at version 1.2.0 of staging: "+want+".") {
			t.Errorf("the check lacks %s:\n%s", want, out)
		}
	}

	lags(a.apply(), "Workday production (1.1.0), Workday of Acme (1.0.0)")
	lags(a.plan("-detailed-exitcode"), "Workday production (1.1.0), Workday of Acme (1.0.0)")
	lags(a.apply("-var", "production_version=1.2.0"), "Workday of Acme (1.0.0)")

	var order []string

	for _, r := range h.Requests() {
		if r.Method == http.MethodPut {
			order = append(order, strings.Split(r.Path, "/")[2])
		}
	}

	if got := strings.Join(order, " "); got != "p1 p2 p2" {
		t.Errorf("pinned in the order %s", got)
	}

	h.UpdateConnectorProfile("p3", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "" })

	if out := a.plan("-detailed-exitcode", "-var", "production_version=1.2.0"); strings.Contains(out, "Not at version") {
		t.Errorf("all are at the version of staging:\n%s", out)
	}
}
