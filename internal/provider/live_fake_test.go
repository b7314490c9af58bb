package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestLive_fake(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-1", Name: "BambooHR", ConnectorKey: "bamboohr"})
	h.AddConnector(stackonetest.Connector{Key: "bamboohr"})
	liveRun(t, h.provider)
}

// The checks fail if a response lacks something that the provider needs.
func TestLive_failures(t *testing.T) {
	t.Parallel()

	for name, check := range liveChecks() {
		h := newHarness(t)
		config := liveConfig(t, h.provider)
		h.AddAccount(stackonetest.Account{})
		h.Script(stackonetest.Fault{Status: http.StatusForbidden})

		if got, want := check.run(t, config), fmt.Sprintf("status 403, want %d", check.status); !slices.Equal(got, []string{want}) {
			t.Errorf("%s with another status: %q", name, got)
		}

		if name != "session" && name != "accounts" {
			continue
		}

		for field, types := range check.fields {
			remove := func(object map[string]any) { delete(object, field) }
			h.EditResponse(remove)
			h.EditAccountResponses(remove)

			problems := check.run(t, config)
			if slices.Contains(problems, field+" is absent, want "+types) == strings.HasSuffix(types, optional) {
				t.Errorf("%s without %s: %q", name, field, problems)
			}
		}
	}
}
