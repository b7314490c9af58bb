package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func newAccountDataSource() datasource.DataSource {
	return &dataSource[dataAccount]{
		name:      "account",
		schema:    schema.Schema{MarkdownDescription: "Reads one linked account by its identifier.", Attributes: dataAccountAttributes(lookup)},
		operation: readAccount,
		read: func(ctx context.Context, data *providerData, model *dataAccount) error {
			account, err := call(ctx, data, (*stackone.Client).GetAccount, model.ID.ValueString())
			if err == nil {
				*model = newDataAccount(account)
			}

			return err
		},
		notFound: func(model *dataAccount) (string, string) {
			return "Linked account not found", fmt.Sprintf(
				"StackOne has no linked account %q in the project of the API key. Check the identifier, or find the account with the data source stackone_accounts. "+
					"To destroy what is in the state without reading the account, run terraform destroy -refresh=false.", model.ID.ValueString())
		},
	}
}

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

		for account, err := range client.Accounts(ctx, stackone.AccountFilter(model.accountFilter)) {
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

	if !model.matchesNothing() {
		data.lists.record(accountList{stackone.AccountFilter(model.accountFilter), model.IDs})
	}

	return nil
}
