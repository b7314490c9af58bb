package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ validator.String = notEmpty{}
	_ validator.String = oneOf{}
	_ validator.List   = known{}
	_ validator.List   = distinctCategories{}
)

// notEmpty refuses empty and blank strings: absence has one representation, null.
type notEmpty struct{}

func (notEmpty) Description(context.Context) string { return "value must not be empty" }

func (v notEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (notEmpty) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req.ConfigValue) || strings.TrimSpace(req.ConfigValue.ValueString()) != "" {
		return
	}

	resp.Diagnostics.AddAttributeError(req.Path, "Empty string",
		fmt.Sprintf("The attribute %s must not be empty. If the value is optional and you have none, leave the attribute out or set it to null.", req.Path))
}

// oneOf accepts a fixed set of words and names the nearest one for any other.
type oneOf struct {
	// what names the kind of value in the message, e.g. "category".
	what string
	// words are offered in the message; aliases are accepted as well.
	words   []string
	aliases map[string]string
	// own tells that the words are the provider's own, and none of StackOne's.
	own bool
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
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown "+v.what, problem)
	}
}

// problem describes what is wrong with a value, or returns "".
func (v oneOf) problem(value string) string {
	if _, isAlias := v.aliases[value]; isAlias || slices.Contains(v.words, value) {
		return ""
	}

	whose := "StackOne"
	if v.own {
		whose = "the provider"
	}

	return fmt.Sprintf("%q is no %s that %s knows.%s Valid values are: %s.", value, v.what, whose, suggestion(value, v.words), strings.Join(v.words, ", "))
}

// suggestion names the word that the value was probably meant to be.
func suggestion(value string, words []string) string {
	best, bestDistance := "", 0

	for _, word := range words {
		distance := levenshtein.Distance(strings.ToLower(value), word, nil)
		if best == "" || distance < bestDistance {
			best, bestDistance = word, distance
		}
	}

	// Beyond half of the word the likeness is chance.
	if best == "" || bestDistance > (len(best)+1)/2 {
		return ""
	}

	return fmt.Sprintf(" Did you mean %q?", best)
}

// filterElements are the rules for a list that filters. A value that is
// there twice is no mistake: lists of customers are often put together from others.
func filterElements() []validator.List {
	return []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(notEmpty{})}
}

// known warns of words in a filter that StackOne does not document: it may have added
// them.
type known struct {
	// what, words and aliases are those of oneOf; anyCase accepts the words in any case.
	what    string
	words   []string
	aliases map[string]string
	anyCase bool
}

func (v known) Description(context.Context) string {
	return "values should be among: " + strings.Join(v.words, ", ")
}

func (v known) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v known) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	rule := oneOf{what: v.what, words: v.words, aliases: v.aliases}

	for i, element := range req.ConfigValue.Elements() {
		text, ok := element.(types.String)
		if !ok || !isSet(text) || v.anyCase && slices.Contains(v.words, strings.ToLower(text.ValueString())) {
			continue
		}

		if problem := rule.problem(text.ValueString()); problem != "" {
			resp.Diagnostics.AddAttributeWarning(req.Path.AtListIndex(i), "Unknown "+v.what, problem+" It is looked for all the same, in case StackOne has added it.")
		}
	}
}

// distinctCategories refuses a category that is listed twice, also when its two
// spellings differ.
type distinctCategories struct{}

func (distinctCategories) Description(context.Context) string { return "categories must be distinct" }

func (v distinctCategories) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (distinctCategories) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]string{}

	for i, element := range req.ConfigValue.Elements() {
		value, ok := element.(interface{ ValueString() string })
		if !ok || !isSet(element) {
			continue
		}

		wire := wireCategory(value.ValueString())

		first, twice := seen[wire]
		seen[wire] = value.ValueString()

		switch {
		case !twice:
		case first == value.ValueString():
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Duplicate category",
				fmt.Sprintf("The attribute %s lists the same category twice. Keep one of them.", req.Path))
		default:
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Duplicate category",
				fmt.Sprintf("%q and %q are two spellings of the same category. Keep %q.", first, value.ValueString(), wire))
		}
	}
}
