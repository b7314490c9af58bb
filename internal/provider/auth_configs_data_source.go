package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ datasource.DataSourceWithConfigure = (*authConfigsDataSource)(nil)

func newAuthConfigsDataSource() datasource.DataSource { return &authConfigsDataSource{} }

// authConfigsDataSource is the data source stackone_auth_configs.
type authConfigsDataSource struct{ dataSourceBase }

// authConfigsDataSourceModel is a list of auth configs with what narrowed it.
type authConfigsDataSourceModel struct {
	ProviderKey types.String `tfsdk:"provider_key"`
	Enabled     types.Bool   `tfsdk:"enabled"`
	AuthConfigs []authConfig `tfsdk:"auth_configs"`
}

// authConfig is one auth config.
type authConfig struct {
	ID                     types.String `tfsdk:"id"`
	Name                   types.String `tfsdk:"name"`
	ProviderKey            types.String `tfsdk:"provider_key"`
	ProviderName           types.String `tfsdk:"provider_name"`
	Categories             []string     `tfsdk:"categories"`
	Enabled                types.Bool   `tfsdk:"enabled"`
	Default                types.Bool   `tfsdk:"default"`
	ReleaseStage           types.String `tfsdk:"release_stage"`
	ConnectorVersion       types.String `tfsdk:"connector_version"`
	ConnectorPinnedVersion types.String `tfsdk:"connector_pinned_version"`
	Environment            types.String `tfsdk:"environment"`
	CreatedAt              types.String `tfsdk:"created_at"`
	UpdatedAt              types.String `tfsdk:"updated_at"`
}

// authConfigFromAnswer is what an answer of StackOne says about an auth config.
func authConfigFromAnswer(a stackone.AuthConfig) authConfig {
	return authConfig{
		ID:                     types.StringValue(a.ID),
		Name:                   types.StringPointerValue(a.Name),
		ProviderKey:            types.StringPointerValue(a.ConnectorKey),
		ProviderName:           types.StringPointerValue(a.ConnectorLabel),
		Categories:             append([]string{}, a.Categories...),
		Enabled:                types.BoolPointerValue(a.Active),
		Default:                types.BoolPointerValue(a.Default),
		ReleaseStage:           types.StringPointerValue(a.ReleaseStage),
		ConnectorVersion:       types.StringPointerValue(a.ConnectorVersion),
		ConnectorPinnedVersion: types.StringPointerValue(a.ConnectorPinnedVersion),
		Environment:            types.StringPointerValue(a.Environment),
		CreatedAt:              types.StringPointerValue(a.CreatedAt),
		UpdatedAt:              types.StringPointerValue(a.UpdatedAt),
	}
}

// listRequest is the request for the list that the filter describes.
func (m *authConfigsDataSourceModel) listRequest() stackone.AuthConfigFilter {
	return stackone.AuthConfigFilter{ConnectorKey: m.ProviderKey.ValueStringPointer(), Enabled: m.Enabled.ValueBoolPointer()}
}

func (d *authConfigsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_auth_configs"
}

func (d *authConfigsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the auth configs of the project, which StackOne's newer documentation calls connector profiles: the connectors that are set up, with the settings under which customers connect.",
		Attributes: map[string]schema.Attribute{
			"provider_key": schema.StringAttribute{
				Optional: true, Validators: []validator.String{notEmpty{}},
				MarkdownDescription: "Only those of this connector, for example `bamboohr`. When absent, of any. API field: `connector_key`.",
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Only those with which customers can (`true`) or cannot (`false`) connect. When absent, both. API field: `enabled`.",
			},
			"auth_configs": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The auth configs that were found, sorted by their identifiers; empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                       schema.StringAttribute{Computed: true, MarkdownDescription: "The identifier, which `connector_profile_id` of a connect session takes. API field: `id`."},
					"name":                     schema.StringAttribute{Computed: true, MarkdownDescription: "The name, as the dashboard shows it. API field: `name`."},
					"provider_key":             schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the connector, which `provider_key` of a connect session takes. API field: `connector_key`."},
					"provider_name":            schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the connector. API field: `connector_label`."},
					"categories":               schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: "The categories of the connector. API field: `categories`."},
					"enabled":                  schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether customers can connect with it. API field: `active`."},
					"default":                  schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it is the default of its connector in the project. API field: `default`."},
					"release_stage":            schema.StringAttribute{Computed: true, MarkdownDescription: "How mature the connector is, for example `ga` or `beta`. API field: `release_stage`."},
					"connector_version":        schema.StringAttribute{Computed: true, MarkdownDescription: "The version of the connector that is in use. API field: `connector_version`."},
					"connector_pinned_version": schema.StringAttribute{Computed: true, MarkdownDescription: "The version that is pinned; null when none is. API field: `connector_pinned_version`."},
					"environment":              schema.StringAttribute{Computed: true, MarkdownDescription: "The environment of the connected system, where the connector has several. API field: `environment`."},
					"created_at":               schema.StringAttribute{Computed: true, MarkdownDescription: "When it was made (RFC 3339). API field: `created_at`."},
					"updated_at":               schema.StringAttribute{Computed: true, MarkdownDescription: "When it was changed last (RFC 3339). API field: `updated_at`."},
				}},
			},
		},
	}
}

// Read makes a call of the API for each hundred auth configs.
func (d *authConfigsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model authConfigsDataSourceModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(listAuthConfigs, err))
		return
	}

	model.AuthConfigs = []authConfig{}

	for found, err := range client.AuthConfigs(d.data.maskKey(ctx), model.listRequest()) {
		if err != nil {
			resp.Diagnostics.Append(apiDiagnostic(listAuthConfigs, err))
			return
		}

		model.AuthConfigs = append(model.AuthConfigs, authConfigFromAnswer(found))
	}

	slices.SortFunc(model.AuthConfigs, func(a, b authConfig) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
