package provider

import (
	"fmt"
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// latestTime is the last moment that RFC 3339 can spell.
func latestTime() time.Time { return time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC) }

// expiry is when a session ends. It never passes the last moment that RFC 3339
// can spell, however long the validity.
func expiry(created time.Time, validity time.Duration) time.Time {
	if validity >= latestTime().Sub(created) {
		return latestTime()
	}

	return created.Add(validity)
}

// due is the one rule for the end of a session: whether, at a given time, less
// than the margin is left of it. Without a margin it tells whether the session
// has expired; the moment of expiry itself counts as expired. A clock that runs
// behind StackOne's sees the end later, never twice.
func due(now, expiresAt time.Time, margin time.Duration) bool {
	return !now.Before(expiresAt.Add(-margin))
}

// renewalPolicy is what the configuration wants to happen at the end.
type renewalPolicy struct {
	RecreateWhenExpired types.Bool  `tfsdk:"recreate_when_expired"`
	EarlyRenewalSeconds wholeNumber `tfsdk:"early_renewal_seconds"`
}

// equal reports whether two policies are the same and known.
func (p renewalPolicy) equal(o renewalPolicy) bool {
	return p.RecreateWhenExpired.Equal(o.RecreateWhenExpired) && p.EarlyRenewalSeconds.Equal(o.EarlyRenewalSeconds)
}

// margin is how long before its end a session is renewed.
func (p renewalPolicy) margin() time.Duration { return seconds(p.EarlyRenewalSeconds.ValueInt64()) }

// seconds turns a number of seconds into a duration, the longest one for numbers
// that no duration can hold (292 years).
func seconds(n int64) time.Duration {
	if n > math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}

	return time.Duration(n) * time.Second
}

// renew decides whether the session in the state is to be replaced under a
// policy.
//
// Terraform plans a change in place twice, before and after the approval, and
// both plans must agree. So where the policy changes in place (settled is false),
// only what Read has stored counts; otherwise the clock does, which serves plans
// without a refresh as well. A session whose end cannot be told is renewed.
func (p renewalPolicy) renew(now time.Time, state connectSessionModel, settled bool) bool {
	if !p.RecreateWhenExpired.ValueBool() {
		return false
	}

	if state.Expired.IsNull() || state.Expired.ValueBool() {
		return true
	}

	if !settled {
		return false
	}

	expiresAt, ok := parseTimestamp(state.ExpiresAt)

	return !ok || due(now, expiresAt, p.margin())
}

// refresh recomputes the facts about the end of a session from its state. When
// the state lost its expires_at, it is restored from created_at; when that is
// lost too, whether the session has expired is null: unknown for good.
func (m *connectSessionModel) refresh(now time.Time) {
	expiresAt, ok := parseTimestamp(m.ExpiresAt)
	if !ok {
		created, known := parseTimestamp(m.CreatedAt)
		if !known {
			m.Expired = types.BoolNull()

			return
		}

		expiresAt = expiry(created, m.validity())
		m.ExpiresAt = timestamp(expiresAt)
	}

	m.Expired = types.BoolValue(due(now, expiresAt, 0))
}

// policyProblems checks what the two policy attributes ask for against each
// other and against the validity, as far as all of it is known.
func (m *connectSessionModel) policyProblems() diag.Diagnostics {
	var diags diag.Diagnostics

	attribute := path.Root("early_renewal_seconds")

	if !isSet(m.EarlyRenewalSeconds) {
		return nil
	}

	if !m.RecreateWhenExpired.IsUnknown() && !m.RecreateWhenExpired.ValueBool() {
		diags.AddAttributeError(attribute, "Early renewal without renewal",
			"The attribute early_renewal_seconds needs recreate_when_expired = true. Set that, or remove early_renewal_seconds.")
	}

	if m.ExpiresIn.IsUnknown() || m.margin() < m.validity() {
		return diags
	}

	limit := fmt.Sprintf("expires_in (%d)", m.ExpiresIn.ValueInt64())
	if m.ExpiresIn.IsNull() {
		limit = fmt.Sprintf("%d, StackOne's default validity", defaultExpiresIn)
	}

	diags.AddAttributeError(attribute, "Early renewal exceeds the validity",
		fmt.Sprintf("The attribute early_renewal_seconds is %d but must be less than %s: otherwise every plan would replace the session. "+
			"Lower it, or raise expires_in.", m.EarlyRenewalSeconds.ValueInt64(), limit))

	return diags
}

// undecidedPolicy refuses the one case in which the plans before and after the
// approval could not agree: whether to replace an expired session hangs on a
// value that is known only during apply.
func (m *connectSessionModel) undecidedPolicy(state connectSessionModel) diag.Diagnostics {
	if !m.RecreateWhenExpired.IsUnknown() || isSet(state.Expired) && !state.Expired.ValueBool() {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("recreate_when_expired"), "Renewal policy not known in time",
		"The session has expired, and whether to replace it depends on recreate_when_expired, whose value is known only during apply. "+
			"Set it to a value that is known when Terraform plans, for example a variable.")}
}

// bornExpired warns when a new session has expired by the local clock already,
// since every plan would then replace it.
func (m *connectSessionModel) bornExpired() diag.Diagnostics {
	if !m.Expired.ValueBool() || !m.RecreateWhenExpired.ValueBool() {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("expires_at"), "The new session has expired already by this machine's clock",
		fmt.Sprintf("StackOne made the session, and by its clock it ends at %s, which is past on this machine. With recreate_when_expired = true the next plan would replace it again. "+
			"Check this machine's clock, or raise expires_in.", m.ExpiresAt.ValueString()))}
}
