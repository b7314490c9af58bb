package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// equivalentJSON keeps the JSON text of the state when the configured text means
// the same. The framework applies semantic equality to answers, not to plans, so
// without it a reordered key would replace the object.
type equivalentJSON struct{}

var _ planmodifier.String = equivalentJSON{}

func (equivalentJSON) Description(context.Context) string {
	return "JSON that differs in white space or in the order of keys alone is no change."
}

func (m equivalentJSON) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (equivalentJSON) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !isSet(req.StateValue) || !isSet(req.PlanValue) {
		return
	}

	state, plan := newJSONObject(req.StateValue.ValueString()), newJSONObject(req.PlanValue.ValueString())

	same, diags := state.StringSemanticEquals(ctx, plan)
	resp.Diagnostics.Append(diags...)

	if same {
		resp.PlanValue = types.StringValue(req.StateValue.ValueString())
	}
}
