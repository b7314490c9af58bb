package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.Int64Typable      = wholeNumberType{}
	_ basetypes.Int64Valuable     = wholeNumber{}
	_ xattr.ValidateableAttribute = wholeNumber{}
)

// wholeNumberType is an integer whose configuration may hold a fraction by
// mistake. The framework's own integer then reports a bug of the provider; this
// one tells the user what to change.
type wholeNumberType struct {
	basetypes.Int64Type
}

// Equal reports whether the other type is a whole number as well.
func (t wholeNumberType) Equal(o attr.Type) bool {
	_, ok := o.(wholeNumberType)
	return ok
}

func (t wholeNumberType) String() string { return "wholeNumberType" }

// ValueFromInt64 wraps a framework integer.
func (t wholeNumberType) ValueFromInt64(_ context.Context, in basetypes.Int64Value) (basetypes.Int64Valuable, diag.Diagnostics) {
	return wholeNumber{Int64Value: in}, nil
}

// ValueFromTerraform decodes a number of the protocol; what is no whole number is
// kept for ValidateAttribute to report.
func (t wholeNumberType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	switch {
	case !in.IsKnown():
		return wholeNumber{Int64Value: types.Int64Unknown()}, nil
	case in.IsNull():
		return wholeNumber{}, nil
	}

	var number big.Float
	if err := in.As(&number); err != nil {
		return nil, err
	}

	whole, accuracy := number.Int64()

	switch {
	case accuracy == big.Exact:
		return wholeNumber{Int64Value: types.Int64Value(whole)}, nil
	case number.IsInt():
		return wholeNumber{Int64Value: types.Int64Unknown(), wrong: "is far too large"}, nil
	}

	return wholeNumber{Int64Value: types.Int64Unknown(), wrong: "must be a whole number, but has a fraction. Use floor() or ceil() to round a computed number"}, nil
}

// ValueType returns the zero value of the type.
func (t wholeNumberType) ValueType(context.Context) attr.Value { return wholeNumber{} }

// wholeNumber is a value of wholeNumberType.
type wholeNumber struct {
	basetypes.Int64Value
	// wrong says what is wrong with a number that does not fit, without the number:
	// it may come from a sensitive variable.
	wrong string
}

// Type returns the whole number type.
func (v wholeNumber) Type(context.Context) attr.Type { return wholeNumberType{} }

// Equal compares what the two hold.
func (v wholeNumber) Equal(o attr.Value) bool {
	other, ok := o.(wholeNumber)
	return ok && v.wrong == other.wrong && v.Int64Value.Equal(other.Int64Value)
}

func (v wholeNumber) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.wrong != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a usable number", fmt.Sprintf("The attribute %s %s.", req.Path, v.wrong))
	}
}
