package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

func newAccountDataSource() datasource.DataSource {
	return &dataSource[dataAccount]{
		name:      "account",
		schema:    schema.Schema{MarkdownDescription: "Reads one linked account by its identifier.", Attributes: dataAccountAttributes(lookup)},
		operation: readAccount,
		read: func(ctx context.Context, data *providerData, model *dataAccount) error {
			client, err := data.client()
			if err != nil {
				return err
			}

			account, err := client.GetAccount(ctx, model.ID.ValueString())
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
