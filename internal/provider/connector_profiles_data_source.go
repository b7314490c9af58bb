package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

type connectorProfilesDataSourceModel struct {
	connectorProfileFilter
	ConnectorProfiles []connectorProfile `tfsdk:"connector_profiles"`
}

// connectorProfileFilter is shared by the data source and the list resource, with the fields
// of the client's type.
type connectorProfileFilter struct {
	ConnectorKey *string `tfsdk:"provider_key"`
	Enabled      *bool   `tfsdk:"enabled"`
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

func (f connectorProfileFilter) matchesNothing() bool { return false }

// connectorProfile has the fields of the client's type.
type connectorProfile struct {
	ID                        string   `tfsdk:"id"`
	Name                      *string  `tfsdk:"name"`
	ConnectorKey              *string  `tfsdk:"provider_key"`
	ConnectorLabel            *string  `tfsdk:"provider_name"`
	Categories                []string `tfsdk:"categories"`
	Active                    *bool    `tfsdk:"enabled"`
	Default                   *bool    `tfsdk:"default"`
	ReleaseStage              *string  `tfsdk:"release_stage"`
	ConnectorVersion          *string  `tfsdk:"connector_version"`
	ConnectorPinnedVersion    *string  `tfsdk:"connector_pinned_version"`
	ConnectorOwner            *string  `tfsdk:"connector_owner"`
	Environment               *string  `tfsdk:"environment"`
	AuthenticationConfigKey   *string  `tfsdk:"authentication_config_key"`
	AuthenticationConfigLabel *string  `tfsdk:"authentication_config_label"`
	CreatedAt                 *string  `tfsdk:"created_at"`
	UpdatedAt                 *string  `tfsdk:"updated_at"`
}

func newConnectorProfilesDataSource() datasource.DataSource {
	attributes := connectorProfileFilterAttributes()
	attributes["connector_profiles"] = computedObjects("The profiles that match, sorted by `id`; empty if there are none.", map[string]schema.Attribute{
		"id":                          computedText("The identifier of the profile, for `connector_profile_id` of a connect session. API field: `id`."),
		"name":                        computedText("The name of the profile in the dashboard. API field: `name`."),
		"provider_key":                computedText("The key of the connector, for `provider_key` of a connect session. API field: `connector_key`."),
		"provider_name":               computedText("The name of the connector. API field: `connector_label`."),
		"categories":                  computedTexts("The categories of the connector. API field: `categories`."),
		"enabled":                     computedBool("Whether customers can connect with the profile. API field: `active`."),
		"default":                     computedBool("Whether the profile is the default of its connector in the project. API field: `default`."),
		"release_stage":               computedText("The release stage of the connector, for example `ga` or `beta`. API field: `release_stage`."),
		"connector_version":           computedText("The version of the connector in use. API field: `connector_version`."),
		"connector_pinned_version":    computedText("The pinned version; null if the profile follows the newest one. API field: `connector_pinned_version`."),
		"connector_owner":             computedText("The owner of the connector's version, where StackOne returns one. API field: `connector_owner`."),
		"environment":                 computedText("The environment of the connected system, where the connector has several. API field: `environment`."),
		"authentication_config_key":   computedText("The key of the authentication method, where StackOne returns one. API field: `authentication_config_key`."),
		"authentication_config_label": computedText("The name of the authentication method, where StackOne returns one. API field: `authentication_config_label`."),
		"created_at":                  computedText("When the profile was created (RFC 3339). API field: `created_at`."),
		"updated_at":                  computedText("When the profile was last changed (RFC 3339). API field: `updated_at`."),
	})

	return &dataSource[connectorProfilesDataSourceModel]{
		name:      "connector_profiles",
		operation: listConnectorProfiles,
		schema: schema.Schema{
			MarkdownDescription: "Finds the connector profiles of the project: the connectors that are set up, with the settings under which customers connect.",
			Attributes:          attributes,
		},
		read: readConnectorProfiles,
	}
}

// readConnectorProfiles makes one call per hundred profiles.
func readConnectorProfiles(ctx context.Context, data *providerData, model *connectorProfilesDataSourceModel) error {
	client, err := data.client()
	if err != nil {
		return err
	}

	model.ConnectorProfiles = []connectorProfile{}

	for found, err := range client.ConnectorProfiles(ctx, stackone.ConnectorProfileFilter(model.connectorProfileFilter)) {
		if err != nil {
			return err
		}

		found.Categories = append([]string{}, found.Categories...) // not null
		model.ConnectorProfiles = append(model.ConnectorProfiles, connectorProfile(found))
	}

	slices.SortFunc(model.ConnectorProfiles, func(a, b connectorProfile) int { return cmp.Compare(a.ID, b.ID) })

	return nil
}

type connectorProfileVersionsModel struct {
	ConnectorProfileID string             `tfsdk:"connector_profile_id"`
	Versions           []connectorVersion `tfsdk:"versions"`
}

// connectorVersion has the fields of the client's type.
type connectorVersion struct {
	Version string  `tfsdk:"version"`
	Owner   *string `tfsdk:"owner"`
	Builtin *bool   `tfsdk:"builtin"`
	Pinned  *bool   `tfsdk:"pinned"`
}

func newConnectorProfileVersionsDataSource() datasource.DataSource {
	return &dataSource[connectorProfileVersionsModel]{
		name:      "connector_profile_versions",
		operation: listConnectorVersions,
		schema: schema.Schema{
			MarkdownDescription: "Lists the versions of its connector that a connector profile can be pinned to.",
			Attributes: map[string]schema.Attribute{
				"connector_profile_id": lookup("The identifier of the profile, for example from the data source `stackone_connector_profiles`. API field: `id`."),
				"versions": computedObjects("The versions, in the order in which StackOne returns them.", map[string]schema.Attribute{
					"version": computedText("The version, for `pinned_version` of the resource `stackone_connector_profile_pinned_version`. API field: `version`."),
					"owner":   computedText("The owner of the version: `stackone` for built-in connectors. API field: `owner`."),
					"builtin": computedBool("Whether StackOne maintains the version. API field: `builtin`."),
					"pinned":  computedBool("Whether the profile is pinned to the version. API field: `pinned`."),
				}),
			},
		},
		read: func(ctx context.Context, data *providerData, model *connectorProfileVersionsModel) error {
			versions, err := call(ctx, data, (*stackone.Client).ConnectorVersions, model.ConnectorProfileID)

			model.Versions = make([]connectorVersion, len(versions))
			for i, version := range versions {
				model.Versions[i] = connectorVersion(version)
			}

			return err
		},
	}
}
