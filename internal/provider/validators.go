package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	_ validator.String = notEmpty{}
	_ validator.String = oneOf{}
)

// notEmpty rejects empty and blank strings: only null omits a value.
type notEmpty struct{}

func (notEmpty) Description(context.Context) string { return "value must not be empty" }

func (v notEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (notEmpty) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req.ConfigValue) || strings.TrimSpace(req.ConfigValue.ValueString()) != "" {
		return
	}

	resp.Diagnostics.AddAttributeError(req.Path, "Empty string",
		fmt.Sprintf("The attribute %s must not be empty. If you have no value, omit the attribute or set it to null.", req.Path))
}

// oneOf accepts fixed words and suggests the nearest one for any other.
type oneOf struct {
	// kind of value, as named in the message, e.g. "category".
	kind string
	// The message offers words; aliases are accepted too.
	words   []string
	aliases map[string]string
}

func (v oneOf) Description(context.Context) string {
	return "value must be one of: " + strings.Join(v.words, ", ")
}

func (v oneOf) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v oneOf) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req.ConfigValue) {
		return
	}

	if problem := v.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown "+v.kind, problem+v.validValues())
	}
}

// problem describes an invalid value, or returns "".
func (v oneOf) problem(value string) string {
	if _, isAlias := v.aliases[value]; isAlias || slices.Contains(v.words, value) {
		return ""
	}

	return fmt.Sprintf("%q is not a valid %s.%s", value, v.kind, suggestion(value, v.words))
}

func (v oneOf) validValues() string { return " Valid values: " + strings.Join(v.words, ", ") + "." }

// suggestion returns the most similar word.
func suggestion(value string, words []string) string {
	best, bestDistance := "", 0

	for _, word := range words {
		distance := levenshtein.Distance(strings.ToLower(value), word, nil)
		if best == "" || distance < bestDistance {
			best, bestDistance = word, distance
		}
	}

	// Beyond half of the word, likeness is chance.
	if best == "" || bestDistance > (len(best)+1)/2 {
		return ""
	}

	return fmt.Sprintf(" Did you mean %q?", best)
}
