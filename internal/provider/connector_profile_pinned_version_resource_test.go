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

func (h *harness) wantPin(t *testing.T, version string) {
	t.Helper()

	if p, _ := h.ConnectorProfile("p1"); p.PinnedVersion != version {
		t.Errorf("pinned to %q, want %q", p.PinnedVersion, version)
	}
}

func pinned(version string, lines ...string) string {
	return fmt.Sprintf("resource %q \"this\" {\n  connector_profile_id = \"p1\"\n  pinned_version = %q\n  %s\n}\n", pinnedVersionType, version, strings.Join(lines, "\n  "))
}

// StackOne may return the version for a range, and null for a missing pin.
func TestPinnedVersion_drift(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.SetPinStyle(stackonetest.PinStyle{Resolve: true, NullWhenUnpinned: true})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1"})

	a := h.attach(t, pinned("1.x.x"))
	contains(t, a.apply(), "1 added")
	a.plan("-detailed-exitcode")

	h.UpdateConnectorProfile("p1", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "1.0.0" })
	contains(t, a.plan(), `pinned_version       = "1.0.0" -> "1.x.x"`)
	contains(t, a.apply("-refresh-only"), `"1.x.x" -> "1.0.0"`)
	h.UpdateConnectorProfile("p1", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "1.2.0" })
	contains(t, a.apply("-refresh-only"), `"1.0.0" -> "1.2.0"`)
	contains(t, a.apply(), "1 changed")
	a.plan("-detailed-exitcode")

	h.UpdateConnectorProfile("p1", func(p *stackonetest.ConnectorProfile) { p.PinnedVersion = "" })
	contains(t, a.apply(), "1 added")
	h.wantPin(t, "1.x.x")

	a.write("main.tf", pinned("1.1.0", `owner = "stackone"`))
	contains(t, a.apply(), "1 changed")
	a.plan("-detailed-exitcode")

	contains(t, oneLine(a.terraform("destroy", "-auto-approve", "-no-color")), "Warning: Connector profile follows the newest version", `unpins the connector profile "p1" from version "1.1.0"`)
	h.wantPin(t, "")
}

func TestPinnedVersion_plan(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1", PinnedVersion: "1.0.0"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p2", PinnedVersion: "1.2.0", ConnectorOwner: "stackone"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p3"})

	p := h.protocol(t, pinnedVersionType)

	plan := func(prior tftypes.Value, config map[string]any, requests int, want ...string) *tfprotov6.PlanResourceChangeResponse {
		t.Helper()

		before := len(h.Requests())
		resp := p.tryPlan(prior, config)
		p.expect(config, resp.Diagnostics, want...)

		if sent := len(h.Requests()) - before; sent != requests {
			t.Errorf("%d requests, want %d", sent, requests)
		}

		return resp
	}
	pin := func(profile, version, owner any) map[string]any {
		return map[string]any{"connector_profile_id": profile, "pinned_version": version, "owner": owner}
	}

	const (
		unpins   = `WARNING Connector profile follows the newest version: Applying this plan unpins the connector profile "p1" from version "1.1.0"`
		replaces = "WARNING The connector profile is already pinned: StackOne has pinned the connector profile "
	)

	plan(p.null(), pin("p1", "1.1.0", nil), 1, replaces+`"p1" to version "1.0.0". Applying this plan pins it to version "1.1.0".`)
	plan(p.null(), pin("p1", tftypes.UnknownValue, nil), 1, replaces+`"p1" to version "1.0.0". Applying this plan pins it to a version that is known after apply.`)
	plan(p.null(), pin("p1", "1.0.0", nil), 1)
	plan(p.null(), pin("p2", "1.2.0", "acme"), 1, replaces+`"p2" to version "1.2.0" of the owner "stackone". Applying this plan pins it to version "1.2.0" of the owner "acme".`)
	plan(p.null(), pin("p2", "1.2.0", nil), 1)
	plan(p.null(), pin("p3", "1.1.0", nil), 1)
	plan(p.null(), pin(tftypes.UnknownValue, "1.1.0", nil), 0)

	p.apply(nil, pin("p3", "1.1.0", "stackone"))

	state := p.apply(nil, pin("p1", "1.1.0", nil))

	var sent []string

	for _, r := range h.Requests() {
		if r.Method == http.MethodPut {
			sent = append(sent, string(r.Body))
		}
	}

	if got := strings.Join(sent, " "); got != `{"pinned_version":"1.1.0","owner":"stackone"} {"pinned_version":"1.1.0"}` {
		t.Errorf("sent %s", got)
	}

	plan(state, pin("p1", "1.1.0", nil), 0)
	plan(state, nil, 0, unpins)
	plan(state, pin("p1", "1.2.0", nil), 0)

	if resp := plan(state, pin("p2", "1.1.0", nil), 1, unpins, replaces+`"p2" to version "1.2.0"`); len(resp.RequiresReplace) != 1 {
		t.Errorf("another profile replaces %v", resp.RequiresReplace)
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})
	plan(p.null(), pin("p1", "1.1.0", nil), 1, "ERROR Cannot read the pinned version")
}

