package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// accountModel is the resource stackone_account in configuration, plan and state.
type accountModel struct {
	accountFacts
	accountSent
	ID             types.String `tfsdk:"id"`
	AccountID      types.String `tfsdk:"account_id"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`
}

// deletes reports whether destroying the object deletes the account at StackOne.
func (m *accountModel) deletes() bool { return m.DeletionPolicy.ValueString() == deletionDelete }

// accountSent lists values that the API never returns: the state keeps those sent last.
type accountSent struct {
	ConnectorProfileID types.String `tfsdk:"connector_profile_id"`
	Metadata           types.String `tfsdk:"metadata"`
}

type resourceIdentity struct {
	ID types.String `tfsdk:"id"`
}

// accountFacts are the readable fields of a linked account, without credentials and
// setup information.
type accountFacts struct {
	ProviderKey     types.String `tfsdk:"provider_key"`
	ProviderName    types.String `tfsdk:"provider_name"`
	Status          types.String `tfsdk:"status"`
	OriginOwnerID   types.String `tfsdk:"origin_owner_id"`
	OriginOwnerName types.String `tfsdk:"origin_owner_name"`
	OriginUsername  types.String `tfsdk:"origin_username"`
	Label           types.String `tfsdk:"label"`
	Categories      types.List   `tfsdk:"categories"`
	Type            types.String `tfsdk:"type"`
	Shared          types.Bool   `tfsdk:"shared"`
	CreatedAt       types.String `tfsdk:"created_at"`
	UpdatedAt       types.String `tfsdk:"updated_at"`
}

// texts returns the facts that are strings, by API field.
func (f *accountFacts) texts() map[string]*types.String {
	return map[string]*types.String{
		"provider": &f.ProviderKey, "provider_name": &f.ProviderName, "status": &f.Status, "type": &f.Type, "label": &f.Label,
		"origin_owner_id": &f.OriginOwnerID, "origin_owner_name": &f.OriginOwnerName, "origin_username": &f.OriginUsername,
		"created_at": &f.CreatedAt, "updated_at": &f.UpdatedAt,
	}
}

// fromResponse updates the facts from a response. Fields missing from the response keep
// their values; null fields become null.
func (f accountFacts) fromResponse(a *stackone.Account) accountFacts {
	facts, freeTexts := f.texts(), []string{"label", "origin_owner_name", "origin_username"}

	for field, value := range map[string]*string{
		"provider": a.Provider, "provider_name": a.ProviderName, "status": a.Status, "type": a.Type, "label": a.Label,
		"origin_owner_id": a.OriginOwnerID, "origin_owner_name": a.OriginOwnerName, "origin_username": a.OriginUsername,
		"created_at": a.CreatedAt, "updated_at": a.UpdatedAt,
	} {
		fact, now := facts[field], types.StringPointerValue(value)
		// A different Unicode composition is not a change.
		same := slices.Contains(freeTexts, field) && composed(now).Equal(composed(*fact))

		if !a.Missing(field) && !same {
			*fact = now
		}
	}

	if !a.Missing("shared") {
		f.Shared = types.BoolPointerValue(a.Shared)
	}

	switch {
	case !a.Missing("categories"):
		f.Categories = stringListValue(a.Categories)
	case f.Categories.IsNull(): // The zero value has no element type.
		f.Categories = types.ListNull(types.StringType)
	}

	// Such as "unmapped_value", which a configuration generated for an import must not
	// contain.
	if !slices.Contains(accountTypes(), f.Type.ValueString()) {
		f.Type = types.StringNull()
	}

	return f
}

// composed normalizes a text to NFC, as Terraform does. StackOne does not.
func composed(text types.String) types.String {
	if !isSet(text) {
		return text
	}

	return types.StringValue(norm.NFC.String(text.ValueString()))
}

type statusReason struct {
	Code        *string `tfsdk:"code"`
	Description *string `tfsdk:"description"`
	Timestamp   *string `tfsdk:"timestamp"`
}

// setUnknown sets only the values that the plan left unknown.
func (m *accountModel) setUnknown(have accountFacts) {
	m.ID = types.StringValue(m.AccountID.ValueString())

	facts := have.texts()
	for field, text := range m.texts() {
		if text.IsUnknown() {
			*text = *facts[field]
		}
	}

	if m.Categories.IsUnknown() {
		m.Categories = have.Categories
	}

	if m.Shared.IsUnknown() {
		m.Shared = have.Shared
	}
}
