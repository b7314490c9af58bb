package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// managedValue is an attribute that the API can update.
type managedValue struct {
	name string
	want attr.Value
	have attr.Value
	// put adds the planned value to an update.
	put func(*stackone.AccountUpdate)
}

// managed pairs planned with current values. Values that StackOne does not return are
// compared with those sent last. Free texts are equal in every Unicode composition.
func (m *accountModel) managed(have accountFacts, sent accountSent) []managedValue {
	return []managedValue{
		{"label", composed(m.Label), composed(have.Label), func(u *stackone.AccountUpdate) { u.Label = m.Label.ValueStringPointer() }},
		{"origin_owner_id", m.OriginOwnerID, have.OriginOwnerID, func(u *stackone.AccountUpdate) { u.OriginOwnerID = m.OriginOwnerID.ValueStringPointer() }},
		{"origin_owner_name", composed(m.OriginOwnerName), composed(have.OriginOwnerName), func(u *stackone.AccountUpdate) { u.OriginOwnerName = m.OriginOwnerName.ValueStringPointer() }},
		{"origin_username", composed(m.OriginUsername), composed(have.OriginUsername), func(u *stackone.AccountUpdate) { u.OriginUsername = m.OriginUsername.ValueStringPointer() }},
		{"type", m.Type, have.Type, func(u *stackone.AccountUpdate) { u.Type = m.Type.ValueStringPointer() }},
		{"shared", m.Shared, have.Shared, func(u *stackone.AccountUpdate) { u.Shared = m.Shared.ValueBoolPointer() }},
		{"connector_profile_id", m.ConnectorProfileID, sent.ConnectorProfileID, func(u *stackone.AccountUpdate) { u.ConnectorProfileID = m.ConnectorProfileID.ValueStringPointer() }},
		{"metadata", m.Metadata, sent.Metadata, func(u *stackone.AccountUpdate) { u.Metadata = json.RawMessage(m.Metadata.ValueString()) }},
	}
}

// changes returns the planned values that differ from the current ones, also unknown ones.
func (m *accountModel) changes(have accountFacts, sent accountSent) []managedValue {
	return slices.DeleteFunc(m.managed(have, sent), func(v managedValue) bool { return v.want.IsNull() || v.want.Equal(v.have) })
}

// updateRequest omits unknown values, which at apply are those that are not configured.
func (m *accountModel) updateRequest(have accountFacts, sent accountSent) (stackone.AccountUpdate, diag.Diagnostics) {
	var out stackone.AccountUpdate

	if diags := objectProblems(path.Root("metadata"), m.Metadata); diags.HasError() {
		return out, diags
	}

	for _, change := range m.changes(have, sent) {
		if isSet(change.want) {
			change.put(&out)
		}
	}

	return out, nil
}

// overwrites warns about values that an adoption replaces, unless they were empty. It omits
// the values, which may be sensitive. Terraform plans again at apply, so the text must be
// true then, too.
func (m *accountModel) overwrites(have accountFacts) diag.Diagnostics {
	var lines []string

	for _, change := range m.changes(have, accountSent{}) {
		switch {
		case change.name == "metadata" || change.name == "connector_profile_id":
			lines = append(lines, "  "+change.name+" (StackOne does not return the current value)")
		case isSet(change.want) && isSet(change.have):
			lines = append(lines, "  "+change.name)
		}
	}

	if len(lines) == 0 {
		return nil
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("Adopting the linked account overwrites values", fmt.Sprintf(
		"Adopting the linked account %s replaces these values at StackOne:\n\n%s\n\n"+
			"To keep one of them, remove it from the configuration. Terraform does not apply ignore_changes here; it does after an import.", m.AccountID.ValueString(), strings.Join(lines, "\n")))}
}

// notTaken warns about sent values that the response contradicts: every plan would update
// them again.
func (m *accountModel) notTaken(sent []managedValue, account *stackone.Account) diag.Diagnostics {
	var names []string

	for _, now := range m.changes(m.fromResponse(account), m.accountSent) {
		if isSet(now.want) && slices.ContainsFunc(sent, func(v managedValue) bool { return v.name == now.name }) {
			names = append(names, now.name)
		}
	}

	if len(names) == 0 {
		return nil
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("StackOne did not apply a value", fmt.Sprintf(
		"StackOne accepted the update of the linked account %s, but did not apply the configured value of: %s. "+
			"The next plan shows the same update again. Check whether StackOne lets you change this attribute, or remove it from the configuration.",
		m.AccountID.ValueString(), strings.Join(names, ", ")))}
}

// keepsSent warns that StackOne keeps values that the plan shows as removed.
func (m *accountModel) keepsSent(state *accountModel) diag.Diagnostics {
	if !m.AccountID.Equal(state.AccountID) {
		return nil
	}

	var diags diag.Diagnostics

	for _, value := range []struct {
		name, what, instead string
		want, sent          types.String
	}{
		{"connector_profile_id", "connector profile", "another connector profile", m.ConnectorProfileID, state.ConnectorProfileID},
		{"metadata", "metadata", "something else, for example jsonencode({})", m.Metadata, state.Metadata},
	} {
		if value.want.IsNull() && !value.sent.IsNull() {
			diags.AddAttributeWarning(path.Root(value.name), "StackOne keeps the "+value.what, fmt.Sprintf(
				"The configuration no longer sets %[1]s, but the %[2]s of the linked account %[3]s does not change at StackOne. "+
					"To replace it there, set %[1]s to %[4]s.", value.name, value.what, m.AccountID.ValueString(), value.instead))
		}
	}

	return diags
}

func adoptionFailed(id string, err error) diag.Diagnostic {
	if stackone.IsNotFound(err) {
		return accountNotFound(id, "adopt", "if the account was deleted, remove this resource from the configuration. To destroy everything else in the state, run terraform destroy -refresh=false.")
	}

	return apiDiagnostic(adoptAccount, err)
}

func accountNotFound(id, purpose, otherwise string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("account_id"), "Linked account not found", fmt.Sprintf(
		"There is nothing to %[2]s: StackOne has no linked account %[1]q in the project of the API key. "+
			"Check the identifier; %[3]s", id, purpose, otherwise))
}
