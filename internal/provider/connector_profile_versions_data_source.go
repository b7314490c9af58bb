package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

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
			client, err := data.client()
			if err != nil {
				return err
			}

			versions, err := client.ConnectorVersions(ctx, model.ConnectorProfileID)

			model.Versions = make([]connectorVersion, len(versions))
			for i, version := range versions {
				model.Versions[i] = connectorVersion(version)
			}

			return err
		},
	}
}
