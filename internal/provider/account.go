package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

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

// texts lists the texts among the facts, always in the same order.
func (f *accountFacts) texts() []*types.String {
	return []*types.String{
		&f.ProviderKey, &f.ProviderName, &f.Status, &f.OriginOwnerID, &f.OriginOwnerName, &f.OriginUsername, &f.Label, &f.Type, &f.CreatedAt, &f.UpdatedAt,
	}
}

// or takes from others what is not among the facts: an answer may lack fields.
func (f accountFacts) or(others accountFacts) accountFacts {
	known := others.texts()
	for i, text := range f.texts() {
		if text.IsNull() {
			*text = *known[i]
		}
	}

	if f.Shared.IsNull() {
		f.Shared = others.Shared
	}

	return f
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

// accountFactSpecs describes the facts that data sources show beside the id.
func accountFactSpecs() []attributeSpec {
	return []attributeSpec{
		{name: "provider_key", apiField: "provider", computed: true, description: "The key of the account's connector, for example `bamboohr`."},
		{name: "provider_name", apiField: "provider_name", computed: true, description: "The name of the account's connector."},
		{name: "status", apiField: "status", computed: true, description: "The status of the account: " + codeList(accountStatuses()) + ", or another one that StackOne has added since."},
		{name: "origin_owner_id", apiField: "origin_owner_id", computed: true, description: "The identifier of the customer in your own system."},
		{name: "origin_owner_name", apiField: "origin_owner_name", computed: true, description: "The name of the customer."},
		{name: "origin_username", apiField: "origin_username", computed: true, description: "The person who connected the account."},
		{name: "label", apiField: "label", computed: true, description: "The label of the account."},
		{name: "type", apiField: "type", computed: true, description: "The type of the account: " + codeList(accountTypes()) + "; null when StackOne has another one."},
		{name: "shared", kind: kindFlag, apiField: "shared", computed: true, description: "Whether all end users of the customer may use the account."},
		{name: "created_at", apiField: "created_at", computed: true, description: "When the account was linked (RFC 3339)."},
		{name: "updated_at", apiField: "updated_at", computed: true, description: "When the account was changed last (RFC 3339)."},
	}
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
