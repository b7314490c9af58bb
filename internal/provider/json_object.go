package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// jsonObject validates a string as a JSON object. As a plan modifier it plans no change for
// equal JSON: otherwise a reformatted metadata file would replace every session that reads
// it with file().
type jsonObject struct{ undescribed }

func (jsonObject) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	resp.Diagnostics.Append(objectProblems(req.Path, req.ConfigValue)...)
}

func (jsonObject) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	// Terraform could not validate a text that was unknown.
	resp.Diagnostics.Append(objectProblems(req.Path, req.PlanValue)...)

	if isSet(req.StateValue) && isSet(req.PlanValue) && sameJSON(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// objectProblems checks a string as far as it is known. It never repeats the text, which may
// be sensitive.
func objectProblems(at path.Path, value types.String) diag.Diagnostics {
	if !isSet(value) {
		return nil
	}

	err := checkObject(value.ValueString())
	if err == nil {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Not a JSON object",
		fmt.Sprintf("The attribute %s must be a JSON object: %s. Use jsonencode, for example jsonencode({ plan = \"pro\", seats = 25 }).", at, err))}
}

// checkObject returns an error unless the text is one JSON object.
func checkObject(text string) error {
	text = strings.Trim(text, " \t\r\n")

	switch {
	case text == "":
		return errors.New("it is empty")
	case !json.Valid([]byte(text)):
		return errors.New("it is not valid JSON")
	case text[0] == '{':
		return nil
	}

	kinds := map[byte]string{'[': "an array", '"': "a string", 't': "a boolean", 'f': "a boolean", 'n': "null"}

	return fmt.Errorf("it is %s", cmp.Or(kinds[text[0]], "a number"))
}

// sameJSON reports whether two texts are equal JSON. Numbers compare exactly by value: 25,
// 25.0 and 2.5e1 are the same.
func sameJSON(a, b string) bool {
	var values [2]any

	for i, text := range []string{a, b} {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()

		if decoder.Decode(&values[i]) != nil {
			return false
		}

		values[i] = canonicalNumbers(values[i])
	}

	return reflect.DeepEqual(values[0], values[1])
}

// canonicalNumbers spells equal numbers alike.
func canonicalNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, element := range value {
			value[key] = canonicalNumbers(element)
		}
	case []any:
		for i, element := range value {
			value[i] = canonicalNumbers(element)
		}
	case json.Number:
		return canonicalNumber(string(value))
	}

	return value
}

// canonicalNumber spells a number as an integer without trailing zeros and an exponent. It
// works on the text: big.Rat would expand 1e999999999 to a gigabyte.
func canonicalNumber(text string) json.Number {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	digits, sign := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")

	if significant == "" {
		return "0"
	}

	power, ok := new(big.Int).SetString(cmp.Or(exponent, "0"), 10)
	if !ok {
		return json.Number(text)
	}

	power.Add(power, big.NewInt(int64(len(digits)-len(significant)-len(fraction))))

	if sign {
		significant = "-" + significant
	}

	return json.Number(significant + "e" + power.String())
}
