package provider_test

import (
	"slices"
	"strings"
	"testing"
)

func TestValidators_whoseWord(t *testing.T) {
	t.Parallel()

	for attribute, want := range map[string]string{
		"deletion_policy": `"never" is not a valid deletion policy. Valid values: forget, delete.`,
		"type":            `"never" is not a valid account type. Valid values: production, test.`,
	} {
		diags := newHarness(t).protocol(t, "stackone_account").validate(map[string]any{"account_id": "a", attribute: "never"})
		if len(diags) != 1 || diags[0].Detail != want {
			t.Errorf("%s: %v, want %q", attribute, texts(diags), want)
		}
	}
}

// Messages omit the number, which may be sensitive.
func TestValidators_showNoNumbers(t *testing.T) {
	t.Parallel()

	for name, config := range map[string]map[string]any{
		"fraction":      {"expires_in": 987654.25},
		"too large":     {"expires_in": 9.87654e40},
		"too small":     {"expires_in": -987654},
		"margin":        {"expires_in": 987654, "early_renewal_seconds": 987654, "recreate_when_expired": true},
		"early renewal": {"early_renewal_seconds": 987654},
	} {
		diags := newHarness(t).protocol(t, "stackone_connect_session").validate(inputs(config))
		if len(diags) == 0 {
			t.Errorf("%s: nothing is wrong", name)
		}

		for _, text := range texts(diags) {
			if strings.Contains(text, "98765") || strings.Contains(text, "9.8") {
				t.Errorf("%s: the message shows the number: %s", name, text)
			}
		}
	}
}

// The minimum is allowed.
func TestValidators_bounds(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")

	for name, config := range map[string]map[string]any{
		"expires_in of 1":            {"expires_in": 1},
		"early_renewal_seconds of 0": {"early_renewal_seconds": 0, "recreate_when_expired": true},
	} {
		if diags := p.validate(inputs(config)); len(diags) != 0 {
			t.Errorf("%s: %v", name, texts(diags))
		}
	}
}

func TestValidators_oneMessageForAList(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")

	for name, c := range map[string]struct {
		words []string
		want  string
	}{
		"repeated": {slices.Repeat([]string{"crm", "ats", "hris"}, 100), `"crm", "ats", "hris"`},
		"unknown":  {slices.Repeat([]string{"hriss", "atss"}, 100), `"atss" is not a valid category. Did you mean "ats"? Valid values: ats, `},
		"many":     {[]string{"one", "two", "three", "four", "five", "six", "seven"}, "More unknown values: 2. Valid values"},
		"blank":    {slices.Repeat([]string{" "}, 100), "empty strings (100)"},
	} {
		diags := p.validate(inputs(map[string]any{"categories": c.words}))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, c.want) {
			t.Errorf("%s: %v", name, texts(diags))
		}
	}
}
