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

// accountDataSource is the data source stackone_account.
type accountDataSource struct{ dataSourceBase }

// accountDataSourceModel is one account with the reasons of its status.
type accountDataSourceModel struct {
	accountFacts
	ID            types.String   `tfsdk:"id"`
	StatusReasons []statusReason `tfsdk:"status_reasons"`
}

func (d *accountDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (d *accountDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := accountFactAttributes()

	attributes["id"] = schema.StringAttribute{
		Required: true, Validators: []validator.String{notEmpty{}}, MarkdownDescription: "The identifier of the account. API field: `id`.",
	}

	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}

	attributes["status_reasons"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Why the account has its status; empty when StackOne gives no reasons. API field: `status_reasons`.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"code":        text("The code of the reason. API field: `code`."),
			"description": text("The reason in words. API field: `description`."),
			"timestamp":   text("When the reason arose (RFC 3339). API field: `timestamp`."),
		}},
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one linked account by its identifier.",
		Attributes:          attributes,
	}
}

// Read makes one call of the API.
func (d *accountDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model accountDataSourceModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
		return
	}

	account, err := client.GetAccount(d.data.maskKey(ctx), model.ID.ValueString())
	if stackone.IsNotFound(err) {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Linked account not found", fmt.Sprintf(
			"StackOne has no linked account %q in the project of the API key. Check the identifier, or look for the account with the data source stackone_accounts. "+
				"A destroy reads it as well; to destroy what is in the state all the same, run terraform destroy -refresh=false.", model.ID.ValueString()))

		return
	}

	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
		return
	}

	model.accountFacts = accountFacts{}.fromAnswer(account)
	model.StatusReasons = statusReasonsFromAnswer(account.StatusReasons)

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
