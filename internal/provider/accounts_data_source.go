package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*accountsDataSource)(nil)

func newAccountsDataSource() datasource.DataSource { return &accountsDataSource{} }

type accountsDataSource struct{ dataSourceBase }

type accountsDataSourceModel struct {
	accountFilter
	IDs      []string      `tfsdk:"ids"`
	Accounts []dataAccount `tfsdk:"accounts"`
}

func (d *accountsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_accounts"
}

func (d *accountsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	account := dataAccountAttributes()
	account["id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "The identifier of the account. API field: `id`."}

	attributes := accountFilterAttributes()
	attributes["ids"] = schema.ListAttribute{
		ElementType: types.StringType, Computed: true,
		MarkdownDescription: "The identifiers of the accounts, sorted.",
	}
	attributes["accounts"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The accounts, sorted by `id`; empty if there are none.",
		NestedObject:        schema.NestedAttributeObject{Attributes: account},
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds linked accounts, for example those of a customer.",
		Attributes:          attributes,
	}
}

// Read makes one call per hundred accounts.
func (d *accountsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model accountsDataSourceModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	accounts, diags := model.list(ctx, d.data)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	model.Accounts, model.IDs = accounts, make([]string, len(accounts))
	for i, account := range accounts {
		model.IDs[i] = account.ID.ValueString()
	}

	d.data.lists.record(model.accountFilter, model.IDs)

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
