package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// defaultExpiresIn is the API's default in seconds.
const defaultExpiresIn = 1800

// maxExpiresIn is ten years. StackOne documents no limit.
const maxExpiresIn = 10 * 365 * 24 * 60 * 60

// connectSessionInputs are shared by the resource and the ephemeral resource.
type connectSessionInputs struct {
	OriginOwnerID      types.String `tfsdk:"origin_owner_id"`
	OriginOwnerName    types.String `tfsdk:"origin_owner_name"`
	OriginUsername     types.String `tfsdk:"origin_username"`
	Categories         types.List   `tfsdk:"categories"`
	ProviderKey        types.String `tfsdk:"provider_key"`
	ConnectorProfileID types.String `tfsdk:"connector_profile_id"`
	AccountID          types.String `tfsdk:"account_id"`
	ExpiresIn          types.Number `tfsdk:"expires_in"`
	Label              types.String `tfsdk:"label"`
	Metadata           types.String `tfsdk:"metadata"`
	Multiple           types.Bool   `tfsdk:"multiple"`
	Type               types.String `tfsdk:"type"`
}

type connectSessionOutputs struct {
	ID                   types.String `tfsdk:"id"`
	OrganizationID       types.String `tfsdk:"organization_id"`
	ProjectID            types.String `tfsdk:"project_id"`
	CreatedAt            types.String `tfsdk:"created_at"`
	ExpiresAt            types.String `tfsdk:"expires_at"`
	Token                secretString `tfsdk:"token"`
	AuthLinkURL          secretString `tfsdk:"auth_link_url"`
	ExternalTriggerToken secretString `tfsdk:"external_trigger_token"`
}

type connectSessionModel struct {
	connectSessionInputs
	connectSessionOutputs
	renewalPolicy
	Expired types.Bool `tfsdk:"expired"`
	Keepers types.Map  `tfsdk:"keepers"`
}

// createRequest omits null attributes, so the API's defaults apply.
func (in *connectSessionInputs) createRequest(ctx context.Context) (stackone.ConnectSessionRequest, diag.Diagnostics) {
	categories, diags := apiCategories(ctx, in.Categories)

	request := stackone.ConnectSessionRequest{
		OriginOwnerID: in.OriginOwnerID.ValueString(), OriginOwnerName: in.OriginOwnerName.ValueString(), OriginUsername: in.OriginUsername.ValueStringPointer(),
		Categories: categories, Provider: in.ProviderKey.ValueStringPointer(), ConnectorProfileID: in.ConnectorProfileID.ValueStringPointer(),
		AccountID: in.AccountID.ValueStringPointer(), Label: in.Label.ValueStringPointer(), Type: in.Type.ValueStringPointer(),
		Multiple: in.Multiple.ValueBoolPointer(), Metadata: json.RawMessage(in.Metadata.ValueString()),
	}

	if isSet(in.ExpiresIn) {
		request.ExpiresIn = new(int64(in.validity() / time.Second))
	}

	return request, append(diags, objectProblems(path.Root("metadata"), in.Metadata)...)
}

// apiCategories returns nil for null and unknown.
func apiCategories(ctx context.Context, list types.List) (categories []string, diags diag.Diagnostics) {
	if isSet(list) {
		diags = list.ElementsAs(ctx, &categories, false)
	}

	for i, category := range categories {
		categories[i] = apiCategory(category)
	}

	return categories, diags
}

func (in *connectSessionInputs) validity() time.Duration {
	if !isSet(in.ExpiresIn) {
		return defaultExpiresIn * time.Second
	}

	return seconds(in.ExpiresIn)
}

// fromResponse ignores the echoed inputs, which are unreliable: the state keeps the plan.
func (in *connectSessionInputs) fromResponse(session *stackone.ConnectSession) connectSessionOutputs {
	return connectSessionOutputs{
		ID:                   types.StringValue(session.ID),
		OrganizationID:       types.StringPointerValue(session.OrganizationID),
		ProjectID:            types.StringPointerValue(session.ProjectID),
		CreatedAt:            timestamp(session.CreatedAt),
		ExpiresAt:            timestamp(session.CreatedAt.Add(in.validity())),
		Token:                newSecretString(session.Token),
		AuthLinkURL:          newSecretString(session.AuthLinkURL),
		ExternalTriggerToken: newSecretString(session.ExternalTriggerToken),
	}
}

func (in *connectSessionInputs) create(ctx context.Context, data *providerData) (connectSessionOutputs, diag.Diagnostics) {
	request, diags := in.createRequest(ctx)
	if diags.HasError() {
		return connectSessionOutputs{}, diags
	}

	session, err := call(ctx, data, (*stackone.Client).CreateConnectSession, request)
	if err != nil {
		return connectSessionOutputs{}, append(diags, apiDiagnostic(createConnectSession, err))
	}

	if session.AuthLinkURL.IsZero() {
		diags.AddAttributeWarning(path.Root("auth_link_url"), "The connect session has no link",
			"StackOne created the session, but its response has no auth_link_url. The token still works in StackOne's hub component. "+
				"For a link, create a new session with terraform apply -replace=…; if that has none either, report it to StackOne.")
	}

	return in.fromResponse(session), diags
}

// mask hides the secrets of a new session from later log lines.
func (out connectSessionOutputs) mask(ctx context.Context) context.Context {
	return maskSecrets(ctx, out.Token.secret(), out.AuthLinkURL.secret(), out.ExternalTriggerToken.secret())
}

// warnings reports combinations that the API accepts and ignores.
func (in *connectSessionInputs) warnings() diag.Diagnostics {
	if !in.Multiple.ValueBool() || !isSet(in.AccountID) {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("multiple"), "The attribute multiple has no effect",
		"With account_id, the link opens that account for editing, and StackOne ignores multiple. Remove one of the two attributes.")}
}
