package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = jsonObjectType{}
	_ basetypes.StringValuableWithSemanticEquals = jsonObject{}
	_ xattr.ValidateableAttribute                = jsonObject{}
)

// jsonObjectType is the attribute type of a JSON object in a string. It differs
// from the library's type in what it refuses (JSON that is no object) and in
// what it says then: never the text itself, which may come from a sensitive
// variable, since Terraform masks nothing in a provider's messages.
type jsonObjectType struct {
	jsontypes.NormalizedType
}

// Equal reports whether the other type is a JSON object as well.
func (t jsonObjectType) Equal(o attr.Type) bool {
	_, ok := o.(jsonObjectType)

	return ok
}

func (t jsonObjectType) String() string { return "jsonObjectType" }

// ValueFromString wraps a framework string.
func (t jsonObjectType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return jsonObject{jsontypes.Normalized{StringValue: in}}, nil
}

// ValueFromTerraform decodes a string of the protocol.
func (t jsonObjectType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}

	text, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T for a JSON object", value)
	}

	return jsonObject{jsontypes.Normalized{StringValue: text}}, nil
}

// ValueType returns the zero value of the type.
func (t jsonObjectType) ValueType(context.Context) attr.Value { return jsonObject{} }

// jsonObject is a value of jsonObjectType. The zero value is null.
type jsonObject struct {
	jsontypes.Normalized
}

// newJSONObject wraps a text.
func newJSONObject(text string) jsonObject { return jsonObject{jsontypes.NewNormalizedValue(text)} }

// Type returns the JSON object type.
func (v jsonObject) Type(context.Context) attr.Type { return jsonObjectType{} }

// Equal compares the texts.
func (v jsonObject) Equal(o attr.Value) bool {
	other, ok := o.(jsonObject)

	return ok && v.Normalized.Equal(other.Normalized)
}

// StringSemanticEquals reports whether two texts mean the same.
func (v jsonObject) StringSemanticEquals(ctx context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(jsonObject)
	if !ok {
		return false, nil
	}

	return v.Normalized.StringSemanticEquals(ctx, other.Normalized)
}

func (v jsonObject) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if !isSet(v) {
		return
	}

	if _, err := compactObject(v.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a JSON object",
			fmt.Sprintf("The attribute %s must hold a JSON object: %s. Use jsonencode with an object, for example jsonencode({ plan = \"pro\", seats = 25 }).", req.Path, err))
	}
}

// compactObject checks that a text is one JSON object and removes insignificant
// white space. Numbers keep their digits: nothing is decoded into a float.
func compactObject(text string) (json.RawMessage, error) {
	decoder := json.NewDecoder(strings.NewReader(text))

	token, err := decoder.Token()

	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty")
	case err != nil:
		return nil, errors.New("it is not valid JSON")
	case token != json.Delim('{'):
		return nil, fmt.Errorf("it is %s", jsonKind(token))
	}

	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		return nil, errors.New("it is not valid JSON")
	}

	return compact.Bytes(), nil
}

// jsonKind names a JSON value by its first token.
func jsonKind(token json.Token) string {
	switch token.(type) {
	case json.Delim:
		return "an array"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	default:
		return "null"
	}
}
