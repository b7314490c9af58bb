package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
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

// nothing is Terraform's output if there is nothing to do.
const nothing = "No changes. Your infrastructure matches the configuration."

// renewal is the reason for a replacement at the session's end. Older versions of Terraform
// print it twice in its line.
var renewal = regexp.MustCompile(`(?s)stackone_connect_session\.this must be replaced\n.*~ expires_at += "[^"\n]+"[^\n]* -> \(known after apply\) # forces replacement\n`)

// reason matches any reason for a replacement.
var reason = regexp.MustCompile(`(?m)# forces replacement$`)

// renews checks that a plan replaces the session only because of its end.
func renews(t *testing.T, out string) {
	t.Helper()

	if !renewal.MatchString(out) || len(reason.FindAllString(out, -1)) != 1 {
		t.Errorf("the plan does not renew the session only because of its end:\n%s", out)
	}
}

func contains(t *testing.T, out, want string) {
	t.Helper()

	if !strings.Contains(out, want) {
		t.Errorf("the output lacks %q:\n%s", want, out)
	}
}

func (h *harness) wantSessions(t *testing.T, want int) {
	t.Helper()

	if got := len(h.created()); got != want || len(h.Requests()) != want {
		t.Errorf("%d sessions were created with %d requests, want %d", got, len(h.Requests()), want)
	}
}

func TestConnectSessionExpiry_policyOffStaysQuiet(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this")+dependant())
	a.apply()

	h.clock.Advance(halfHour)
	contains(t, a.plan(), nothing)
	a.terraform("apply", "-refresh-only", "-auto-approve")
	contains(t, a.state(), `"expired": true`)

	h.clock.Advance(10 * 365 * 24 * time.Hour)

	if out := a.plan("-detailed-exitcode"); !strings.Contains(out, nothing) || strings.Contains(out, "Warning") {
		t.Errorf("ten years later:\n%s", out)
	}

	h.wantSessions(t, 1)
}

func TestConnectSessionExpiry_policyOnReplaces(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn)+dependant())
	a.apply()

	h.clock.Advance(halfHour - time.Nanosecond)
	contains(t, a.plan(), nothing)

	h.clock.Advance(time.Nanosecond)

	out := a.apply()
	renews(t, out)
	contains(t, out, "terraform_data.dependant will be replaced due to changes in replace_triggered_by")
	contains(t, out, "2 added, 0 changed, 2 destroyed")

	contains(t, a.state(), `"expired": false`)
	contains(t, a.state(), `"expires_at": "2031-03-01T13:00:00Z"`)
	contains(t, a.plan(), nothing)

	h.wantSessions(t, 2)
}

func TestConnectSessionExpiry_createBeforeDestroy(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn, "lifecycle {\n    create_before_destroy = true\n  }"))
	a.apply()

	h.clock.Advance(time.Hour)

	out := a.apply()
	renews(t, out)
	contains(t, out, "+/- create replacement and then destroy")
	contains(t, a.plan(), nothing)

	h.wantSessions(t, 2)
}

func TestConnectSessionExpiry_withoutRefresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn))
	a.apply()

	h.clock.Advance(time.Hour)
	renews(t, a.apply("-refresh=false"))
	contains(t, a.plan("-refresh=false"), nothing)

	h.wantSessions(t, 2)
}

func TestConnectSessionExpiry_refreshOnlyNeverDrops(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn))
	a.apply()

	h.clock.Advance(time.Hour)
	a.terraform("apply", "-refresh-only", "-auto-approve")

	contains(t, a.state(), `"expired": true`)
	contains(t, a.state(), `"expires_at": "2031-03-01T12:30:00Z"`)

	h.wantSessions(t, 1)
}

