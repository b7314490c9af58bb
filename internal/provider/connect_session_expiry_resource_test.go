package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

const (
	halfHour = 30 * time.Minute
	policyOn = `recreate_when_expired = true`
)

// dependant follows the session by replace_triggered_by.
func dependant() string {
	return `
resource "terraform_data" "dependant" {
  lifecycle {
    replace_triggered_by = [stackone_connect_session.this]
  }
}
`
}

// forcedBy checks that the plan replaces the session and that this one path forces it.
func forcedBy(action plancheck.ResourceActionType, path string) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, action),
		plancheck.ExpectUnknownValue(address, at(path)),
		expectReplacePaths{address: address, paths: fmt.Sprintf("[[%s]]", path)},
	}}
}

// later moves the clock before a step.
func (h *harness) later(d time.Duration) func() { return func() { h.clock.Advance(d) } }

func TestConnectSessionExpiry_policyOffStaysQuiet(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this") + dependant()

	ten := quiet(config)
	ten.PreConfig = h.later(10 * 365 * 24 * time.Hour)

	moment := quiet(config)
	moment.PreConfig = h.later(halfHour)
	moment.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownValue(address, at("expired"), knownvalue.Bool(true))}

	h.run(t, resource.TestCase{Steps: []resource.TestStep{{Config: config}, moment, ten}})

	if got := len(h.created()); got != 1 {
		t.Errorf("%d sessions were created, want 1", got)
	}
}

func TestConnectSessionExpiry_policyOnReplaces(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this", policyOn) + dependant()

	justBefore := quiet(config)
	justBefore.PreConfig = h.later(halfHour - time.Nanosecond)

	replaced := forcedBy(plancheck.ResourceActionDestroyBeforeCreate, "expires_at")
	replaced.PreApply = append(replaced.PreApply, plancheck.ExpectResourceAction("terraform_data.dependant", plancheck.ResourceActionReplace))

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		justBefore,
		{
			PreConfig: h.later(time.Nanosecond), Config: config, ConfigPlanChecks: replaced,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, at("expired"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-01T13:00:00Z")),
			},
		},
	}})

	if got := len(h.created()); got != 2 {
		t.Errorf("%d sessions were created, want 2", got)
	}
}

func TestConnectSessionExpiry_createBeforeDestroy(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this", policyOn, "lifecycle {\n    create_before_destroy = true\n  }")

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{PreConfig: h.later(time.Hour), Config: config, ConfigPlanChecks: forcedBy(plancheck.ResourceActionCreateBeforeDestroy, "expires_at")},
	}})
}

func TestConnectSessionExpiry_withoutRefresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this", policyOn)

	h.run(t, resource.TestCase{
		AdditionalCLIOptions: &resource.AdditionalCLIOptions{Plan: resource.PlanOptions{NoRefresh: true}, Apply: resource.ApplyOptions{}},
		Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: h.later(time.Hour), Config: config, ConfigPlanChecks: forcedBy(plancheck.ResourceActionDestroyBeforeCreate, "expires_at")},
		},
	})
}

func TestConnectSessionExpiry_refreshOnlyNeverDrops(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this", policyOn)

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		{PreConfig: h.later(time.Hour), RefreshState: true, ExpectNonEmptyPlan: true, Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(address, "expired", "true"),
			resource.TestCheckResourceAttr(address, "expires_at", "2031-03-01T12:30:00Z"),
			func(*terraform.State) error {
				if n := len(h.Requests()); n != 1 {
					return fmt.Errorf("%d requests, want 1", n)
				}

				return nil
			},
		)},
	}})
}

func TestConnectSessionExpiry_earlyRenewal(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	config := session("this", policyOn, `expires_in = 3600`, `early_renewal_seconds = 600`)

	before := quiet(config)
	before.PreConfig = h.later(50*time.Minute - time.Nanosecond)

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: config},
		before,
		{PreConfig: h.later(time.Nanosecond), Config: config, ConfigPlanChecks: forcedBy(plancheck.ResourceActionDestroyBeforeCreate, "expires_at")},
	}})
}

