package stackonetest_test

import (
	"net/http"
	"strings"
	"testing"

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
