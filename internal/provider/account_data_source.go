package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ datasource.DataSourceWithConfigure = (*accountDataSource)(nil)

func newAccountDataSource() datasource.DataSource { return &accountDataSource{} }

type accountDataSource struct{ dataSourceBase }

func (d *accountDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataAccountAttributes()

	attributes["id"] = schema.StringAttribute{
		Required: true, Validators: []validator.String{notEmpty{}}, MarkdownDescription: "The identifier of the account. API field: `id`.",
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one linked account by its identifier.",
		Attributes:          attributes,
	}
}

func (d *accountDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id types.String
	if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
		return
	}

	account, err := client.GetAccount(d.data.maskKey(ctx), id.ValueString())
	if stackone.IsNotFound(err) {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Linked account not found", fmt.Sprintf(
			"StackOne has no linked account %q in the project of the API key. Check the identifier, or find the account with the data source stackone_accounts. "+
				"To destroy what is in the state without reading the account, run terraform destroy -refresh=false.", id.ValueString()))

		return
	}

	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, newDataAccount(account))...)
}
