package provider

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// undescribed gives validators and plan modifiers the descriptions that the framework
// requires. Terraform never shows them.
type undescribed struct{}

func (undescribed) Description(context.Context) string { return "" }

func (undescribed) MarkdownDescription(context.Context) string { return "" }

// notEmpty rejects empty and blank strings: only null omits a value.
type notEmpty struct{ undescribed }

func (notEmpty) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req.ConfigValue) && strings.TrimSpace(req.ConfigValue.ValueString()) == "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty string",
			fmt.Sprintf("The attribute %s must not be empty. If you have no value, omit the attribute or set it to null.", req.Path))
	}
}

// oneOf accepts fixed words, in a string or a list, and suggests the nearest one for any
// other. A list may repeat a mistake hundreds of times, so there is one message per attribute.
type oneOf struct {
	undescribed
	// kind of value, as named in the message, e.g. "category".
	kind string
	// The message offers words; aliases are accepted too.
	words   []string
	aliases map[string]string
	// anyCase ignores case.
	anyCase bool
	// filter warns instead: StackOne may have added the value.
	filter bool
}

func (v oneOf) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if isSet(req.ConfigValue) {
		resp.Diagnostics.Append(v.check(req.Path, req.ConfigValue.ValueString())...)
	}
}

func (v oneOf) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	resp.Diagnostics.Append(v.check(req.Path, knownStrings(req.ConfigValue)...)...)
}

func (v oneOf) check(at path.Path, values ...string) diag.Diagnostics {
	var problems []string

	for _, value := range values {
		_, isAlias := v.aliases[value]
		if isAlias || slices.Contains(v.words, value) || v.anyCase && slices.Contains(v.words, strings.ToLower(value)) {
			continue
		}

		if problem := fmt.Sprintf("%q is not a valid %s.%s", value, v.kind, suggestion(value, v.words)); !slices.Contains(problems, problem) {
			problems = append(problems, problem)
		}
	}

	if len(problems) == 0 {
		return nil
	}

	more := ""
	if n := len(problems) - maxNamed; n > 0 {
		problems, more = problems[:maxNamed], fmt.Sprintf(" More unknown values: %d.", n)
	}

	text := strings.Join(problems, " ") + more + " Valid values: " + strings.Join(v.words, ", ") + "."
	if v.filter {
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "Unknown "+v.kind, text+" The filter uses the value anyway, in case StackOne has added it.")}
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Unknown "+v.kind, text)}
}

// suggestion returns the most similar word.
func suggestion(value string, words []string) string {
	distance := func(word string) int { return levenshtein.Distance(strings.ToLower(value), word, nil) }
	best := slices.MinFunc(words, func(a, b string) int { return distance(a) - distance(b) })

	// Beyond half of the word, likeness is chance.
	if distance(best) > (len(best)+1)/2 {
		return ""
	}

	return fmt.Sprintf(" Did you mean %q?", best)
}

// knownStrings returns the elements that are set and not blank.
func knownStrings(list types.List) (out []string) {
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && strings.TrimSpace(text.ValueString()) != "" {
			out = append(out, text.ValueString())
		}
	}

	return out
}

// filled rejects null and blank elements.
type filled struct{ undescribed }

func (filled) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	nulls, blanks := 0, -len(knownStrings(req.ConfigValue))

	for _, element := range req.ConfigValue.Elements() {
		switch {
		case element.IsNull():
			nulls++
		case !element.IsUnknown():
			blanks++
		}
	}

	if nulls > 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Null list element",
			fmt.Sprintf("The attribute %s contains null elements (%d). Remove them, for example with [for v in var.list : v if v != null].", req.Path, nulls))
	}

	if blanks > 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty string",
			fmt.Sprintf("The attribute %s contains empty strings (%d). Remove them, for example with compact().", req.Path, blanks))
	}
}

// distinctCategories rejects an empty list and repeated categories, also in two spellings.
type distinctCategories struct{ undescribed }

func (distinctCategories) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if isSet(req.ConfigValue) && len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty list",
			fmt.Sprintf("The attribute %s is an empty list. To offer all categories of the project, omit it or set it to null.", req.Path))
	}

	var repeated []string

	count := map[string]int{}

	for _, category := range knownStrings(req.ConfigValue) {
		apiName := apiCategory(category)
		// Another validator reports unknown words.
		if count[apiName]++; count[apiName] == 2 && slices.Contains(categories(), apiName) {
			repeated = append(repeated, fmt.Sprintf("%q", apiName))
		}
	}

	if len(repeated) > 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Duplicate category",
			fmt.Sprintf("The attribute %s repeats categories, perhaps in two spellings: %s. Keep one of each.", req.Path, strings.Join(repeated, ", ")))
	}
}

// wholeNumber accepts the whole numbers from min to max. With Int64Attribute, expires_in = 1.5
// reports "This is always an error in the provider", and its validators quote the value,
// which may be sensitive.
type wholeNumber struct {
	undescribed
	min, max int64
}

func (v wholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if n, exact := whole(req.ConfigValue); isSet(req.ConfigValue) && (!exact || n < v.min || n > v.max) {
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