func TestConnectSessionExpiry_earlyRenewal(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn, `expires_in = 3600`, `early_renewal_seconds = 600`))
	a.apply()

	h.clock.Advance(50*time.Minute - time.Nanosecond)
	contains(t, a.plan(), nothing)

	h.clock.Advance(time.Nanosecond)
	renews(t, a.apply())
	contains(t, a.plan(), nothing)

	h.wantSessions(t, 2)
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
	a := h.attach(t, session("this"))
	a.apply()

	h.clock.Advance(time.Hour)
	a.write("main.tf", session("this", policyOn))
	renews(t, a.apply())

	h.wantSessions(t, 2)
}

// A session that expires between plan and apply is renewed by the next plan.
func TestConnectSessionExpiry_endsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		before, after []string
		// planned is a part of the plan's output.
		planned string
		renews  bool
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

			// An output changes, so that there is always something to apply.
			config := func(lines []string, note string) string {
				return session("this", lines...) + fmt.Sprintf("output \"note\" {\n  value = %q\n}\n", note)
			}

			a := h.attach(t, config(test.before, "before"))
			a.apply()
			a.write("main.tf", config(test.after, "after"))
			contains(t, a.plan("-out=saved"), test.planned)

			h.clock.Advance(25 * time.Hour)
			a.terraform("apply", "-no-color", "saved")

			if out := a.plan(); strings.Contains(out, "must be replaced") != test.renews {
				t.Errorf("the plan after the apply:\n%s", out)
			}
		})
	}
}

// If the policy becomes known during apply, a renewal could make the two plans differ, which
// Terraform reports as a bug of the provider.
func TestConnectSessionExpiry_policyNotKnownInTime(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		stored, lines []string
		// passes is the time between creation and plan, later that between plan and apply.
		passes, later time.Duration
		refused       string
	}{
		"policy": {nil, []string{`recreate_when_expired = terraform_data.next.output.on`}, time.Hour, 0, "recreate_when_expired"},
		"margin": {
			[]string{policyOn, `early_renewal_seconds = 60`}, []string{policyOn, `early_renewal_seconds = terraform_data.next.output.margin`},
			0, time.Hour, "early_renewal_seconds",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, session("this", test.stored...))
			a.apply()

			h.clock.Advance(test.passes)
			a.write("main.tf", "resource \"terraform_data\" \"next\" {\n  input = { on = true, margin = 60 }\n}\n"+session("this", test.lines...))

			out, err := a.try("plan", "-no-color", "-out=saved")
			if err == nil {
				h.clock.Advance(test.later)

				out, err = a.try("apply", "-no-color", "saved")
			}

			want := regexp.MustCompile(`(?s)Renewal policy not known in time.*depends on\s+` + test.refused + `,\s+whose\s+value\s+is\s+known\s+only\s+during\s+apply`)
			if err == nil || !want.MatchString(unboxed(out)) {
				t.Errorf("%v, and not %s:\n%s", err, want, out)
			}

			h.wantSessions(t, 1)
		})
	}
}

// A refresh restores expires_at from created_at.
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

func TestConnectSessionExpiry_missingExpiresAtWithoutRefresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")
	config := inputs(map[string]any{"recreate_when_expired": true, "expires_in": 3600})
	state := p.apply(nil, config)

	for name, edited := range map[string]tftypes.Value{
		"null": p.with(state, "expires_at", nil), "garbage": p.with(state, "expires_at", "soon"), "nobody looked": p.with(state, "expired", nil),
	} {
		if _, replace := p.plan(edited, config); len(replace) > 0 {
			t.Errorf("%s: a valid session is replaced for %v", name, replace)
		}
	}

	h.clock.Advance(time.Hour)

	if _, replace := p.plan(p.with(state, "expires_at", nil), config); len(replace) != 1 {
		t.Errorf("an expired session is replaced for %v", replace)
	}
}

func TestConnectSessionExpiry_bornDue(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.EditResponse(func(a map[string]any) { a["created_at"] = epoch().Add(-20 * time.Minute).Format(time.RFC3339) })

	a := h.attach(t, session("this", policyOn, `early_renewal_seconds = 600`))
	contains(t, a.apply(), "New session already due for renewal")
}
