package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// accountModel is the resource stackone_account in configuration, plan and state.
type accountModel struct {
	accountFacts
	ID             types.String `tfsdk:"id"`
	AccountID      types.String `tfsdk:"account_id"`
	Metadata       types.String `tfsdk:"metadata"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`
}

// accountIdentity is the resource's identity.
type accountIdentity struct {
	ID types.String `tfsdk:"id"`
}

// accountFacts is what StackOne says about a linked account. Its credentials and
// setup information are not among it.
type accountFacts struct {
	ProviderKey     types.String `tfsdk:"provider_key"`
	ProviderName    types.String `tfsdk:"provider_name"`
	Status          types.String `tfsdk:"status"`
	OriginOwnerID   types.String `tfsdk:"origin_owner_id"`
	OriginOwnerName types.String `tfsdk:"origin_owner_name"`
	OriginUsername  types.String `tfsdk:"origin_username"`
	Label           types.String `tfsdk:"label"`
	Type            types.String `tfsdk:"type"`
	Shared          types.Bool   `tfsdk:"shared"`
	CreatedAt       types.String `tfsdk:"created_at"`
	UpdatedAt       types.String `tfsdk:"updated_at"`
}

func newAccountFacts(a *stackone.Account) accountFacts {
	facts := accountFacts{
		ProviderKey:     types.StringPointerValue(a.Provider),
		ProviderName:    types.StringPointerValue(a.ProviderName),
		Status:          types.StringPointerValue(a.Status),
		OriginOwnerID:   types.StringPointerValue(a.OriginOwnerID),
		OriginOwnerName: types.StringPointerValue(a.OriginOwnerName),
		OriginUsername:  types.StringPointerValue(a.OriginUsername),
		Label:           types.StringPointerValue(a.Label),
		Type:            types.StringPointerValue(a.Type),
		Shared:          types.BoolPointerValue(a.Shared),
		CreatedAt:       types.StringPointerValue(a.CreatedAt),
		UpdatedAt:       types.StringPointerValue(a.UpdatedAt),
	}

	// Such as "unmapped_value": a configuration that Terraform writes for an import
	// must not hold what it may not.
	if !slices.Contains(accountTypes(), facts.Type.ValueString()) {
		facts.Type = types.StringNull()
	}

	return facts
}

// or takes from others what is not among the facts: an answer may lack fields.
func (f accountFacts) or(others accountFacts) accountFacts {
	return accountFacts{
		ProviderKey:     ifNull(f.ProviderKey, others.ProviderKey),
		ProviderName:    ifNull(f.ProviderName, others.ProviderName),
		Status:          ifNull(f.Status, others.Status),
		OriginOwnerID:   ifNull(f.OriginOwnerID, others.OriginOwnerID),
		OriginOwnerName: ifNull(f.OriginOwnerName, others.OriginOwnerName),
		OriginUsername:  ifNull(f.OriginUsername, others.OriginUsername),
		Label:           ifNull(f.Label, others.Label),
		Type:            ifNull(f.Type, others.Type),
		Shared:          ifNull(f.Shared, others.Shared),
		CreatedAt:       ifNull(f.CreatedAt, others.CreatedAt),
		UpdatedAt:       ifNull(f.UpdatedAt, others.UpdatedAt),
	}
}

// statusReason is one reason of an account's status.
type statusReason struct {
	Code        types.String `tfsdk:"code"`
	Description types.String `tfsdk:"description"`
	Timestamp   types.String `tfsdk:"timestamp"`
}

func newStatusReasons(reasons []stackone.StatusReason) []statusReason {
	out := make([]statusReason, len(reasons))
	for i, reason := range reasons {
		out[i] = statusReason{
			Code:        types.StringPointerValue(reason.Code),
			Description: types.StringPointerValue(reason.Description),
			Timestamp:   types.StringPointerValue(reason.Timestamp),
		}
	}

	return out
}

// fill takes from what StackOne says what the plan left open, and nothing else:
// an answer never overwrites what was planned.
func (m *accountModel) fill(have accountFacts) {
	m.ID = types.StringValue(m.AccountID.ValueString())

	m.ProviderKey = ifUnknown(m.ProviderKey, have.ProviderKey)
	m.ProviderName = ifUnknown(m.ProviderName, have.ProviderName)
	m.Status = ifUnknown(m.Status, have.Status)
	m.OriginOwnerID = ifUnknown(m.OriginOwnerID, have.OriginOwnerID)
	m.OriginOwnerName = ifUnknown(m.OriginOwnerName, have.OriginOwnerName)
	m.OriginUsername = ifUnknown(m.OriginUsername, have.OriginUsername)
	m.Label = ifUnknown(m.Label, have.Label)
	m.Type = ifUnknown(m.Type, have.Type)
	m.Shared = ifUnknown(m.Shared, have.Shared)
	m.CreatedAt = ifUnknown(m.CreatedAt, have.CreatedAt)
	m.UpdatedAt = ifUnknown(m.UpdatedAt, have.UpdatedAt)
}

// ifNull is the value, or another one in place of null.
func ifNull[T attr.Value](value, instead T) T {
	if value.IsNull() {
		return instead
	}

	return value
}

// ifUnknown is the value, or another one in place of one that is not known.
func ifUnknown[T attr.Value](value, instead T) T {
	if value.IsUnknown() {
		return instead
	}

	return value
}
