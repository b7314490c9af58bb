package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

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

// accountStatuses returns the statuses that StackOne documents; it may add others.
func accountStatuses() []string {
	return []string{"active", "inactive", "suspended", "archived", "expired", "error"}
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

// accountFilter narrows a list of accounts. The data source and the list resource
// share it.
type accountFilter struct {
	OriginOwnerIDs types.List `tfsdk:"origin_owner_ids"`
	ProviderKeys   types.List `tfsdk:"provider_keys"`
	AccountIDs     types.List `tfsdk:"account_ids"`
	Statuses       types.List `tfsdk:"statuses"`
}

// request builds the filter of the client.
func (f accountFilter) request(ctx context.Context) (stackone.AccountFilter, diag.Diagnostics) {
	var (
		out   stackone.AccountFilter
		diags diag.Diagnostics
	)

	for target, list := range map[*[]string]types.List{
		&out.OriginOwnerIDs: f.OriginOwnerIDs, &out.Providers: f.ProviderKeys, &out.AccountIDs: f.AccountIDs, &out.Statuses: f.Statuses,
	} {
		values, problems := stringList(ctx, list)
		diags.Append(problems...)

		*target = values
	}

	return out, diags
}

// matchesNothing reports whether one of the lists is empty: then no account can
// be in it, while the API would take an empty list for no filter.
func (f accountFilter) matchesNothing() bool {
	for _, list := range []types.List{f.OriginOwnerIDs, f.ProviderKeys, f.AccountIDs, f.Statuses} {
		if isSet(list) && len(list.Elements()) == 0 {
			return true
		}
	}

	return false
}

// accountFilterSpecs describes the filters.
func accountFilterSpecs() []attributeSpec {
	const anyNote = " When absent, any. An empty list matches nothing."

	return []attributeSpec{
		{
			name: "origin_owner_ids", kind: kindTextList, apiField: "origin_owner_ids", listRules: textElements(),
			description: "Only accounts of these customers, by their identifiers in your own system." + anyNote,
		},
		{
			name: "provider_keys", kind: kindTextList, apiField: "providers", listRules: textElements(),
			description: "Only accounts of these connectors, for example `bamboohr`." + anyNote,
		},
		{
			name: "account_ids", kind: kindTextList, apiField: "account_ids", listRules: textElements(),
			description: "Only the accounts with these identifiers." + anyNote,
		},
		{
			name: "statuses", kind: kindTextList, apiField: "status", listRules: append(textElements(), knownStatuses{}),
			description: "Only accounts with these statuses: " + codeList(accountStatuses()) + ". Another one gives a warning, since StackOne may have added it." + anyNote,
		},
	}
}

// knownStatuses warns of statuses that StackOne does not document.
type knownStatuses struct{}

var _ validator.List = knownStatuses{}

// Description implements validator.List.
func (knownStatuses) Description(context.Context) string { return "statuses should be known" }

// MarkdownDescription implements validator.List.
func (v knownStatuses) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements validator.List.
func (knownStatuses) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	rule := oneOf{what: "status", words: accountStatuses()}

	for i, element := range req.ConfigValue.Elements() {
		text, ok := element.(types.String)
		if !ok || !isSet(text) {
			continue
		}

		if problem := rule.problem(text.ValueString()); problem != "" {
			resp.Diagnostics.AddAttributeWarning(req.Path.AtListIndex(i), "Unknown status", problem+" It is asked for all the same, in case StackOne has added it.")
		}
	}
}
