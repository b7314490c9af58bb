package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ datasource.DataSourceWithConfigure = (*connectorsDataSource)(nil)

func newConnectorsDataSource() datasource.DataSource { return &connectorsDataSource{} }

type connectorsDataSource struct{ dataSourceBase }

type connectorsDataSourceModel struct {
	ProviderKeys  []string    `tfsdk:"provider_keys"`
	Categories    []string    `tfsdk:"categories"`
	ReleaseStages []string    `tfsdk:"release_stages"`
	Keys          []string    `tfsdk:"keys"`
	Connectors    []connector `tfsdk:"connectors"`
}

type connector struct {
	Key              types.String      `tfsdk:"key"`
	Name             types.String      `tfsdk:"name"`
	Version          types.String      `tfsdk:"version"`
	Categories       []string          `tfsdk:"categories"`
	ReleaseStage     types.String      `tfsdk:"release_stage"`
	Authentication   []authentication  `tfsdk:"authentication"`
	ScopeDefinitions []scopeDefinition `tfsdk:"scope_definitions"`
}

// authentication is one way to connect.
type authentication struct {
	Key            types.String `tfsdk:"key"`
	Type           types.String `tfsdk:"type"`
	Label          types.String `tfsdk:"label"`
	RequiredScopes []string     `tfsdk:"required_scopes"`
}

type scopeDefinition struct {
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	Includes    []string     `tfsdk:"includes"`
}

func newConnector(c stackone.Connector) connector {
	ways := make([]authentication, len(c.Authentication))
	for i, a := range c.Authentication {
		ways[i] = authentication{
			Key: types.StringPointerValue(a.Key), Type: types.StringPointerValue(a.Type), Label: types.StringPointerValue(a.Label), RequiredScopes: append([]string{}, a.RequiredScopes...),
		}
	}

	scopes := make([]scopeDefinition, len(c.Scopes))
	for i, s := range c.Scopes {
		scopes[i] = scopeDefinition{Name: types.StringPointerValue(s.Name), Description: types.StringPointerValue(s.Description), Includes: append([]string{}, s.Includes...)}
	}

	return connector{
		Key:              types.StringValue(c.Key),
		Name:             types.StringPointerValue(c.Name),
		Version:          types.StringPointerValue(c.Version),
		Categories:       append([]string{}, c.Categories...),
		ReleaseStage:     types.StringPointerValue(c.ReleaseStage),
		Authentication:   ways,
		ScopeDefinitions: scopes,
	}
}

// show sorts the connectors. Several versions of a connector share one key.
func (m *connectorsDataSourceModel) show(found []connector) {
	slices.SortStableFunc(found, func(a, b connector) int {
		return cmp.Or(cmp.Compare(a.Key.ValueString(), b.Key.ValueString()), cmp.Compare(a.Version.ValueString(), b.Version.ValueString()))
	})

	m.Connectors = slices.CompactFunc(found, func(a, b connector) bool { return a.Key.Equal(b.Key) && a.Version.Equal(b.Version) })

	m.Keys = make([]string, len(m.Connectors))
	for i, c := range m.Connectors {
		m.Keys[i] = c.Key.ValueString()
	}

	m.Keys = slices.Compact(m.Keys)
}

func (d *connectorsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connectors"
}

func (d *connectorsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const anyNote = " When absent, any. An empty list matches nothing."

	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists StackOne's catalogue of connectors: the systems that customers can connect, set up in the project or not.",
		Attributes: map[string]schema.Attribute{
			"provider_keys": schema.ListAttribute{
				ElementType: types.StringType, Optional: true, Validators: filterElements(),
				MarkdownDescription: "Only the connectors with these keys, for example `bamboohr`." + anyNote + " API field: `filter[connectors]`.",
			},
			"categories": schema.ListAttribute{
				ElementType: types.StringType, Optional: true, Validators: append(filterElements(), known{filter: true, kind: "category", words: categories(), aliases: categorySpellings()}),
				MarkdownDescription: "Only connectors that have at least one of these categories: " + codeList(categories()) + ". " + spellingNote() + " Others cause a warning, since StackOne may have added them. Filtered by the provider." + anyNote + " API field: `categories`.",
			},
			"release_stages": schema.ListAttribute{
				ElementType: types.StringType, Optional: true, Validators: filterElements(),
				MarkdownDescription: "Only connectors with one of these release stages, for example `ga`. Filtered by the provider; a connector without a stage matches none." +
					anyNote + " API field: `release_stage`.",
			},
			"keys": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "The keys of the connectors, sorted, without duplicates.",
			},
			"connectors": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The connectors, sorted by `key`; empty if there are none. A connector that StackOne lists in several versions appears once for each.",
				NestedObject:        schema.NestedAttributeObject{Attributes: connectorAttributes()},
			},
		},
	}
}

func (m *connectorsDataSourceModel) listRequest() stackone.ConnectorFilter {
	categories := make([]string, len(m.Categories))
	for i, category := range m.Categories {
		categories[i] = apiCategory(category)
	}

	return stackone.ConnectorFilter{Keys: m.ProviderKeys, Categories: categories, ReleaseStages: m.ReleaseStages}
}

func connectorAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key":           schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the connector, for `provider_key` of a connect session. API field: `key`."},
		"name":          schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the connector. API field: `name`."},
		"version":       schema.StringAttribute{Computed: true, MarkdownDescription: "The version of the connector. API field: `version`."},
		"categories":    schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: "The categories of the connector. API field: `categories`."},
		"release_stage": schema.StringAttribute{Computed: true, MarkdownDescription: "The release stage of the connector, for example `ga` or `beta`. API field: `release_stage`."},
		"authentication": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The authentication methods of the connector, in StackOne's order. API field: `authentication`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"key":   schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the method, unique in its connector. API field: `key`."},
				"type":  schema.StringAttribute{Computed: true, MarkdownDescription: "The type of the method, for example `oauth2`. API field: `type`."},
				"label": schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the method. API field: `label`."},
				"required_scopes": schema.ListAttribute{
					ElementType: types.StringType, Computed: true,
					MarkdownDescription: "The OAuth scopes that the connector needs; empty if StackOne returns none. API field: `required_scopes`.",
				},
			}},
		},
		"scope_definitions": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The OAuth scopes that StackOne describes, in its order; empty if there are none. API field: `scope_definitions`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the scope. API field: `name`."},
				"description": schema.StringAttribute{Computed: true, MarkdownDescription: "The purpose of the scope. API field: `description`."},
				"includes":    schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: "The scopes that this one covers. API field: `includes`."},
			}},
		},
	}
}

// Read makes one call per hundred connectors.
func (d *connectorsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model connectorsDataSourceModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	found := []connector{}

	// The client would ignore an empty list.
	if !anyEmpty(model.ProviderKeys, model.Categories, model.ReleaseStages) {
		client, err := d.data.client()
		if err != nil {
			resp.Diagnostics.Append(apiDiagnostic(listConnectors, err))
			return
		}

		for one, err := range client.Connectors(d.data.maskKey(ctx), model.listRequest()) {
			if err != nil {
				resp.Diagnostics.Append(apiDiagnostic(listConnectors, err))
				return
			}

			found = append(found, newConnector(one))
		}
	}

	model.show(found)

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
