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

var _ datasource.DataSourceWithConfigure = (*connectSessionDataSource)(nil)

func newConnectSessionDataSource() datasource.DataSource { return &connectSessionDataSource{} }

type connectSessionDataSource struct{ dataSourceBase }

type connectSessionDetails struct {
	ID                      types.String       `tfsdk:"id"`
	OrganizationID          types.String       `tfsdk:"organization_id"`
	ProjectID               types.String       `tfsdk:"project_id"`
	OriginOwnerID           types.String       `tfsdk:"origin_owner_id"`
	OriginOwnerName         types.String       `tfsdk:"origin_owner_name"`
	OriginUsername          types.String       `tfsdk:"origin_username"`
	Categories              []string           `tfsdk:"categories"`
	ProviderKey             types.String       `tfsdk:"provider_key"`
	ConnectorProfileID      types.String       `tfsdk:"connector_profile_id"`
	AccountID               types.String       `tfsdk:"account_id"`
	Label                   types.String       `tfsdk:"label"`
	Metadata                types.String       `tfsdk:"metadata"`
	Type                    types.String       `tfsdk:"type"`
	CreatedAt               types.String       `tfsdk:"created_at"`
	LatestConnectionAttempt *connectionAttempt `tfsdk:"latest_connection_attempt"`
}

// connectionAttempt is an OAuth sign-in attempt.
type connectionAttempt struct {
	ID                    types.String `tfsdk:"id"`
	Status                types.String `tfsdk:"status"`
	AccountSecureID       types.String `tfsdk:"account_secure_id"`
	OAuthErrorCode        types.String `tfsdk:"oauth_error_code"`
	OAuthErrorDescription types.String `tfsdk:"oauth_error_description"`
	CreatedAt             types.String `tfsdk:"created_at"`
	UpdatedAt             types.String `tfsdk:"updated_at"`
}

func newConnectSessionDetails(s *stackone.ConnectSessionDetails) connectSessionDetails {
	details := connectSessionDetails{
		ID:                 types.StringValue(s.ID),
		OrganizationID:     types.StringPointerValue(s.OrganizationID),
		ProjectID:          types.StringPointerValue(s.ProjectID),
		OriginOwnerID:      types.StringPointerValue(s.OriginOwnerID),
		OriginOwnerName:    types.StringPointerValue(s.OriginOwnerName),
		OriginUsername:     types.StringPointerValue(s.OriginUsername),
		Categories:         append([]string{}, s.Categories...),
		ProviderKey:        types.StringPointerValue(s.Provider),
		ConnectorProfileID: types.StringPointerValue(s.ConnectorProfileID),
		AccountID:          types.StringPointerValue(s.AccountID),
		Label:              types.StringPointerValue(s.Label),
		Type:               types.StringPointerValue(s.Type),
		CreatedAt:          types.StringPointerValue(s.CreatedAt),
	}

	if s.Metadata != nil {
		details.Metadata = types.StringValue(string(s.Metadata))
	}

	if a := s.LatestAttempt; a != nil {
		details.LatestConnectionAttempt = &connectionAttempt{
			ID:                    types.StringPointerValue(a.ID),
			Status:                types.StringPointerValue(a.Status),
			AccountSecureID:       types.StringPointerValue(a.AccountSecureID),
			OAuthErrorCode:        types.StringPointerValue(a.OAuthErrorCode),
			OAuthErrorDescription: types.StringPointerValue(a.OAuthErrorDescription),
			CreatedAt:             types.StringPointerValue(a.CreatedAt),
			UpdatedAt:             types.StringPointerValue(a.UpdatedAt),
		}
	}

	return details
}

func (d *connectSessionDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connect_session"
}

func (d *connectSessionDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(field, description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description + " API field: `" + field + "`."}
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a connect session: the customer's latest attempt to sign in by OAuth, and the linked account that it created.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required: true, Validators: []validator.String{notEmpty{}},
				MarkdownDescription: "The identifier of the session: `id` of the resource `stackone_connect_session`. API field: `id`.",
			},
			"organization_id":      text("organization_id", "The identifier of your organization at StackOne."),
			"project_id":           text("project_id", "The identifier of your StackOne project."),
			"origin_owner_id":      text("origin_owner_id", "The identifier of the customer in your own system."),
			"origin_owner_name":    text("origin_owner_name", "The name of the customer."),
			"origin_username":      text("origin_username", "The person who connects."),
			"provider_key":         text("provider", "The key of the connector that the session opens; null when the customer chooses."),
			"connector_profile_id": text("connector_profile_id", "The identifier of the connector profile that the session uses; null for the project's default."),
			"account_id":           text("account_id", "The identifier of the linked account that the session edits; null when it creates one."),
			"label":                text("label", "The label for the linked account."),
			"metadata":             text("metadata", "The metadata for the linked account, as a JSON object. Decode it with `jsondecode`."),
			"type":                 text("type", "The type of the linked account, for example `production`."),
			"created_at":           text("created_at", "When StackOne created the session (RFC 3339)."),
			"categories": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "The categories that the session offers; empty for all. API field: `categories`.",
			},
			"latest_connection_attempt": schema.SingleNestedAttribute{
				Computed: true,
				MarkdownDescription: "The latest attempt to sign in by OAuth; null when there was none. A connection by API key creates no attempt. " +
					"API field: `latest_connection_attempt`.",
				Attributes: map[string]schema.Attribute{
					"id":                      text("id", "The identifier of the attempt."),
					"status":                  text("status", "The state of the attempt: `pending`, `authenticated`, `error` or `cancelled`, or a value that StackOne has added since."),
					"account_secure_id":       text("account_secure_id", "The identifier of the linked account that the attempt created or updated; null unless it succeeded. The resource `stackone_account` takes it as `account_id`."),
					"oauth_error_code":        text("oauth_error_code", "The code of the attempt's error; null when there was none."),
					"oauth_error_description": text("oauth_error_description", "The description of the attempt's error; null when there was none."),
					"created_at":              text("created_at", "When the attempt began (RFC 3339)."),
					"updated_at":              text("updated_at", "When the attempt last changed (RFC 3339)."),
				},
			},
		},
	}
}

func (d *connectSessionDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id types.String
	if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := d.data.client()
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readConnectSession, err))
		return
	}

	session, err := client.GetConnectSession(d.data.maskKey(ctx), id.ValueString())
	if stackone.IsNotFound(err) {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Connect session not found", fmt.Sprintf(
			"StackOne has no connect session %q in the project of the API key. Check the identifier; if StackOne has removed the session, remove the data source, or replace the session's resource. "+
				"A destroy reads the session as well, unless you run terraform destroy -refresh=false.", id.ValueString()))

		return
	}

	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readConnectSession, err))
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, newConnectSessionDetails(session))...)
}
