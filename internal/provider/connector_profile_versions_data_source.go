package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*connectorProfileVersionsDataSource)(nil)

func newConnectorProfileVersionsDataSource() datasource.DataSource {
	return &connectorProfileVersionsDataSource{}
}

type connectorProfileVersionsDataSource struct{ dataSourceBase }

type connectorProfileVersionsModel struct {
	ConnectorProfileID types.String       `tfsdk:"connector_profile_id"`
	Versions           []connectorVersion `tfsdk:"versions"`
}

type connectorVersion struct {
	Version types.String `tfsdk:"version"`
	Owner   types.String `tfsdk:"owner"`
	Builtin types.Bool   `tfsdk:"builtin"`
	Pinned  types.Bool   `tfsdk:"pinned"`
}

func (d *connectorProfileVersionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connector_profile_versions"
}

func (d *connectorProfileVersionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the versions of its connector that a connector profile can be pinned to.",
		Attributes: map[string]schema.Attribute{
			"connector_profile_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{notEmpty{}},
				MarkdownDescription: "The identifier of the profile, for example from the data source `stackone_connector_profiles`. API field: `id`.",
			},
			"versions": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The versions, in the order in which StackOne returns them.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"version": schema.StringAttribute{Computed: true, MarkdownDescription: "The version, for `pinned_version` of the resource `stackone_connector_profile_pinned_version`. API field: `version`."},
					"owner":   schema.StringAttribute{Computed: true, MarkdownDescription: "The owner of the version: `stackone` for built-in connectors. API field: `owner`."},
					"builtin": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether StackOne maintains the version. API field: `builtin`."},
					"pinned":  schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the profile is pinned to the version. API field: `pinned`."},
				}},
			},
		},
	}
}

func (d *connectorProfileVersionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model connectorProfileVersionsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(listConnectorVersions, err))
		return
	}

	versions, err := client.ConnectorVersions(d.data.maskKey(ctx), model.ConnectorProfileID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(listConnectorVersions, err))
		return
	}

	model.Versions = make([]connectorVersion, len(versions))
	for i, v := range versions {
		model.Versions[i] = connectorVersion{
			Version: types.StringValue(v.Version), Owner: types.StringPointerValue(v.Owner),
			Builtin: types.BoolPointerValue(v.Builtin), Pinned: types.BoolPointerValue(v.Pinned),
		}
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
