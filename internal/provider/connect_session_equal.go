package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
