package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ datasource.DataSource              = (*accountsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*accountsDataSource)(nil)
)

func newAccountsDataSource() datasource.DataSource { return &accountsDataSource{} }

// accountsDataSource is the data source stackone_accounts.
type accountsDataSource struct{ dataSourceBase }

// accountsDataSourceModel is a list of accounts with what narrowed it.
type accountsDataSourceModel struct {
	accountFilter
	IDs      []string      `tfsdk:"ids"`
	Accounts []listAccount `tfsdk:"accounts"`
}

// listAccount is one account of a list.
type listAccount struct {
	accountFacts
	ID types.String `tfsdk:"id"`
}

// Metadata implements datasource.DataSource.
func (d *accountsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_accounts"
}

// Schema implements datasource.DataSource.
func (d *accountsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := dataSourceAttributes(accountFilterSpecs())

	attributes["ids"] = schema.ListAttribute{
		ElementType: types.StringType, Computed: true,
		MarkdownDescription: "The identifiers of the accounts that were found, sorted.",
	}
	attributes["accounts"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The accounts that were found, sorted by their identifiers; empty when there are none.",
		NestedObject: schema.NestedAttributeObject{Attributes: dataSourceAttributes(append(accountFactSpecs(), attributeSpec{
			name: "id", apiField: "id", computed: true, description: "The identifier of the account.",
		}))},
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds linked accounts, for example those of a customer. All pages of StackOne's answer are read.",
		Attributes:          attributes,
	}
}

// Read implements datasource.DataSource with a call of the API for each hundred accounts.
func (d *accountsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model accountsDataSourceModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	accounts, diags := model.find(ctx, d.data)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	model.Accounts, model.IDs = accounts, make([]string, len(accounts))
	for i, account := range accounts {
		model.IDs[i] = account.ID.ValueString()
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
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

		found = append(found, listAccount{accountFacts: newAccountFacts(&account), ID: types.StringValue(account.ID)})
	}

	slices.SortFunc(found, func(a, b listAccount) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	return found, diags
}
