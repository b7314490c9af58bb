package stackonetest_test

import (
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

func TestSessions_categories(t *testing.T) {
	t.Parallel()

	const inEach = "categories each value in it must be "

	s := stackonetest.New(t, stackonetest.Options{})

	for sent, want := range map[string]any{
		`["ats", "hris-legacy"]`: nil, `[null]`: nil, `["ats", null]`: nil, `[]`: nil, `null`: nil, `"ats"`: "categories must be an array",
		`["ats", 1]`: inEach + "a string", `[["ats"]]`: inEach + "a string",
		`[null, "gold"]`: inEach + "one of the following values: ats, hris, hris-legacy, crm, iam, marketing, lms, stackone, documents, ticketing, screening, messaging, accounting, scheduling",
	} {
		if status, answer := create(t, s, `, "categories": `+sent); answer["message"] != want || (status == http.StatusCreated) != (want == nil) {
			t.Errorf("%s: %d %v, want %v", sent, status, answer["message"], want)
		}
	}
}
