package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

type accountsDataSourceModel struct {
	accountFilter
	IDs      []string      `tfsdk:"ids"`
	Accounts []dataAccount `tfsdk:"accounts"`
}

func newAccountsDataSource() datasource.DataSource {
	attributes := accountFilterAttributes()
	attributes["ids"] = computedTexts("The identifiers of the accounts, sorted.")
	attributes["accounts"] = computedObjects("The accounts, sorted by `id`; empty if there are none.", dataAccountAttributes(computedText))

	return &dataSource[accountsDataSourceModel]{
		name:      "accounts",
		schema:    schema.Schema{MarkdownDescription: "Finds linked accounts, for example those of a customer.", Attributes: attributes},
		operation: listAccounts,
		read:      readAccounts,
	}
}

// readAccounts makes one call per hundred accounts.
func readAccounts(ctx context.Context, data *providerData, model *accountsDataSourceModel) error {
	model.Accounts = []dataAccount{}

	if !model.matchesNothing() {
		client, err := data.client()
		if err != nil {
			return err
		}

		for account, err := range client.Accounts(ctx, model.listRequest()) {
			if err != nil {
				return err
			}

			model.Accounts = append(model.Accounts, newDataAccount(&account))
		}
	}

	slices.SortFunc(model.Accounts, func(a, b dataAccount) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	model.IDs = make([]string, len(model.Accounts))
	for i, account := range model.Accounts {
		model.IDs[i] = account.ID.ValueString()
	}

	data.lists.record(model.accountFilter, model.IDs)

	return nil
}
