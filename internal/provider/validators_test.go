package provider_test

import "testing"

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
