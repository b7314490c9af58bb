package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ validator.List = filled{}
	_ validator.List = known{}
	_ validator.List = distinctCategories{}
)

// A list may repeat a mistake hundreds of times, so there is one message per attribute.

// knownStrings returns the elements that are set and not blank.
func knownStrings(list types.List) (out []string) {
	for _, element := range list.Elements() {
		if text, ok := element.(interface{ ValueString() string }); ok && isSet(element) && strings.TrimSpace(text.ValueString()) != "" {
			out = append(out, text.ValueString())
		}
	}

	return out
}

// filled rejects null and blank elements.
type filled struct{}

func (filled) Description(context.Context) string { return "elements must not be null or empty" }

func (v filled) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (filled) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	nulls, blanks := 0, 0

	for _, element := range req.ConfigValue.Elements() {
		text, ok := element.(interface{ ValueString() string })

		switch {
		case element.IsNull():
			nulls++
		case ok && isSet(element) && strings.TrimSpace(text.ValueString()) == "":
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

// known rejects undocumented words. In a filter it warns: StackOne may have added them.
type known struct {
	// anyCase ignores case; kind, words and aliases are as in oneOf.
	kind    string
	words   []string
	aliases map[string]string
	anyCase bool
	filter  bool
}

func (v known) Description(context.Context) string {
	return "values should be among: " + strings.Join(v.words, ", ")
}

func (v known) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v known) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	const maxNamed = 5

	rule := oneOf{kind: v.kind, words: v.words, aliases: v.aliases}

	var problems []string

	for _, word := range knownStrings(req.ConfigValue) {
		if v.anyCase && slices.Contains(v.words, strings.ToLower(word)) {
			continue
		}

		if problem := rule.problem(word); problem != "" && !slices.Contains(problems, problem) {
			problems = append(problems, problem)
		}
	}

	if len(problems) == 0 {
		return
	}

	more := ""
	if n := len(problems) - maxNamed; n > 0 {
		problems, more = problems[:maxNamed], fmt.Sprintf(" More unknown values: %d.", n)
	}

	text := strings.Join(problems, " ") + more + rule.validValues()

	if v.filter {
		resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown "+v.kind, text+" The filter uses the value anyway, in case StackOne has added it.")
	} else {
		resp.Diagnostics.AddAttributeError(req.Path, "Unknown "+v.kind, text)
	}
}

// distinctCategories rejects an empty list and repeated categories, also in two spellings.
type distinctCategories struct{}

func (distinctCategories) Description(context.Context) string {
	return "the list must not be empty, and categories must be distinct"
}

func (v distinctCategories) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

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
