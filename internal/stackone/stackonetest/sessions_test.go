package stackonetest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func create(t *testing.T, s *stackonetest.Server, fields string) stackonetest.Session {
	t.Helper()

	if status, text := exchange(t, s, http.MethodPost, "/connect_sessions", `{`+owner+fields+`}`); status != http.StatusCreated {
		t.Fatalf("%s: %d %s", fields, status, text)
	}

	sessions := s.Sessions()

	return sessions[len(sessions)-1]
}

func TestSessions_referToWhatExists(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)
	s.AddAccount(stackonetest.Account{ID: "1"})

	for fields, want := range map[string]string{
		`, "account_id": "1"`:            "",
		`, "account_id": null`:           "",
		`, "account_id": "2"`:            "account_id must be that of a linked account",
		`, "provider": "workday"`:        "",
		`, "provider": "personio"`:       "provider must have an enabled connector profile",
		`, "connector_profile_id": "p2"`: "",
		`, "connector_profile_id": "p5"`: "connector_profile_id must be that of an enabled connector profile",
		`, "categories": ["documents"]`:  "",
	} {
		status, text := exchange(t, s, http.MethodPost, "/connect_sessions", `{`+owner+fields+`}`)
		if created := status == http.StatusCreated; created != (want == "") || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s, want %q", fields, status, text, want)
		}
	}

	create(t, stackonetest.New(t, stackonetest.Options{}), `, "provider": "personio"`)
}

func TestSessions_authenticate(t *testing.T) {
	t.Parallel()

	s, clock := newHub(t)
	token := `{"token": "` + create(t, s, `, "expires_in": 60`).Token + `"}`

	if status, text := exchange(t, s, http.MethodPost, "/connect_sessions/authenticate", token); status != http.StatusCreated || strings.Contains(text, "cs_") {
		t.Errorf("%d %s", status, text)
	}

	clock.Advance(time.Minute)

	if status, _ := exchange(t, s, http.MethodPost, "/connect_sessions/authenticate", token); status != http.StatusUnauthorized {
		t.Errorf("an expired token: %d", status)
	}
}

func TestSessions_read(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)
	s.UpdateConnectorProfile("p4", func(p *stackonetest.ConnectorProfile) { p.APIKey = true })

	for fields, want := range map[string]string{
		`, "provider": "workday"`:    `"status":"authenticated"`,
		`, "provider": "salesforce"`: `"latest_connection_attempt":null`,
	} {
		session := create(t, s, fields)

		id, err := s.ConnectCustomer(session.Token)
		if err != nil {
			t.Fatal(err)
		}

		status, text := exchange(t, s, http.MethodGet, "/connect_sessions/"+session.ID, "")
		if status != http.StatusOK || !strings.Contains(text, want) || strings.Contains(text, session.Token) || strings.Contains(text, id) != strings.Contains(want, "authenticated") {
			t.Errorf("%s: %d %s, want %s", fields, status, text, want)
		}
	}

	for id, want := range map[string]int{"1": http.StatusNotFound, "x": http.StatusBadRequest} {
		if status, text := exchange(t, s, http.MethodGet, "/connect_sessions/"+id, ""); status != want {
			t.Errorf("%s: %d %s, want %d", id, status, text, want)
		}
	}
}
