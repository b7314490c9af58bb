package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	halfHour = 30 * time.Minute
	policyOn = `recreate_when_expired = true`
)

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

func contains(t *testing.T, out string, wants ...string) {
	t.Helper()

	for _, want := range wants {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}

func (h *harness) wantSessions(t *testing.T, want int) {
	t.Helper()

	if got := len(h.created()); got != want || len(h.Requests()) != want {
		t.Errorf("%d sessions were created with %d requests, want %d", got, len(h.Requests()), want)
	}
}

func TestConnectSessionExpiry(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, session("this"))
	a.apply()

	// Without the policy, nothing happens, and a refresh keeps the session. Only a refresh-only
	// plan counts the end as drift.
	h.clock.Advance(halfHour)
	contains(t, a.plan("-detailed-exitcode"), nothing)
	contains(t, a.exits(2, "plan", "-no-color", "-refresh-only", "-detailed-exitcode"), "changed outside of", "expired")
	a.apply("-refresh-only")
	contains(t, a.state(), `"expired": true`, `"expires_at": "2031-03-01T12:30:00Z"`)

	if out := a.plan("-detailed-exitcode"); !strings.Contains(out, nothing) || strings.Contains(out, "Warning") {
		t.Errorf("after the refresh:\n%s", out)
	}

	h.wantSessions(t, 1)

	a.write("main.tf", session("this", policyOn))
	renews(t, a.apply())
	contains(t, a.state(), `"expired": false`, `"expires_at": "2031-03-01T13:00:00Z"`)

	h.clock.Advance(halfHour - time.Nanosecond)
	contains(t, a.plan(), nothing)

	h.clock.Advance(time.Nanosecond)
	renews(t, a.apply("-refresh=false"))
	contains(t, a.plan("-refresh=false"), nothing)

	h.wantSessions(t, 3)
}

// A session that expires between plan and apply is renewed by the next plan.
func TestConnectSessionExpiry_endsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		before, after []string
		// planned is a part of the plan's output.
		planned string
		renews  bool
	}{
		"nothing to do":         {[]string{policyOn}, []string{policyOn}, "Changes to Outputs", true},
		"policy turned on":      {nil, []string{policyOn}, "0 to add, 1 to change, 0 to destroy", true},
		"margin changes":        {[]string{policyOn}, []string{policyOn, `early_renewal_seconds = 60`}, "0 to add, 1 to change, 0 to destroy", true},
		"null in keepers":       {[]string{policyOn, `keepers = {}`}, []string{policyOn, `keepers = { a = null }`}, "0 to add, 1 to change, 0 to destroy", true},
		"replaced for a keeper": {[]string{policyOn}, []string{policyOn, `keepers = { a = "b" }`}, "1 to add, 0 to change, 1 to destroy", false},
	} {
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

	h := newHarness(t)
	a := h.attach(t, session("this", policyOn, `early_renewal_seconds = 60`))
	a.apply()

	for attribute, lines := range map[string][]string{
		"recreate_when_expired": {`recreate_when_expired = terraform_data.next.output.on`, `early_renewal_seconds = 60`},
		"early_renewal_seconds": {policyOn, `early_renewal_seconds = terraform_data.next.output.margin`},
	} {
		a.write("main.tf", "resource \"terraform_data\" \"next\" {\n  input = { on = true, margin = 60 }\n}\n"+session("this", lines...))
		contains(t, oneLine(a.fails("Renewal policy not known in time", "plan")), "depends on "+attribute+", whose value is known only during apply")
	}

	h.wantSessions(t, 1)
}

// As in an edited state.
func TestConnectSessionExpiry_missingExpiresAt(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")
	config := inputs(nil)
	state := p.with(p.apply(nil, config), "expires_at", nil)

	if _, replace := p.plan(p.read(state), config); len(replace) > 0 {
		t.Errorf("without a policy, the session is replaced for %v", replace)
	}

	config["recreate_when_expired"] = true

	if _, replace := p.plan(p.read(state), config); len(replace) != 1 {
		t.Errorf("a session without an end is replaced for %v", replace)
	}
}
