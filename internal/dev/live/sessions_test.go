package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestRun_sessionsAreTests(t *testing.T) {
	t.Parallel()

	s := furnished(t)
	examineStandIn(t, s, options{args: []string{"-mode", "sessions"}})

	long := 0

	for _, r := range s.Requests() {
		switch {
		case r.Method == http.MethodGet:
			continue
		case r.Method != http.MethodPost || r.Path != "/connect_sessions":
			t.Errorf("%s %s", r.Method, r.Path)
		}

		if string(r.Fields["type"]) != `"test"` || string(r.Fields["origin_owner_name"]) != `"`+ownerName+`"` {
			t.Errorf("the session is of type %s, for %s", r.Fields["type"], r.Fields["origin_owner_name"])
		}

		switch seconds := string(r.Fields["expires_in"]); seconds {
		case "1", "60", "60.5":
		case "2592000":
			long++
		default:
			t.Errorf("a session lasts %s seconds", seconds)
		}
	}

	if long != 1 {
		t.Errorf("%d sessions last thirty days", long)
	}
}

func TestRun_sessionsForANamedAccountAlone(t *testing.T) {
	t.Parallel()

	for _, named := range []string{"", labelledID} {
		s := furnished(t)

		args := []string{"-mode", "sessions"}
		want := "not seen | set ACCOUNT to an account to try it |"

		if named != "" {
			args = append(args, "-account", named)
			want = "as documented | 201 Created"
		}

		got := examineStandIn(t, s, options{args: args})
		if got.code != exitGood || !strings.Contains(got.markdown, "| account_id | "+want) {
			t.Errorf("exit code %d\n%s%s", got.code, got.stderr, got.markdown)
		}

		for _, r := range s.Requests() {
			if id, sent := r.Fields["account_id"]; sent && string(id) != `"`+named+`"` {
				t.Errorf("a session for the account %s", id)
			}
		}
	}
}