func TestPinnedVersion_validation(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, pinnedVersionType)

	for _, name := range []string{"connector_profile_id", "pinned_version", "owner"} {
		config := map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0", name: " "}
		p.expect(name, p.validate(config), name+" must not be empty")
	}
}

func TestPinnedVersion_errors(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1"})

	p := h.protocol(t, pinnedVersionType)
	state := p.apply(nil, map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"})

	for profile, want := range map[string]string{"p1": "pinned_version matches no version of the connector", "p2": "Connector profile p2 not found"} {
		_, diags := p.tryApply(p.null(), map[string]any{"connector_profile_id": profile, "pinned_version": "9.9.9"})
		p.expect(profile, diags, "ERROR Cannot pin the version")
		p.expect(profile, diags, want)
	}

	h.Script(stackonetest.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>"})

	kept, diags := p.tryRead(state)
	if p.expect("the 404 of a gateway", diags, "ERROR Cannot read the pinned version"); !kept.Equal(state) {
		t.Errorf("the 404 of a gateway: %s", kept)
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})
	p.expect("a refused delete", p.delete(state), "ERROR Cannot unpin the version")
	p.expect("a pin that is gone", p.delete(p.with(state, "connector_profile_id", "p2")))
}

func TestPinnedVersion_import(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p1", PinnedVersion: "1.1.0", ConnectorOwner: "stackone"})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p2"})

	p := h.protocol(t, pinnedVersionType)

	for _, byIdentity := range []bool{false, true} {
		state, diags := p.tryImport("p1", byIdentity)
		if p.expect("an import", diags); p.text(state, "pinned_version") != "1.1.0" || p.text(state, "owner") != "stackone" || p.text(state, "created_at") == "" || p.text(state, "updated_at") == "" {
			t.Errorf("imported %s", state)
		}

		if planned, _ := p.plan(state, map[string]any{"connector_profile_id": "p1", "pinned_version": "1.1.0"}); !planned.Equal(state) {
			t.Errorf("the plan after the import is not empty: %s", planned)
		}

		state, diags = p.tryImport("p2", byIdentity)
		if p.expect("a profile without a pin", diags); !state.IsNull() {
			t.Errorf("a profile without a pin: %s", state)
		}

		_, diags = p.tryImport(" ", byIdentity)
		p.expect("a blank identifier", diags, "ERROR Empty identifier: An import needs the identifier of a connector profile, and this one is empty. The data source stackone_connector_profiles")
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
		if p.expect(name, diags); len(ids) != test.want || len(resources) != len(ids) {
			t.Errorf("%s: %d pins, %d resources", name, len(ids), len(resources))
		}

		for i, state := range resources {
			if p.text(state, "connector_profile_id") != ids[i] || p.text(state, "pinned_version") != "1.1.0" || p.text(state, "owner") != "" {
				t.Errorf("%s: %s has the resource %s", name, ids[i], state)
			}
		}
	}

	h.Script(stackonetest.Fault{Status: http.StatusForbidden})

	_, diags, _ := listed(p, nil, 0, false)
	p.expect("a refused list", diags, "ERROR Cannot list the connector profiles")
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

	const lags = "Not at version 1.2.0 of staging: "

	contains(t, oneLine(a.apply()), lags+"Workday production (1.1.0), Workday of Acme (1.0.0).")
	contains(t, oneLine(a.plan("-detailed-exitcode")), lags+"Workday production (1.1.0), Workday of Acme (1.0.0).")
	contains(t, oneLine(a.apply("-var", "production_version=1.2.0")), lags+"Workday of Acme (1.0.0).")

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

	if out := oneLine(a.plan("-detailed-exitcode", "-var", "production_version=1.2.0")); strings.Contains(out, lags) {
		t.Errorf("all are at the version of staging:\n%s", out)
	}
}
