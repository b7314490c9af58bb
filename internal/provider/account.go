package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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

// fromResponse updates the facts from a response. Fields missing from the response keep
// their values; null fields become null.
func (before accountFacts) fromResponse(a *stackone.Account) accountFacts {
	text := func(field string, value *string, before types.String) types.String {
		if a.Missing(field) {
			return before
		}

		return types.StringPointerValue(value)
	}

	// A different Unicode composition is not a change.
	freeText := func(field string, value *string, before types.String) types.String {
		if now := text(field, value, before); !composed(now).Equal(composed(before)) {
			return now
		}

		return before
	}

	facts := accountFacts{
		ProviderKey:     text("provider", a.Provider, before.ProviderKey),
		ProviderName:    text("provider_name", a.ProviderName, before.ProviderName),
		Status:          text("status", a.Status, before.Status),
		OriginOwnerID:   text("origin_owner_id", a.OriginOwnerID, before.OriginOwnerID),
		OriginOwnerName: freeText("origin_owner_name", a.OriginOwnerName, before.OriginOwnerName),
		OriginUsername:  freeText("origin_username", a.OriginUsername, before.OriginUsername),
		Label:           freeText("label", a.Label, before.Label),
		Categories:      before.Categories,
		Type:            text("type", a.Type, before.Type),
		Shared:          before.Shared,
		CreatedAt:       text("created_at", a.CreatedAt, before.CreatedAt),
		UpdatedAt:       text("updated_at", a.UpdatedAt, before.UpdatedAt),
	}

	if !a.Missing("shared") {
		facts.Shared = types.BoolPointerValue(a.Shared)
	}

	switch {
	case !a.Missing("categories"):
		facts.Categories = stringListValue(a.Categories)
	case before.Categories.IsNull(): // The zero value has no element type.
		facts.Categories = types.ListNull(types.StringType)
	}

	// Such as "unmapped_value", which a configuration generated for an import must not
	// contain.
	if !slices.Contains(accountTypes(), facts.Type.ValueString()) {
		facts.Type = types.StringNull()
	}

	return facts
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

func newStatusReasons(reasons []stackone.StatusReason) []statusReason {
	out := make([]statusReason, len(reasons))
	for i, reason := range reasons {
		out[i] = statusReason(reason)
	}

	return out
}

// setUnknown sets only the values that the plan left unknown.
func (m *accountModel) setUnknown(have accountFacts) {
	m.ID = types.StringValue(m.AccountID.ValueString())

	m.ProviderKey = ifUnknown(m.ProviderKey, have.ProviderKey)
	m.ProviderName = ifUnknown(m.ProviderName, have.ProviderName)
	m.Status = ifUnknown(m.Status, have.Status)
	m.OriginOwnerID = ifUnknown(m.OriginOwnerID, have.OriginOwnerID)
	m.OriginOwnerName = ifUnknown(m.OriginOwnerName, have.OriginOwnerName)
	m.OriginUsername = ifUnknown(m.OriginUsername, have.OriginUsername)
	m.Label = ifUnknown(m.Label, have.Label)
	m.Categories = ifUnknown(m.Categories, have.Categories)
	m.Type = ifUnknown(m.Type, have.Type)
	m.Shared = ifUnknown(m.Shared, have.Shared)
	m.CreatedAt = ifUnknown(m.CreatedAt, have.CreatedAt)
	m.UpdatedAt = ifUnknown(m.UpdatedAt, have.UpdatedAt)
}

func ifUnknown[T attr.Value](value, instead T) T {
	if value.IsUnknown() {
		return instead
	}

	return value
}
