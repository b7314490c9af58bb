package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ list.ListResourceWithConfigure = (*pinnedVersionList)(nil)

func newPinnedVersionList() list.ListResource { return &pinnedVersionList{} }

type pinnedVersionList struct{ resourceBase }

func (l *pinnedVersionList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connector_profile_pinned_version"
}

func (l *pinnedVersionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range connectorProfileFilterAttributes() {
		attributes[name] = attribute
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the connector profiles that are pinned to a version, for `terraform query`.",
		Attributes:          attributes,
	}
}

// List requests a page when Terraform has taken the results of the one before.
func (l *pinnedVersionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter connectorProfileFilter

	if diags := req.Config.Get(ctx, &filter); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	client, err := l.data.client()
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{apiDiagnostic(listConnectorProfiles, err)})
		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		var sent int64

		for profile, err := range client.ConnectorProfiles(l.data.maskKey(ctx), filter.listRequest()) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{apiDiagnostic(listConnectorProfiles, err)}})
				return
			}

			if profile.ConnectorPinnedVersion == nil {
				continue
			}

			if !push(l.result(ctx, req, profile)) {
				return
			}

			if sent++; req.Limit > 0 && sent >= req.Limit {
				return
			}
		}
	}
}

// result leaves owner and times null: the API lists those of the profile, not of the pin.
func (l *pinnedVersionList) result(ctx context.Context, req list.ListRequest, profile stackone.ConnectorProfile) list.ListResult {
	result := req.NewListResult(ctx)
	id := types.StringValue(profile.ID)
	result.DisplayName = displayName(profile.ID, profile.Name, profile.ConnectorKey, profile.ConnectorPinnedVersion)

	result.Diagnostics.Append(result.Identity.Set(ctx, resourceIdentity{ID: id})...)

	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, pinnedVersionModel{
			ConnectorProfileID: id, PinnedVersion: types.StringPointerValue(profile.ConnectorPinnedVersion),
		})...)
	}

	return result
}
