package stackonetest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// create asks for a session with further fields.
func create(t *testing.T, s *stackonetest.Server, fields string) (int, map[string]any) {
	t.Helper()
	return call(t, s, http.MethodPost, "/connect_sessions", `{"origin_owner_id": "c", "origin_owner_name": "C"`+fields+`}`)
}

func TestSessions_referToWhatExists(t *testing.T) {
	t.Parallel()

	bare := stackonetest.New(t, stackonetest.Options{})
	full, _ := newHub(t)

	for _, s := range []*stackonetest.Server{bare, full} {
		s.AddAccount(stackonetest.Account{ID: "1"})
	}

	for fields, want := range map[string]struct {
		bare, full string
	}{
		`, "account_id": "1"`:              {},
		`, "account_id": null`:             {},
		`, "account_id": "2"`:              {"account_id must be that of a linked account", "account_id must be that of a linked account"},
		`, "provider": "workday"`:          {},
		`, "provider": "personio"`:         {"", "provider must have an enabled auth config"},
		`, "provider": "x"`:                {"", "provider must have an enabled auth config"},
		`, "connector_profile_id": "p2"`:   {},
		`, "connector_profile_id": "p5"`:   {"", "connector_profile_id must be that of an enabled auth config"},
		`, "connector_profile_id": "p6"`:   {"", "connector_profile_id must be that of an enabled auth config"},
		`, "integration_id": "p2"`:         {},
		`, "integration_id": "p5"`:         {"", "integration_id must be that of an enabled auth config"},
		`, "integration_id": "workday"`:    {"", "integration_id must be that of an enabled auth config"},
		`, "provider": "p2"`:               {"", "provider must have an enabled auth config"},
		`, "categories": ["documents"]`:    {},
		`, "account_id": "1", "label": ""`: {},
	} {
		for s, want := range map[*stackonetest.Server]string{bare: want.bare, full: want.full} {
			before := len(s.Sessions())
			status, answer := create(t, s, fields)

			if want == "" && (status != http.StatusCreated || len(s.Sessions()) != before+1) || want != "" && (status != http.StatusBadRequest || answer["message"] != want || len(s.Sessions()) != before) {
				t.Errorf("%s: %d %v, want %q", fields, status, answer["message"], want)
			}
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

func TestSessions_body(t *testing.T) {
	t.Parallel()

	const owner = `"origin_owner_id": "c", "origin_owner_name": "C"`

	s := stackonetest.New(t, stackonetest.Options{})

	for body, want := range map[string]int{
		`{` + owner + `}`: http.StatusCreated, ` {` + owner + "}\n": http.StatusCreated,
		`{` + owner + `} {}`: http.StatusBadRequest, `{` + owner + `}}`: http.StatusBadRequest, `{` + owner + `} x`: http.StatusBadRequest,
		`{` + owner: http.StatusBadRequest, `[]`: http.StatusBadRequest, `null`: http.StatusBadRequest, "": http.StatusBadRequest,
	} {
		if status, answer := call(t, s, http.MethodPost, "/connect_sessions", body); status != want {
			t.Errorf("%s: %d %v, want %d", body, status, answer, want)
		}
	}
}

// A validity is kept as it was asked for, or refused.
func TestSessions_validity(t *testing.T) {
	t.Parallel()

	const tooMuch = "expires_in must not be more than 9223372035"

	s := stackonetest.New(t, stackonetest.Options{})

	for sent, want := range map[string]string{
		"1": "1s", "60.5": "1m0.5s", "2592000": "720h0m0s", "9000000000": "2500000h0m0s", "null": "30m0s",
		"1e999": tooMuch, "-1e999": tooMuch, "1e10": tooMuch, "9223372036": tooMuch,
		"0": "expires_in must be a positive number", "-1": "expires_in must be a positive number", "1e-999": "expires_in must be a positive number",
		`"60"`: "expires_in must be a number",
	} {
		status, answer := create(t, s, `, "expires_in": `+sent)

		got := answer["message"]

		if status == http.StatusCreated {
			sessions := s.Sessions()
			last := sessions[len(sessions)-1]
			got = last.ExpiresAt.Sub(last.CreatedAt).String()
		}

		if got != want {
			t.Errorf("%s: %d %v, want %s", sent, status, got, want)
		}
	}
}
