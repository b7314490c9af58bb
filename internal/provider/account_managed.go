package provider

import (
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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
	// send puts what is wanted into an update.
	send func(*stackone.AccountUpdate)
}

// managed pairs what is wanted with what StackOne has. The metadata cannot be
// read back, so it is compared with what was sent last.
func (m *accountModel) managed(have accountFacts, sent jsonObject) []managedValue {
	return []managedValue{
		{"label", m.Label, have.Label, func(u *stackone.AccountUpdate) { u.Label = m.Label.ValueStringPointer() }},
		{"origin_owner_id", m.OriginOwnerID, have.OriginOwnerID, func(u *stackone.AccountUpdate) { u.OriginOwnerID = m.OriginOwnerID.ValueStringPointer() }},
		{"origin_owner_name", m.OriginOwnerName, have.OriginOwnerName, func(u *stackone.AccountUpdate) { u.OriginOwnerName = m.OriginOwnerName.ValueStringPointer() }},
		{"origin_username", m.OriginUsername, have.OriginUsername, func(u *stackone.AccountUpdate) { u.OriginUsername = m.OriginUsername.ValueStringPointer() }},
		{"type", m.Type, have.Type, func(u *stackone.AccountUpdate) { u.Type = m.Type.ValueStringPointer() }},
		{"shared", m.Shared, have.Shared, func(u *stackone.AccountUpdate) { u.Shared = m.Shared.ValueBoolPointer() }},
		{"metadata", m.Metadata, sent, func(u *stackone.AccountUpdate) { u.Metadata = json.RawMessage(m.Metadata.ValueString()) }},
	}
}

// changes is what has to be set so that StackOne has what the plan wants: only
// what is set and differs. A value that is not known yet may turn out to differ.
func (m *accountModel) changes(have accountFacts, sent jsonObject) []managedValue {
	return slices.DeleteFunc(m.managed(have, sent), func(v managedValue) bool { return v.want.IsNull() || v.want.Equal(v.have) })
}

// update sends the changes. What is still unknown when Terraform applies is not
// configured.
func (m *accountModel) update(have accountFacts, sent jsonObject) (out stackone.AccountUpdate) {
	for _, change := range m.changes(have, sent) {
		if isSet(change.want) {
			change.send(&out)
		}
	}

	return out
}

// fill takes from what StackOne says what the plan left open, and nothing else:
// an answer never overwrites what was planned.
func (m *accountModel) fill(have accountFacts) {
	m.ID = types.StringValue(m.AccountID.ValueString())

	answered := have.texts()
	for i, planned := range m.texts() {
		if planned.IsUnknown() {
			*planned = *answered[i]
		}
	}

	if m.Shared.IsUnknown() {
		m.Shared = have.Shared
	}
}
