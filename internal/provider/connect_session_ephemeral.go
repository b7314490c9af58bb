package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*connectSessionEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*connectSessionEphemeral)(nil)
)

func newConnectSessionEphemeral() ephemeral.EphemeralResource { return &connectSessionEphemeral{} }

// connectSessionEphemeral implements only Open: the API can neither renew nor revoke.
type connectSessionEphemeral struct{ base }

type connectSessionEphemeralModel struct {
	connectSessionInputs
	connectSessionOutputs
	Open types.Bool `tfsdk:"open"`
}

func (e *connectSessionEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_connect_session"
}

func (e *connectSessionEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.configure(req.ProviderData)
}

func (e *connectSessionEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	// An ephemeral resource has no plan, so plan modifiers never run.
	attributes := map[string]schema.Attribute{}
	for name, attribute := range connectSessionAttributes() {
		attributes[name] = attribute
	}

	attributes["open"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to create a session. The default is `true`. With `false`, no request is made and every result is null. " +
			"`open = terraform.applying` creates no session during a plan.",
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Creates a connect session for one run. Neither its token nor its link reaches the state or a plan file.",
		Attributes:          attributes,
	}
}

func (e *connectSessionEphemeral) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config connectSessionEphemeralModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.warnings()...)
}

// Open creates a session unless open is false.
func (e *connectSessionEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var result connectSessionEphemeralModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &result)...); resp.Diagnostics.HasError() {
		return
	}

	if result.Open.IsNull() || result.Open.ValueBool() {
		outputs, diags := result.create(ctx, e.data)
		resp.Diagnostics.Append(diags...)

		result.connectSessionOutputs = outputs
		ctx = outputs.mask(ctx)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Result.Set(ctx, &result)...)
}
