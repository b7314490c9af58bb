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

var _ datasource.DataSourceWithConfigure = (*connectorProfilesDataSource)(nil)

func newConnectorProfilesDataSource() datasource.DataSource { return &connectorProfilesDataSource{} }

type connectorProfilesDataSource struct{ dataSourceBase }

type connectorProfilesDataSourceModel struct {
	connectorProfileFilter
	ConnectorProfiles []connectorProfile `tfsdk:"connector_profiles"`
}

// connectorProfileFilter is shared by the data source and the list resource.
type connectorProfileFilter struct {
	ProviderKey types.String `tfsdk:"provider_key"`
	Enabled     types.Bool   `tfsdk:"enabled"`
}

func connectorProfileFilterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"provider_key": schema.StringAttribute{
			Optional: true, Validators: []validator.String{notEmpty{}},
			MarkdownDescription: "Only profiles of this connector, for example `bamboohr`. When absent, of any. API field: `connector_key`.",
		},
		"enabled": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Only profiles with which customers can (`true`) or cannot (`false`) connect. When absent, both. API field: `enabled`.",
		},
	}
}

func (f connectorProfileFilter) listRequest() stackone.ConnectorProfileFilter {
	return stackone.ConnectorProfileFilter{ConnectorKey: f.ProviderKey.ValueStringPointer(), Enabled: f.Enabled.ValueBoolPointer()}
}

type connectorProfile struct {
	ID                        types.String `tfsdk:"id"`
	Name                      types.String `tfsdk:"name"`
	ProviderKey               types.String `tfsdk:"provider_key"`
	ProviderName              types.String `tfsdk:"provider_name"`
	Categories                []string     `tfsdk:"categories"`
	Enabled                   types.Bool   `tfsdk:"enabled"`
	Default                   types.Bool   `tfsdk:"default"`
	ReleaseStage              types.String `tfsdk:"release_stage"`
	ConnectorVersion          types.String `tfsdk:"connector_version"`
	ConnectorPinnedVersion    types.String `tfsdk:"connector_pinned_version"`
	ConnectorOwner            types.String `tfsdk:"connector_owner"`
	Environment               types.String `tfsdk:"environment"`
	AuthenticationConfigKey   types.String `tfsdk:"authentication_config_key"`
	AuthenticationConfigLabel types.String `tfsdk:"authentication_config_label"`
	CreatedAt                 types.String `tfsdk:"created_at"`
	UpdatedAt                 types.String `tfsdk:"updated_at"`
}

func newConnectorProfile(p stackone.ConnectorProfile) connectorProfile {
	return connectorProfile{
		ID:                        types.StringValue(p.ID),
		Name:                      types.StringPointerValue(p.Name),
		ProviderKey:               types.StringPointerValue(p.ConnectorKey),
		ProviderName:              types.StringPointerValue(p.ConnectorLabel),
		Categories:                append([]string{}, p.Categories...),
		Enabled:                   types.BoolPointerValue(p.Active),
		Default:                   types.BoolPointerValue(p.Default),
		ReleaseStage:              types.StringPointerValue(p.ReleaseStage),
		ConnectorVersion:          types.StringPointerValue(p.ConnectorVersion),
		ConnectorPinnedVersion:    types.StringPointerValue(p.ConnectorPinnedVersion),
		ConnectorOwner:            types.StringPointerValue(p.ConnectorOwner),
		Environment:               types.StringPointerValue(p.Environment),
		AuthenticationConfigKey:   types.StringPointerValue(p.AuthenticationConfigKey),
		AuthenticationConfigLabel: types.StringPointerValue(p.AuthenticationConfigLabel),
		CreatedAt:                 types.StringPointerValue(p.CreatedAt),
		UpdatedAt:                 types.StringPointerValue(p.UpdatedAt),
	}
}

func (d *connectorProfilesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connector_profiles"
}

func (d *connectorProfilesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := connectorProfileFilterAttributes()
	attributes["connector_profiles"] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The profiles that match, sorted by `id`; empty if there are none.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":                          schema.StringAttribute{Computed: true, MarkdownDescription: "The identifier of the profile, for `connector_profile_id` of a connect session. API field: `id`."},
			"name":                        schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the profile in the dashboard. API field: `name`."},
			"provider_key":                schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the connector, for `provider_key` of a connect session. API field: `connector_key`."},
			"provider_name":               schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the connector. API field: `connector_label`."},
			"categories":                  schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: "The categories of the connector. API field: `categories`."},
			"enabled":                     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether customers can connect with the profile. API field: `active`."},
			"default":                     schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the profile is the default of its connector in the project. API field: `default`."},
			"release_stage":               schema.StringAttribute{Computed: true, MarkdownDescription: "The release stage of the connector, for example `ga` or `beta`. API field: `release_stage`."},
			"connector_version":           schema.StringAttribute{Computed: true, MarkdownDescription: "The version of the connector in use. API field: `connector_version`."},
			"connector_pinned_version":    schema.StringAttribute{Computed: true, MarkdownDescription: "The pinned version; null if the profile follows the newest one. API field: `connector_pinned_version`."},
			"connector_owner":             schema.StringAttribute{Computed: true, MarkdownDescription: "The owner of the connector's version, where StackOne returns one. API field: `connector_owner`."},
			"environment":                 schema.StringAttribute{Computed: true, MarkdownDescription: "The environment of the connected system, where the connector has several. API field: `environment`."},
			"authentication_config_key":   schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the authentication method, where StackOne returns one. API field: `authentication_config_key`."},
			"authentication_config_label": schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the authentication method, where StackOne returns one. API field: `authentication_config_label`."},
			"created_at":                  schema.StringAttribute{Computed: true, MarkdownDescription: "When the profile was created (RFC 3339). API field: `created_at`."},
			"updated_at":                  schema.StringAttribute{Computed: true, MarkdownDescription: "When the profile was last changed (RFC 3339). API field: `updated_at`."},
		}},
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the connector profiles of the project: the connectors that are set up, with the settings under which customers connect.",
		Attributes:          attributes,
	}
}

// Read makes one call per hundred profiles.
func (d *connectorProfilesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model connectorProfilesDataSourceModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(listConnectorProfiles, err))
		return
	}

	model.ConnectorProfiles = []connectorProfile{}

	for found, err := range client.ConnectorProfiles(d.data.maskKey(ctx), model.listRequest()) {
		if err != nil {
			resp.Diagnostics.Append(apiDiagnostic(listConnectorProfiles, err))
			return
		}

		model.ConnectorProfiles = append(model.ConnectorProfiles, newConnectorProfile(found))
	}

	slices.SortFunc(model.ConnectorProfiles, func(a, b connectorProfile) int { return cmp.Compare(a.ID.ValueString(), b.ID.ValueString()) })

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
