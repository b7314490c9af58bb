package provider

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

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
	ownerIDs, diags := stringList(ctx, f.OriginOwnerIDs)

	providers, problems := stringList(ctx, f.ProviderKeys)
	diags.Append(problems...)

	ids, problems := stringList(ctx, f.AccountIDs)
	diags.Append(problems...)

	statuses, problems := stringList(ctx, f.Statuses)
	diags.Append(problems...)

	return stackone.AccountFilter{OriginOwnerIDs: ownerIDs, Providers: providers, AccountIDs: ids, Statuses: statuses}, diags
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

// listAccount is one account of a list.
type listAccount struct {
	accountFacts
	ID types.String `tfsdk:"id"`
}

// find reads all accounts that match, in a stable order.
func (f accountFilter) find(ctx context.Context, data *providerData) ([]listAccount, diag.Diagnostics) {
	found := []listAccount{}

	filter, diags := f.request(ctx)
	if diags.HasError() || f.matchesNothing() {
		return found, diags
	}

	client, err := data.client()
	if err != nil {
		return nil, append(diags, apiDiagnostic(listAccounts, err))
	}

	for account, err := range client.Accounts(data.maskKey(ctx), filter) {
		if err != nil {
			return nil, append(diags, apiDiagnostic(listAccounts, err))
		}

		found = append(found, listAccount{accountFacts: newAccountFacts(&account, accountFacts{}), ID: types.StringValue(account.ID)})
	}

	slices.SortFunc(found, func(a, b listAccount) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	return found, diags
}

// knownStatuses warns of statuses that StackOne does not document.
type knownStatuses struct{}

var _ validator.List = knownStatuses{}

func (knownStatuses) Description(context.Context) string { return "statuses should be known" }

func (v knownStatuses) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (knownStatuses) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	rule := oneOf{what: "status", words: accountStatuses()}

	for i, element := range req.ConfigValue.Elements() {
		text, ok := element.(types.String)
		if !ok || !isSet(text) {
			continue
		}

		if problem := rule.problem(strings.ToLower(text.ValueString())); problem != "" {
			resp.Diagnostics.AddAttributeWarning(req.Path.AtListIndex(i), "Unknown status", problem+" It is asked for all the same, in case StackOne has added it.")
		}
	}
}
