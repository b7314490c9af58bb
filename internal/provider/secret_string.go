package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var (
	_ basetypes.StringTypable  = secretStringType{}
	_ basetypes.StringValuable = secretString{}
)

// secretStringType is the type of every secret attribute. With the framework's own string, a
// %v of a model in a log line would print the secret.
type secretStringType struct{ basetypes.StringType }

func (t secretStringType) Equal(o attr.Type) bool {
	_, ok := o.(secretStringType)
	return ok
}

func (t secretStringType) String() string { return "secretStringType" }

func (t secretStringType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return secretStringOf(in), nil
}

func (t secretStringType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	text, _ := value.(types.String)

	return secretStringOf(text), err
}

func (t secretStringType) ValueType(context.Context) attr.Value { return secretString{} }

// secretString prints a fixed word for every verb of fmt. The text is behind a pointer, in a
// stackone.Secret, because fmt prints unexported fields without calling their methods. The
// zero value is null.
type secretString struct {
	secret         stackone.Secret
	known, unknown bool
}

// newSecretString keeps an absent secret null.
func newSecretString(s stackone.Secret) secretString {
	return secretString{secret: s, known: !s.IsZero()}
}

func secretStringOf(in basetypes.StringValue) secretString {
	return secretString{secret: stackone.NewSecret(in.ValueString()), known: isSet(in), unknown: in.IsUnknown()}
}

// text returns the framework's string, which prints its text.
func (v secretString) text() types.String {
	switch {
	case v.unknown:
		return types.StringUnknown()
	case v.known:
		return types.StringValue(v.secret.Reveal())
	}

	return types.StringNull()
}

func (v secretString) Type(context.Context) attr.Type { return secretStringType{} }

func (v secretString) ToStringValue(context.Context) (basetypes.StringValue, diag.Diagnostics) {
	return v.text(), nil
}

func (v secretString) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	return v.text().ToTerraformValue(ctx)
}

func (v secretString) Equal(o attr.Value) bool {
	other, ok := o.(secretString)
	return ok && v.known == other.known && v.unknown == other.unknown && v.secret.Equal(other.secret)
}

func (v secretString) IsNull() bool { return !v.known && !v.unknown }

func (v secretString) IsUnknown() bool { return v.unknown }

func (v secretString) String() string { return v.secret.String() }

// Format handles every verb of fmt, including %#v and %x.
func (v secretString) Format(f fmt.State, verb rune) { v.secret.Format(f, verb) }
