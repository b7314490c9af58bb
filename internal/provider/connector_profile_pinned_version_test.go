package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestPinnedVersionModel_refresh(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		version, owner string
		last           returnedPin
		pin            stackone.PinnedVersion
		want           string
	}{
		"nothing changed":              {"1.1.0", "acme", returnedPin{"1.1.0", "acme"}, stackone.PinnedVersion{Version: "1.1.0", Owner: new("acme")}, "1.1.0 acme"},
		"a range that was resolved":    {"1.x.x", "acme", returnedPin{"1.1.0", ""}, stackone.PinnedVersion{Version: "1.1.0"}, "1.x.x acme"},
		"another version":              {"1.x.x", "acme", returnedPin{"1.1.0", ""}, stackone.PinnedVersion{Version: "1.0.0"}, "1.0.0 acme"},
		"a range returned as sent now": {"1.x.x", "", returnedPin{"1.1.0", ""}, stackone.PinnedVersion{Version: "1.x.x"}, "1.x.x "},
		"another owner":                {"1.x.x", "acme", returnedPin{"1.1.0", "acme"}, stackone.PinnedVersion{Version: "1.1.0", Owner: new("stackone")}, "1.x.x stackone"},
		"no owner any more":            {"1.1.0", "acme", returnedPin{"1.1.0", "acme"}, stackone.PinnedVersion{Version: "1.1.0"}, "1.1.0 "},
		"an import":                    {"", "", returnedPin{}, stackone.PinnedVersion{Version: "1.1.0", Owner: new("acme")}, "1.1.0 acme"},
	} {
		m := pinnedVersionModel{PinnedVersion: types.StringValue(test.version), Owner: types.StringValue(test.owner)}
		m.refresh(test.pin, test.last)

		if got := m.PinnedVersion.ValueString() + " " + m.Owner.ValueString(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
