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

// secretString prints a fixed word for every verb of fmt. The text is behind a pointer because
// fmt prints unexported fields without calling their methods. Nil is null.
type secretString struct{ p *types.String }

// newSecretString keeps an absent secret null.
func newSecretString(s stackone.Secret) secretString {
	if s.IsZero() {
		return secretString{}
	}

	return secretStringOf(types.StringValue(s.Reveal()))
}

func secretStringOf(in types.String) secretString { return secretString{&in} }

// text returns the framework's string, which prints its text.
func (v secretString) text() types.String {
	if v.p == nil {
		return types.StringNull()
	}

	return *v.p
}

func (v secretString) secret() stackone.Secret { return stackone.NewSecret(v.text().ValueString()) }

func (v secretString) Type(context.Context) attr.Type { return secretStringType{} }

func (v secretString) ToStringValue(context.Context) (types.String, diag.Diagnostics) {
	return v.text(), nil
}

func (v secretString) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	return v.text().ToTerraformValue(ctx)
}

func (v secretString) Equal(o attr.Value) bool {
	other, ok := o.(secretString)
	return ok && v.text().Equal(other.text())
}

func (v secretString) IsNull() bool { return v.text().IsNull() }

func (v secretString) IsUnknown() bool { return v.text().IsUnknown() }

func (v secretString) String() string { return v.secret().String() }

// Format handles every verb of fmt, including %#v and %x.
func (v secretString) Format(f fmt.State, verb rune) { v.secret().Format(f, verb) }
