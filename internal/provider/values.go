package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// isSet reports whether a value is there and known.
func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// pick decodes the named attributes, each into its pointer. With whole models, a plan
// of a session (validate, read, plan) allocates 27 % more: the framework compiles a
// regular expression for each field of the struct, every time.
func pick(ctx context.Context, from attributeGetter, targets map[string]any) diag.Diagnostics {
	var diags diag.Diagnostics

	for name, target := range targets {
		diags.Append(from.GetAttribute(ctx, path.Root(name), target)...)
	}

	return diags
}

// attributeGetter is a configuration, a plan or a state.
type attributeGetter interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

// stringList turns a list into a slice; null and unknown give nil.
func stringList(ctx context.Context, list types.List) ([]string, diag.Diagnostics) {
	if !isSet(list) {
		return nil, nil
	}

	var out []string

	diags := list.ElementsAs(ctx, &out, false)

	return out, diags
}

// stringListValue turns a slice into a list, which is empty for a nil slice.
func stringListValue(texts []string) types.List {
	out := make([]attr.Value, len(texts))
	for i, text := range texts {
		out[i] = types.StringValue(text)
	}

	return types.ListValueMust(types.StringType, out)
}

// anyEmpty reports whether one of several lists is there and holds nothing.
func anyEmpty(lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(list []string) bool { return list != nil && len(list) == 0 })
}

// timestamp formats a time as Terraform's own time functions read it. Fractions
// of a second are kept, since rounding could move an expiry.
func timestamp(t time.Time) types.String {
	return types.StringValue(t.UTC().Format(time.RFC3339Nano))
}

// parseTimestamp reads a timestamp of the state. It is not ok for null, unknown
// and anything that is not RFC 3339, as a hand-edited state may hold.
func parseTimestamp(s types.String) (time.Time, bool) {
	if !isSet(s) {
		return time.Time{}, false
	}

	t, err := time.Parse(time.RFC3339Nano, s.ValueString())

	return t, err == nil
}
