package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// The values of deletion_policy.
const (
	deletionForget = "forget"
	deletionDelete = "delete"
)

func deletionPolicies() []string { return []string{deletionForget, deletionDelete} }

// accountModel is the resource stackone_account in configuration, plan and state.
type accountModel struct {
	accountFacts
	ID             types.String `tfsdk:"id"`
	AccountID      types.String `tfsdk:"account_id"`
	Metadata       jsonObject   `tfsdk:"metadata"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`
}

// accountIdentity is the resource's identity.
type accountIdentity struct {
	ID types.String `tfsdk:"id"`
}

// managedValue is one of the attributes that can be set at StackOne.
type managedValue struct {
	name string
	want attr.Value
	have attr.Value
}

// managed pairs what is wanted with what StackOne has.
func (m *accountModel) managed(have accountFacts) []managedValue {
	return []managedValue{
		{"label", m.Label, have.Label},
		{"origin_owner_id", m.OriginOwnerID, have.OriginOwnerID},
		{"origin_owner_name", m.OriginOwnerName, have.OriginOwnerName},
		{"origin_username", m.OriginUsername, have.OriginUsername},
		{"type", m.Type, have.Type},
		{"shared", m.Shared, have.Shared},
	}
}

// update is what has to be set so that StackOne has what the plan wants: only
// what is set and differs. The metadata cannot be read back, so it is compared
// with what was sent last.
func (m *accountModel) update(have accountFacts, sent jsonObject) (stackone.AccountUpdate, diag.Diagnostics) {
	var diags diag.Diagnostics

	text := func(want, have types.String) *string {
		if !isSet(want) || want.Equal(have) {
			return nil
		}

		return want.ValueStringPointer()
	}

	out := stackone.AccountUpdate{
		Label:           text(m.Label, have.Label),
		OriginOwnerID:   text(m.OriginOwnerID, have.OriginOwnerID),
		OriginOwnerName: text(m.OriginOwnerName, have.OriginOwnerName),
		OriginUsername:  text(m.OriginUsername, have.OriginUsername),
		Type:            text(m.Type, have.Type),
	}

	if isSet(m.Shared) && !m.Shared.Equal(have.Shared) {
		out.Shared = m.Shared.ValueBoolPointer()
	}

	if isSet(m.Metadata) && !m.Metadata.Equal(sent) {
		metadata, err := compactObject(m.Metadata.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root("metadata"), "Not a JSON object", "The attribute metadata must hold a JSON object: "+err.Error()+".")
		}

		out.Metadata = metadata
	}

	return out, diags
}

// sends reports whether applying the plan may send something. A value that is not
// known yet may turn out to differ.
func (m *accountModel) sends(state *accountModel) bool {
	for _, value := range m.managed(state.accountFacts) {
		if !value.want.Equal(value.have) {
			return true
		}
	}

	return !m.Metadata.IsNull() && !m.Metadata.Equal(state.Metadata)
}

// fill takes from what StackOne says what the plan left open, and nothing else:
// an answer never overwrites what was planned.
func (m *accountModel) fill(have accountFacts) {
	m.ID = types.StringValue(m.AccountID.ValueString())

	for _, pair := range []struct{ planned, answered *types.String }{
		{&m.ProviderKey, &have.ProviderKey}, {&m.ProviderName, &have.ProviderName}, {&m.Status, &have.Status},
		{&m.OriginOwnerID, &have.OriginOwnerID}, {&m.OriginOwnerName, &have.OriginOwnerName}, {&m.OriginUsername, &have.OriginUsername},
		{&m.Label, &have.Label}, {&m.Type, &have.Type}, {&m.CreatedAt, &have.CreatedAt}, {&m.UpdatedAt, &have.UpdatedAt},
	} {
		if pair.planned.IsUnknown() {
			*pair.planned = *pair.answered
		}
	}

	if m.Shared.IsUnknown() {
		m.Shared = have.Shared
	}
}

// overwrites warns which values of an account an adoption is going to replace. To
// give an account a value where it has none takes nothing away.
func (m *accountModel) overwrites(have accountFacts) diag.Diagnostics {
	var changes []string

	for _, value := range m.managed(have) {
		if isSet(value.want) && isSet(value.have) && !value.want.Equal(value.have) {
			changes = append(changes, fmt.Sprintf("  %s: %s -> %s", value.name, value.have, value.want))
		}
	}

	if len(changes) == 0 {
		return nil
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("Adopting the linked account overwrites values", fmt.Sprintf(
		"The linked account %s exists, and StackOne has other values for it than the configuration:\n\n%s\n\n"+
			"Apply sets them. To keep a value, remove its attribute from the configuration or set it to what StackOne has.",
		m.AccountID.ValueString(), strings.Join(changes, "\n")))}
}

// accountGone says that an account cannot be adopted or imported.
func accountGone(id, purpose string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("account_id"), "Linked account not found", fmt.Sprintf(
		"StackOne has no linked account %q in the project of the API key, so there is nothing to %s. An account comes into being only when a customer opens the link of a connect session. "+
			"Check the identifier; if the account was deleted, remove this resource from the configuration.", id, purpose))
}
