package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// accountFilter is shared by the data source and the list resource, with the fields of the
// client's type.
type accountFilter struct {
	OriginOwnerIDs []string `tfsdk:"origin_owner_ids"`
	Providers      []string `tfsdk:"provider_keys"`
	AccountIDs     []string `tfsdk:"account_ids"`
	Statuses       []string `tfsdk:"statuses"`
}

func accountFilterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"origin_owner_ids": filterTexts("Only accounts of these customers, by their identifiers in your own system. An empty list matches none. API field: `origin_owner_ids`."),
		"provider_keys":    filterTexts("Only accounts of these connectors, for example `bamboohr`. An empty list matches none. API field: `providers`."),
		"account_ids":      filterTexts("Only accounts with these identifiers. An empty list matches none. API field: `account_ids`."),
		"statuses": filterTexts("Only accounts with these statuses: "+codeList(accountStatuses())+", in upper or lower case. Others cause a warning, since StackOne may have added them. An empty list matches none. API field: `status`.",
			oneOf{filter: true, kind: "status", words: accountStatuses(), anyCase: true}),
	}
}

// matchesNothing reports whether a list is empty, which the API would treat as no filter.
func (f accountFilter) matchesNothing() bool {
	return anyEmpty(f.OriginOwnerIDs, f.Providers, f.AccountIDs, f.Statuses)
}

type dataAccount struct {
	accountFacts
	ID            types.String   `tfsdk:"id"`
	StatusReasons []statusReason `tfsdk:"status_reasons"`
}

func newDataAccount(a *stackone.Account) dataAccount {
	reasons := make([]statusReason, len(a.StatusReasons))
	for i, reason := range a.StatusReasons {
		reasons[i] = statusReason(reason)
	}

	return dataAccount{accountFacts: accountFacts{}.fromResponse(a), ID: types.StringValue(a.ID), StatusReasons: reasons}
}

func dataAccountAttributes(id func(description string) schema.Attribute) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                id("The identifier of the account. API field: `id`."),
		"provider_key":      computedText("The key of the account's connector, for example `bamboohr`. API field: `provider`."),
		"provider_name":     computedText("The name of the account's connector. API field: `provider_name`."),
		"status":            computedText("The status of the account: " + codeList(accountStatuses()) + ", or a newer one. API field: `status`."),
		"origin_owner_id":   computedText("The identifier of the customer in your own system. API field: `origin_owner_id`."),
		"origin_owner_name": computedText("The name of the customer. API field: `origin_owner_name`."),
		"origin_username":   computedText("The person who connected the account. API field: `origin_username`."),
		"label":             computedText("The label of the account. API field: `label`."),
		"type":              computedText("The type of the account: " + codeList(accountTypes()) + "; null if StackOne returns another one. API field: `type`."),
		"shared":            computedBool("Whether all end users of the customer may use the account. API field: `shared`."),
		"categories":        computedTexts("The categories of the account, for example `hris`. API field: `categories`."),
		"status_reasons": computedObjects("Why the account has its status; empty if StackOne returns no reasons. API field: `status_reasons`.", map[string]schema.Attribute{
			"code":        computedText("The code of the reason. API field: `code`."),
			"description": computedText("The reason in words. API field: `description`."),
			"timestamp":   computedText("When the reason arose (RFC 3339). API field: `timestamp`."),
		}),
		"created_at": computedText("When the account was linked (RFC 3339). API field: `created_at`."),
		"updated_at": computedText("When the account was last changed (RFC 3339). API field: `updated_at`."),
	}
}
