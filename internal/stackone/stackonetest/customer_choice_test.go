package stackonetest_test

import (
	"errors"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Without a browser, the customer chooses the first connector that is offered.
func TestConnectCustomer_choosesWhatIsOffered(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)

	for fields, want := range map[string]string{`, "categories": ["crm"]`: "salesforce", `, "provider": "workday"`: "workday", `, "categories": ["lms"]`: "bamboohr"} {
		id, err := s.ConnectCustomer(link(t, s, fields))
		if a, ok := s.Account(id); err != nil || !ok || a.Provider != want {
			t.Errorf("%s: %v, %+v, want %s", fields, err, a, want)
		}
	}
}

// Nobody connects another system than the one that the session names.
func TestConnectCustomer_notOffered(t *testing.T) {
	t.Parallel()

	full, _ := newHub(t)
	bare := stackonetest.New(t, stackonetest.Options{})
	later := stackonetest.New(t, stackonetest.Options{})

	for name, test := range map[string]struct {
		server *stackonetest.Server
		fields string
	}{
		"a connector of another category":                   {full, `, "provider": "workday", "categories": ["crm"]`},
		"an auth config of another category":                {full, `, "connector_profile_id": "p1", "categories": ["crm"]`},
		"an auth config of another connector":               {full, `, "provider": "workday", "integration_id": "p1"`},
		"an auth config where there is none":                {bare, `, "connector_profile_id": "p1"`},
		"an auth config where there is none, by old name":   {bare, `, "integration_id": "p1", "provider": "workday"`},
		"a connector, and then there are others than it is": {later, `, "provider": "workday"`},
	} {
		token := link(t, test.server, test.fields)

		if test.server == later {
			later.AddAuthConfig(stackonetest.AuthConfig{ID: "p1", ConnectorKey: "bamboohr"})
		}

		if id, err := test.server.ConnectCustomer(token); !errors.Is(err, stackonetest.ErrNotOffered) || id != "" {
			t.Errorf("%s: %q, %v", name, id, err)
		}

		if n := linked(t, test.server); n != 0 {
			t.Errorf("%s: %d accounts", name, n)
		}
	}
}

// Of several auth configs for a connector the default one is taken, of whichever
// place, and never a disabled one.
func TestConnectCustomer_takesTheDefault(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	for _, a := range []stackonetest.AuthConfig{
		{ID: "1", ConnectorKey: "workday", ConnectorLabel: "Off", Disabled: true, Default: true},
		{ID: "2", ConnectorKey: "workday", ConnectorLabel: "First"},
		{ID: "3", ConnectorKey: "workday", ConnectorLabel: "Default", Default: true},
		{ID: "4", ConnectorKey: "workday", ConnectorLabel: "Last"},
		{ID: "5", ConnectorKey: "gusto", ConnectorLabel: "Gusto"},
		{ID: "6", ConnectorKey: "gusto", ConnectorLabel: "Gusto, another"},
		{ID: "7", ConnectorKey: "gusto", ConnectorLabel: "Gusto, off", Disabled: true},
	} {
		s.AddAuthConfig(a)
	}

	for fields, want := range map[string]string{
		"": "Default", `, "provider": "workday"`: "Default", `, "connector_profile_id": "4"`: "Last", `, "integration_id": "2"`: "First", `, "provider": "gusto"`: "Gusto",
	} {
		id, err := s.ConnectCustomer(link(t, s, fields+`, "multiple": true`))
		if a, _ := s.Account(id); err != nil || a.ProviderName != want {
			t.Errorf("%s: %v, the account is of %q, want %q", fields, err, a.ProviderName, want)
		}
	}
}
