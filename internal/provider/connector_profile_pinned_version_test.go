package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestPinnedVersionModel_refresh(t *testing.T) {
	t.Parallel()

	pin := func(version, owner string) stackone.PinnedVersion {
		if owner == "" {
			return stackone.PinnedVersion{Version: version}
		}

		return stackone.PinnedVersion{Version: version, Owner: &owner}
	}

	for name, test := range map[string]struct {
		version, owner string
		last           returnedPin
		pin            stackone.PinnedVersion
		want           string
	}{
		"nothing changed":              {"1.1.0", "acme", returnedPin{"1.1.0", "acme"}, pin("1.1.0", "acme"), "1.1.0 acme"},
		"a range that was resolved":    {"1.x.x", "acme", returnedPin{"1.1.0", ""}, pin("1.1.0", ""), "1.x.x acme"},
		"another version":              {"1.x.x", "acme", returnedPin{"1.1.0", ""}, pin("1.0.0", ""), "1.0.0 acme"},
		"a range returned as sent now": {"1.x.x", "", returnedPin{"1.1.0", ""}, pin("1.x.x", ""), "1.x.x "},
		"another owner":                {"1.x.x", "acme", returnedPin{"1.1.0", "acme"}, pin("1.1.0", "stackone"), "1.x.x stackone"},
		"no owner any more":            {"1.1.0", "acme", returnedPin{"1.1.0", "acme"}, pin("1.1.0", ""), "1.1.0 "},
		"an import":                    {"", "", returnedPin{}, pin("1.1.0", "acme"), "1.1.0 acme"},
	} {
		m := pinnedVersionModel{PinnedVersion: types.StringValue(test.version), Owner: types.StringValue(test.owner)}
		m.refresh(test.pin, test.last)

		if got := m.PinnedVersion.ValueString() + " " + m.Owner.ValueString(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestPinnedVersionModel_overwrites(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		version, owner types.String
		pin            stackone.PinnedVersion
		want           string
	}{
		"no pin":            {types.StringValue("1.1.0"), types.StringNull(), stackone.PinnedVersion{}, ""},
		"the same":          {types.StringValue("1.1.0"), types.StringUnknown(), stackone.PinnedVersion{Version: "1.1.0", Owner: new("acme")}, ""},
		"another version":   {types.StringValue("1.1.0"), types.StringUnknown(), stackone.PinnedVersion{Version: "1.0.0"}, `"p1" to version "1.0.0". Applying this plan pins it to version "1.1.0".`},
		"another owner":     {types.StringValue("1.1.0"), types.StringValue("acme"), stackone.PinnedVersion{Version: "1.1.0", Owner: new("stackone")}, `to version "1.1.0" of the owner "stackone". Applying this plan pins it to version "1.1.0" of the owner "acme".`},
		"a version unknown": {types.StringUnknown(), types.StringUnknown(), stackone.PinnedVersion{Version: "1.0.0"}, `to version "1.0.0". Applying this plan pins it to a version that is known after apply.`},
	} {
		m := pinnedVersionModel{ConnectorProfileID: types.StringValue("p1"), PinnedVersion: test.version, Owner: test.owner}

		diags := m.overwrites(test.pin)
		if (len(diags) == 0) != (test.want == "") || len(diags) > 0 && !strings.Contains(diags[0].Detail(), test.want) {
			t.Errorf("%s: %v", name, diags)
		}
	}
}
