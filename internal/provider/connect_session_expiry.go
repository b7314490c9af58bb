package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// due reports whether at most the margin is left of a session; with no margin, whether it has
// expired. If the local clock runs behind StackOne's, sessions are renewed later, but not
// more often.
func due(now, expiresAt time.Time, margin time.Duration) bool {
	return !now.Before(expiresAt.Add(-margin))
}

type renewalPolicy struct {
	RecreateWhenExpired types.Bool   `tfsdk:"recreate_when_expired"`
	EarlyRenewalSeconds types.Number `tfsdk:"early_renewal_seconds"`
}

func (p renewalPolicy) margin() time.Duration { return seconds(p.EarlyRenewalSeconds) }

func seconds(number types.Number) time.Duration {
	n, _ := whole(number)
	return time.Duration(n) * time.Second
}

// renew reports whether a plan replaces the session. unchanged means that the plan changes
// nothing else.
//
//	recreate_when_expired | state             | unchanged | changes in place
//	----------------------|-------------------|-----------|-----------------
//	false, null           | any               | keep      | keep
//	true                  | expired or no end | replace   | replace
//	true                  | due               | replace   | keep
//	true                  | not due           | keep      | keep
//
// Terraform plans a change in place again after the approval and fails if the plans differ.
// The clock could make them differ, so due counts only if nothing else changes.
func (p renewalPolicy) renew(now time.Time, state connectSessionModel, unchanged bool) bool {
	end, known := parseTimestamp(state.ExpiresAt)

	switch {
	case !p.RecreateWhenExpired.ValueBool():
		return false
	case !known || state.Expired.ValueBool():
		return true
	default:
		return unchanged && due(now, end, p.margin())
	}
}

// isExpired returns null if the state has no usable expires_at.
func (m *connectSessionModel) isExpired(now time.Time) types.Bool {
	end, known := parseTimestamp(m.ExpiresAt)
	if !known {
		return types.BoolNull()
	}

	return types.BoolValue(due(now, end, 0))
}

// policyProblems checks the known policy attributes against each other and the validity.
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