func TestConnectSessionExpiry_policyChangesInPlace(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")
	before := p.apply(nil, inputs(nil))
	state := before

	for _, policy := range []map[string]any{
		{"recreate_when_expired": true},
		{"recreate_when_expired": true, "early_renewal_seconds": 60},
		{"recreate_when_expired": true, "early_renewal_seconds": 120},
		{"recreate_when_expired": false},
		nil,
	} {
		if _, replace := p.plan(state, inputs(policy)); len(replace) > 0 {
			t.Errorf("%v replaces for %v", policy, replace)
		}

		state = p.apply(&state, inputs(policy))
	}

	if !state.Equal(before) {
		t.Errorf("the session changed from %s to %s", before, state)
	}

	if got := len(h.Requests()); got != 1 {
		t.Errorf("%d requests, want the one that created the session", got)
	}
}

func TestConnectSessionExpiry_policyTurnedOnAfterTheEnd(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: session("this")},
		{PreConfig: h.later(time.Hour), Config: session("this", policyOn), ConfigPlanChecks: forcedBy(plancheck.ResourceActionDestroyBeforeCreate, "expires_at")},
	}})
}

// The end comes between the plan and the apply: what was planned is applied, and
// the next plan renews.
func TestConnectSessionExpiry_endsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		before, after []string
		// planned is what the plan says that it is going to do.
		planned string
		// renews tells that the plan after the apply replaces the session.
		renews bool
	}{
		"nothing to do":         {[]string{policyOn}, []string{policyOn}, "Changes to Outputs", true},
		"policy turned on":      {nil, []string{policyOn}, "0 to add, 1 to change, 0 to destroy", true},
		"margin changes":        {[]string{policyOn}, []string{policyOn, `early_renewal_seconds = 60`}, "0 to add, 1 to change, 0 to destroy", true},
		"replaced for a keeper": {[]string{policyOn}, []string{policyOn, `keepers = { a = "b" }`}, "1 to add, 0 to change, 1 to destroy", false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			// An output changes too, so that there is something to apply in each case.
			config := func(lines []string, note string) string {
				return session("this", lines...) + fmt.Sprintf("output \"note\" {\n  value = %q\n}\n", note)
			}

			a := h.attach(t, config(test.before, "before"))
			a.terraform("apply", "-auto-approve", "-no-color")
			a.write("main.tf", config(test.after, "after"))

			if out := a.terraform("plan", "-out=saved", "-no-color"); !strings.Contains(out, test.planned) {
				t.Errorf("the plan lacks %q:\n%s", test.planned, out)
			}

			h.clock.Advance(25 * time.Hour)
			a.terraform("apply", "-no-color", "saved")

			if out := a.terraform("plan", "-no-color"); strings.Contains(out, "must be replaced") != test.renews {
				t.Errorf("the plan after the apply:\n%s", out)
			}
		})
	}
}

// A policy that is known only during apply is no problem while the session is
// valid, and a clear error when the two plans could not agree.
func TestConnectSessionExpiry_undecidedPolicy(t *testing.T) {
	t.Parallel()

	config := func(name string) string {
		return fmt.Sprintf("resource \"terraform_data\" %q {\n  input = true\n}\n", name) +
			session("this", "recreate_when_expired = terraform_data."+name+".output")
	}

	h := newHarness(t)

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: session("this")},
		{Config: config("first"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		{PreConfig: h.later(time.Hour), Config: config("second"), ExpectError: regexp.MustCompile(`(?s)Renewal policy not known in time.*known only during\s+apply`)},
	}})
}

// A state that lost its expires_at, by hand or by an older tool, is mended by the
// next refresh where created_at tells, and renewed where nothing tells.
func TestConnectSessionExpiry_missingExpiresAt(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		lost        []string
		policy      bool
		wantReplace bool
		wantExpires string
	}{
		"restored from created_at":        {[]string{"expires_at"}, true, false, "2031-03-01T12:30:00Z"},
		"nothing to count by, policy off": {[]string{"expires_at", "created_at", "expired"}, false, false, ""},
		"nothing to count by, policy on":  {[]string{"expires_at", "created_at", "expired"}, true, true, ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			p := h.protocol(t, "stackone_connect_session")

			config := map[string]any{"origin_owner_id": "1", "origin_owner_name": "One", "recreate_when_expired": test.policy}
			state := p.apply(nil, config)

			for _, attribute := range test.lost {
				state = p.with(state, attribute, nil)
			}

			state = p.read(state)

			if got := p.text(state, "expires_at"); got != test.wantExpires {
				t.Errorf("expires_at after the refresh: %q, want %q", got, test.wantExpires)
			}

			if _, replace := p.plan(state, config); (len(replace) > 0) != test.wantReplace {
				t.Errorf("replaced for %v, want %t", replace, test.wantReplace)
			}
		})
	}
}
