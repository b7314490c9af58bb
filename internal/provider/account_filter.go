package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// accountFilter is shared by the data source and the list resource.
type accountFilter struct {
	OriginOwnerIDs []string `tfsdk:"origin_owner_ids"`
	ProviderKeys   []string `tfsdk:"provider_keys"`
	AccountIDs     []string `tfsdk:"account_ids"`
	Statuses       []string `tfsdk:"statuses"`
}

func accountFilterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"origin_owner_ids": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, Validators: filterElements(),
			MarkdownDescription: "Only accounts of these customers, by their identifiers in your own system. An empty list matches none. API field: `origin_owner_ids`.",
		},
		"provider_keys": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, Validators: filterElements(),
			MarkdownDescription: "Only accounts of these connectors, for example `bamboohr`. An empty list matches none. API field: `providers`.",
		},
		"account_ids": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, Validators: filterElements(),
			MarkdownDescription: "Only accounts with these identifiers. An empty list matches none. API field: `account_ids`.",
		},
		"statuses": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, Validators: append(filterElements(), known{filter: true, kind: "status", words: accountStatuses(), anyCase: true}),
			MarkdownDescription: "Only accounts with these statuses: " + codeList(accountStatuses()) + ", in upper or lower case. Others cause a warning, since StackOne may have added them. An empty list matches none. API field: `status`.",
		},
	}
}

func (f accountFilter) listRequest() stackone.AccountFilter {
	return stackone.AccountFilter{OriginOwnerIDs: f.OriginOwnerIDs, Providers: f.ProviderKeys, AccountIDs: f.AccountIDs, Statuses: f.Statuses}
}

// matchesNothing reports whether a list is empty, which the API would treat as no filter.
func (f accountFilter) matchesNothing() bool {
	return anyEmpty(f.OriginOwnerIDs, f.ProviderKeys, f.AccountIDs, f.Statuses)
}

type dataAccount struct {
	accountFacts
	ID            types.String   `tfsdk:"id"`
	StatusReasons []statusReason `tfsdk:"status_reasons"`
}

func newDataAccount(a *stackone.Account) dataAccount {
	return dataAccount{accountFacts: accountFacts{}.fromResponse(a), ID: types.StringValue(a.ID), StatusReasons: newStatusReasons(a.StatusReasons)}
}

func dataAccountAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}

	return map[string]schema.Attribute{
		"provider_key":      schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the account's connector, for example `bamboohr`. API field: `provider`."},
		"provider_name":     schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the account's connector. API field: `provider_name`."},
		"status":            schema.StringAttribute{Computed: true, MarkdownDescription: "The status of the account: " + codeList(accountStatuses()) + ", or a newer one. API field: `status`."},
		"origin_owner_id":   schema.StringAttribute{Computed: true, MarkdownDescription: "The identifier of the customer in your own system. API field: `origin_owner_id`."},
		"origin_owner_name": schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the customer. API field: `origin_owner_name`."},
		"origin_username":   schema.StringAttribute{Computed: true, MarkdownDescription: "The person who connected the account. API field: `origin_username`."},
		"label":             schema.StringAttribute{Computed: true, MarkdownDescription: "The label of the account. API field: `label`."},
		"type":              schema.StringAttribute{Computed: true, MarkdownDescription: "The type of the account: " + codeList(accountTypes()) + "; null if StackOne returns another one. API field: `type`."},
		"shared":            schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all end users of the customer may use the account. API field: `shared`."},
		"categories":        schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: "The categories of the account, for example `hris`. API field: `categories`."},
		"status_reasons": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Why the account has its status; empty if StackOne returns no reasons. API field: `status_reasons`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"code":        text("The code of the reason. API field: `code`."),
				"description": text("The reason in words. API field: `description`."),
				"timestamp":   text("When the reason arose (RFC 3339). API field: `timestamp`."),
			}},
		},
		"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the account was linked (RFC 3339). API field: `created_at`."},
		"updated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the account was last changed (RFC 3339). API field: `updated_at`."},
	}
}

// list returns all matching accounts in a stable order.
func (f accountFilter) list(ctx context.Context, data *providerData) ([]dataAccount, diag.Diagnostics) {
	found := []dataAccount{}

	if f.matchesNothing() {
		return found, nil
	}

	client, err := data.client()
	if err != nil {
		return nil, diag.Diagnostics{apiDiagnostic(listAccounts, err)}
	}

	for account, err := range client.Accounts(data.maskKey(ctx), f.listRequest()) {
		if err != nil {
			return nil, diag.Diagnostics{apiDiagnostic(listAccounts, err)}
		}

		found = append(found, newDataAccount(&account))
	}

	slices.SortFunc(found, func(a, b dataAccount) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	return found, nil
}
