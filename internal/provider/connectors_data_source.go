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

type connectorsDataSourceModel struct {
	ProviderKeys  []string    `tfsdk:"provider_keys"`
	Categories    []string    `tfsdk:"categories"`
	ReleaseStages []string    `tfsdk:"release_stages"`
	Keys          []string    `tfsdk:"keys"`
	Connectors    []connector `tfsdk:"connectors"`
}

type connector struct {
	Key              string            `tfsdk:"key"`
	Name             *string           `tfsdk:"name"`
	Version          types.String      `tfsdk:"version"`
	Categories       []string          `tfsdk:"categories"`
	ReleaseStage     *string           `tfsdk:"release_stage"`
	Authentication   []authentication  `tfsdk:"authentication"`
	ScopeDefinitions []scopeDefinition `tfsdk:"scope_definitions"`
}

// authentication is one way to connect, with the fields of the client's type.
type authentication struct {
	Key            *string  `tfsdk:"key"`
	Type           *string  `tfsdk:"type"`
	Label          *string  `tfsdk:"label"`
	RequiredScopes []string `tfsdk:"required_scopes"`
}

// scopeDefinition has the fields of the client's type.
type scopeDefinition struct {
	Name        *string  `tfsdk:"name"`
	Description *string  `tfsdk:"description"`
	Includes    []string `tfsdk:"includes"`
}

// newConnector makes absent lists empty.
func newConnector(c stackone.Connector) connector {
	ways := make([]authentication, len(c.Authentication))
	for i, way := range c.Authentication {
		way.RequiredScopes = append([]string{}, way.RequiredScopes...)
		ways[i] = authentication(way)
	}

	scopes := make([]scopeDefinition, len(c.Scopes))
	for i, scope := range c.Scopes {
		scope.Includes = append([]string{}, scope.Includes...)
		scopes[i] = scopeDefinition(scope)
	}

	return connector{
		Key: c.Key, Name: c.Name, Version: types.StringPointerValue(c.Version), Categories: append([]string{}, c.Categories...), ReleaseStage: c.ReleaseStage,
		Authentication: ways, ScopeDefinitions: scopes,
	}
}

func newConnectorsDataSource() datasource.DataSource {
	const anyNote = " When absent, any. An empty list matches nothing."

	return &dataSource[connectorsDataSourceModel]{
		name:      "connectors",
		operation: listConnectors,
		schema: schema.Schema{
			MarkdownDescription: "Lists StackOne's catalogue of connectors: the systems that customers can connect, set up in the project or not.",
			Attributes: map[string]schema.Attribute{
				"provider_keys": filterTexts("Only the connectors with these keys, for example `bamboohr`." + anyNote + " API field: `filter[connectors]`."),
				"categories": filterTexts("Only connectors that have at least one of these categories: "+codeList(categories())+". "+spellingNote+" Others cause a warning, since StackOne may have added them. Filtered by the provider."+anyNote+" API field: `categories`.",
					oneOf{filter: true, kind: "category", words: categories(), aliases: categorySpellings()}),
				"release_stages": filterTexts("Only connectors with one of these release stages, for example `ga`. Filtered by the provider; a connector without a stage matches none." + anyNote + " API field: `release_stage`."),
				"keys":           computedTexts("The keys of the connectors, sorted, without duplicates."),
				"connectors": computedObjects("The connectors, sorted by `key`; empty if there are none. A connector that StackOne lists in several versions appears once for each.", map[string]schema.Attribute{
					"key":           computedText("The key of the connector, for `provider_key` of a connect session. API field: `key`."),
					"name":          computedText("The name of the connector. API field: `name`."),
					"version":       computedText("The version of the connector. API field: `version`."),
					"categories":    computedTexts("The categories of the connector. API field: `categories`."),
					"release_stage": computedText("The release stage of the connector, for example `ga` or `beta`. API field: `release_stage`."),
					"authentication": computedObjects("The authentication methods of the connector, in StackOne's order. API field: `authentication`.", map[string]schema.Attribute{
						"key":             computedText("The key of the method, unique in its connector. API field: `key`."),
						"type":            computedText("The type of the method, for example `oauth2`. API field: `type`."),
						"label":           computedText("The name of the method. API field: `label`."),
						"required_scopes": computedTexts("The OAuth scopes that the connector needs; empty if StackOne returns none. API field: `required_scopes`."),
					}),
					"scope_definitions": computedObjects("The OAuth scopes that StackOne describes, in its order; empty if there are none. API field: `scope_definitions`.", map[string]schema.Attribute{
						"name":        computedText("The name of the scope. API field: `name`."),
						"description": computedText("The purpose of the scope. API field: `description`."),
						"includes":    computedTexts("The scopes that this one covers. API field: `includes`."),
					}),
				}),
			},
		},
		read: readConnectors,
	}
}

// readConnectors makes one call per hundred connectors, and drops duplicates.
func readConnectors(ctx context.Context, data *providerData, model *connectorsDataSourceModel) error {
	model.Connectors = []connector{}

	// The client would ignore an empty list.
	if !anyEmpty(model.ProviderKeys, model.Categories, model.ReleaseStages) {
		client, err := data.client()
		if err != nil {
			return err
		}

		filter := stackone.ConnectorFilter{Keys: model.ProviderKeys, ReleaseStages: model.ReleaseStages}
		for _, category := range model.Categories {
			filter.Categories = append(filter.Categories, apiCategory(category))
		}

		for found, err := range client.Connectors(ctx, filter) {
			if err != nil {
				return err
			}

			model.Connectors = append(model.Connectors, newConnector(found))
		}
	}

	slices.SortStableFunc(model.Connectors, func(a, b connector) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version.ValueString(), b.Version.ValueString()))
	})

	model.Connectors = slices.CompactFunc(model.Connectors, func(a, b connector) bool { return a.Key == b.Key && a.Version.Equal(b.Version) })

	model.Keys = make([]string, len(model.Connectors))
	for i, c := range model.Connectors {
		model.Keys[i] = c.Key
	}

	// Several versions of a connector share one key.
	model.Keys = slices.Compact(model.Keys)

	return nil
}
