package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var _ planmodifier.List = sameCategories{}

// sameCategories plans no change for categories that name the same as those of the
// state, in another order or spelling.
type sameCategories struct{}

func (sameCategories) Description(context.Context) string {
	return "another order or spelling of the same categories is no change"
}

func (m sameCategories) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (sameCategories) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	before, known := wireCategories(req.StateValue)
	after, alsoKnown := wireCategories(req.PlanValue)

	if known && alsoKnown && slices.Equal(before, after) {
		resp.PlanValue = req.StateValue
	}
}

// wireCategories is the sorted set of categories in a list, as the API spells them.
// It is not ok where the list or one of them is not there or not known yet.
func wireCategories(list types.List) (categories []string, ok bool) {
	if !isSet(list) {
		return nil, false
	}

	for _, element := range list.Elements() {
		category, isString := element.(types.String)
		if !isString || !isSet(category) {
			return nil, false
		}

		categories = append(categories, wireCategory(category.ValueString()))
	}

	slices.Sort(categories)

	return slices.Compact(categories), true
}

// otherInputs reports whether an input differs that replaces the session, whatever the
// renewal policy turns out to be. The two names of the profile and the keepers, whose
// differences need not replace it, do not count.
func otherInputs(plan, state tftypes.Value) bool {
	var after, before map[string]tftypes.Value
	if plan.As(&after) != nil || state.As(&before) != nil {
		return false
	}

	for name, attribute := range connectSessionAttributes() {
		if !attribute.IsComputed() && name != "connector_profile_id" && name != "integration_id" && !after[name].Equal(before[name]) {
			return true
		}
	}

	return false
}

// profile is the connector profile under whichever of its two names.
func (in *connectSessionInputs) profile() types.String {
	if in.ConnectorProfileID.IsNull() {
		return in.IntegrationID
	}

	return in.ConnectorProfileID
}

// replaceOtherProfile replaces the session for another connector profile, and not
// for the same one under its other name.
func replaceOtherProfile() planmodifier.String {
	const description = "another connector profile replaces the session; the same one under its other name does not"

	return stringplanmodifier.RequiresReplaceIf(func(ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		var state, plan connectSessionInputs

		resp.Diagnostics.Append(pick(ctx, req.State, map[string]any{"connector_profile_id": &state.ConnectorProfileID, "integration_id": &state.IntegrationID})...)
		resp.Diagnostics.Append(pick(ctx, req.Plan, map[string]any{"connector_profile_id": &plan.ConnectorProfileID, "integration_id": &plan.IntegrationID})...)

		resp.RequiresReplace = !plan.profile().Equal(state.profile())
	}, description, description)
}

// replaceOtherKeepers replaces the session for other keepers. No keepers, empty ones
// and those without a value are the same.
func replaceOtherKeepers() planmodifier.Map {
	const description = "other values replace the session; an element that is null is as good as none"

	return mapplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = req.PlanValue.IsUnknown() ||
			!maps.EqualFunc(withoutNulls(req.StateValue), withoutNulls(req.PlanValue), attr.Value.Equal)
	}, description, description)
}

// withoutNulls are the elements of a map that have a value, or will have one.
func withoutNulls(m types.Map) map[string]attr.Value {
	elements := m.Elements()
	maps.DeleteFunc(elements, func(_ string, v attr.Value) bool { return v.IsNull() })

	return elements
}
