package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ validator.Number = wholeNumber{}

// wholeNumber accepts the whole numbers from min to max. With Int64Attribute, expires_in = 1.5
// reports "This is always an error in the provider", and its validators quote the value,
// which may be sensitive.
type wholeNumber struct{ min, max int64 }

func (v wholeNumber) Description(context.Context) string {
	return fmt.Sprintf("value must be a whole number from %d to %d", v.min, v.max)
}

func (v wholeNumber) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v wholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if !isSet(req.ConfigValue) {
		return
	}

	if n, exact := whole(req.ConfigValue); !exact || n < v.min || n > v.max {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a usable number",
			fmt.Sprintf("The attribute %s must be a whole number from %d to %d. Round computed numbers with floor() or ceil().", req.Path, v.min, v.max))
	}
}

// whole returns the integer part of a number, 0 for null and unknown, and whether the number
// is an integer.
func whole(number types.Number) (n int64, exact bool) {
	if !isSet(number) {
		return 0, true
	}

	n, accuracy := number.ValueBigFloat().Int64()

	return n, accuracy == big.Exact
}
