package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// due reports whether no more than the margin is left of a session; with no margin,
// whether it has expired. At the moment of its end it has. Whoever compares an end
// with the clock asks here. Where the local clock runs behind StackOne's, a session
// is renewed later, but no more often.
func due(now, expiresAt time.Time, margin time.Duration) bool {
	return !now.Before(expiresAt.Add(-margin))
}

// renewalPolicy is what the configuration wants to happen at the end.
type renewalPolicy struct {
	RecreateWhenExpired types.Bool   `tfsdk:"recreate_when_expired"`
	EarlyRenewalSeconds types.Number `tfsdk:"early_renewal_seconds"`
}

// margin is how long before its end a session is renewed.
func (p renewalPolicy) margin() time.Duration { return seconds(p.EarlyRenewalSeconds) }

func seconds(number types.Number) time.Duration {
	n, _ := whole(number)
	return time.Duration(n) * time.Second
}

// renew decides whether a plan replaces the session of the state. Nothing else
// changes in the plan where unchanged is true; otherwise something changes in place.
//
//	recreate_when_expired | the state says           | unchanged | changes in place
//	----------------------|--------------------------|-----------|-----------------
//	false, null           | anything                 | keep      | keep
//	true                  | expired, or tells no end | replace   | replace
//	true                  | an end that is due       | replace   | keep
//	true                  | an end that is not due   | keep      | keep
//
// Only due asks the clock. Terraform plans a change in place twice, before and after
// the approval, and ends the run when the two plans differ; the clock may make them
// differ, so it is not asked there, and the next plan replaces.
func (p renewalPolicy) renew(now time.Time, state connectSessionModel, unchanged bool) bool {
	end, known := state.end()

	switch {
	case !p.RecreateWhenExpired.ValueBool():
		return false
	case !known || state.Expired.ValueBool():
		return true
	default:
		return unchanged && due(now, end, p.margin())
	}
}

// end is when the session of a state ends. A state that lost its expires_at, by
// hand or by another tool, still tells by created_at.
func (m *connectSessionModel) end() (time.Time, bool) {
	if expiresAt, ok := parseTimestamp(m.ExpiresAt); ok {
		return expiresAt, true
	}

	created, ok := parseTimestamp(m.CreatedAt)
	if !ok {
		return time.Time{}, false
	}

	return created.Add(m.validity()), true
}

// refresh recomputes the facts about the end of a session from its state. When
// the state lost its expires_at, it is restored; when nothing tells the end,
// whether the session has expired is null: unknown for good.
func (m *connectSessionModel) refresh(now time.Time) {
	end, known := m.end()
	if !known {
		m.Expired = types.BoolNull()
		return
	}

	if _, ok := parseTimestamp(m.ExpiresAt); !ok {
		m.ExpiresAt = timestamp(end)
	}

	m.Expired = types.BoolValue(due(now, end, 0))
}

// policyProblems checks what the two policy attributes ask for against each
// other and against the validity, as far as all of it is known.
func (m *connectSessionModel) policyProblems() diag.Diagnostics {
	var diags diag.Diagnostics

	attribute := path.Root("early_renewal_seconds")

	if !isSet(m.EarlyRenewalSeconds) {
		return nil
	}

	if m.margin() > 0 && !m.RecreateWhenExpired.IsUnknown() && !m.RecreateWhenExpired.ValueBool() {
		diags.AddAttributeError(attribute, "Early renewal without renewal",
			"The attribute early_renewal_seconds needs recreate_when_expired = true. Set that, or remove early_renewal_seconds.")
	}

	if m.ExpiresIn.IsUnknown() || m.margin() < m.validity() {
		return diags
	}

	limit := "expires_in"
	if m.ExpiresIn.IsNull() {
		limit = fmt.Sprintf("%d, StackOne's default validity", defaultExpiresIn)
	}

	diags.AddAttributeError(attribute, "Early renewal exceeds the validity",
		fmt.Sprintf("The attribute early_renewal_seconds must be less than %s: otherwise every plan would replace the session. "+
			"Lower it, or raise expires_in.", limit))

	return diags
}

// bornDue warns when a new session is due for its renewal already by the local
// clock, since every run would then replace it.
func (m *connectSessionModel) bornDue(now time.Time) diag.Diagnostics {
	end, known := m.end()
	if !known || !m.RecreateWhenExpired.ValueBool() || !due(now, end, m.margin()) {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("expires_at"), "New session already due for renewal",
		fmt.Sprintf("The session ends at %s by StackOne's clock. By this machine's clock, that time is past or within early_renewal_seconds, so the next plan replaces the session again. "+
			"Check this machine's clock, lower early_renewal_seconds, or raise expires_in.", m.ExpiresAt.ValueString()))}
}
