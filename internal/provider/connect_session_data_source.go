package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

type connectSessionDetails struct {
	ID                      string             `tfsdk:"id"`
	OrganizationID          *string            `tfsdk:"organization_id"`
	ProjectID               *string            `tfsdk:"project_id"`
	OriginOwnerID           *string            `tfsdk:"origin_owner_id"`
	OriginOwnerName         *string            `tfsdk:"origin_owner_name"`
	OriginUsername          *string            `tfsdk:"origin_username"`
	Categories              []string           `tfsdk:"categories"`
	ProviderKey             *string            `tfsdk:"provider_key"`
	ConnectorProfileID      *string            `tfsdk:"connector_profile_id"`
	AccountID               *string            `tfsdk:"account_id"`
	Label                   *string            `tfsdk:"label"`
	Metadata                types.String       `tfsdk:"metadata"`
	Type                    *string            `tfsdk:"type"`
	CreatedAt               *string            `tfsdk:"created_at"`
	LatestConnectionAttempt *connectionAttempt `tfsdk:"latest_connection_attempt"`
}

// connectionAttempt is an OAuth sign-in attempt, with the fields of the client's type.
type connectionAttempt struct {
	ID                    *string `tfsdk:"id"`
	Status                *string `tfsdk:"status"`
	AccountSecureID       *string `tfsdk:"account_secure_id"`
	OAuthErrorCode        *string `tfsdk:"oauth_error_code"`
	OAuthErrorDescription *string `tfsdk:"oauth_error_description"`
	CreatedAt             *string `tfsdk:"created_at"`
	UpdatedAt             *string `tfsdk:"updated_at"`
}

func newConnectSessionDataSource() datasource.DataSource {
	text := func(field, description string) schema.Attribute {
		return computedText(description + " API field: `" + field + "`.")
	}

	return &dataSource[connectSessionDetails]{
		name:      "connect_session",
		operation: readConnectSession,
		schema: schema.Schema{
			MarkdownDescription: "Reads a connect session: the customer's latest attempt to sign in by OAuth, and the linked account that it created.",
			Attributes: map[string]schema.Attribute{
				"id":                   lookup("The identifier of the session: `id` of the resource `stackone_connect_session`. API field: `id`."),
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
				"categories":           computedTexts("The categories that the session offers; empty for all. API field: `categories`."),
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
		},
		read: func(ctx context.Context, data *providerData, model *connectSessionDetails) error {
			s, err := call(ctx, data, (*stackone.Client).GetConnectSession, model.ID)
			if err != nil {
				return err
			}

			*model = connectSessionDetails{
				ID: s.ID, OrganizationID: s.OrganizationID, ProjectID: s.ProjectID,
				OriginOwnerID: s.OriginOwnerID, OriginOwnerName: s.OriginOwnerName, OriginUsername: s.OriginUsername,
				Categories: append([]string{}, s.Categories...), ProviderKey: s.Provider, ConnectorProfileID: s.ConnectorProfileID,
				AccountID: s.AccountID, Label: s.Label, Type: s.Type, CreatedAt: s.CreatedAt,
				LatestConnectionAttempt: (*connectionAttempt)(s.LatestAttempt),
			}

			if s.Metadata != nil {
				model.Metadata = types.StringValue(string(s.Metadata))
			}

			return nil
		},
		notFound: func(model *connectSessionDetails) (string, string) {
			return "Connect session not found", fmt.Sprintf(
				"StackOne has no connect session %q in the project of the API key. Check the identifier; if StackOne has removed the session, remove the data source, or replace the session's resource. "+
					"A destroy reads the session as well, unless you run terraform destroy -refresh=false.", model.ID)
		},
	}
}
