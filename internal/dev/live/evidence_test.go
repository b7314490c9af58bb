package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRun_passingStatuses(t *testing.T) {
	t.Parallel()

	for status, want := range map[int]string{
		http.StatusForbidden: "403: the key may lack a scope", http.StatusRequestTimeout: "408 Request Timeout", http.StatusTooManyRequests: "429 Too Many Requests",
		http.StatusInternalServerError: "500 Internal Server Error", http.StatusServiceUnavailable: "503 Service Unavailable",
	} {
		answer := answerInstead("", status, fmt.Sprintf(`{"statusCode":%d,"message":"Not now"}`, status))

		edits := []edit{
			on("/auth_configs", answer), asked("/accounts", "page=2", answer), plainSession(answer),
			on("/connect_sessions", answerInstead("no-such-category", status, aRefusal)),
		}

		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, furnished(t), options{args: []string{"-mode", "sessions"}, edit: func(req *http.Request, resp *http.Response) {
				for _, change := range edits {
					change(req, resp)
				}
			}})

			if rows := got.rows(otherwise); got.code != exitGood || len(rows) > 0 {
				t.Errorf("exit code %d, otherwise: %q", got.code, rows)
			}

			for about, rows := range map[string][]string{
				aboutConfigs:  {"shape of the list", "a page of 100", "page_size", "the second page", "objects without page_size", "filter connector_key", "filter enabled=true"},
				aboutAccounts: {"the second page"},
				aboutRequest:  {"status of the plain session", "echo of owner and type", "a category that does not exist"},
				aboutAnswer:   {"where the link goes"},
			} {
				_, section, _ := strings.Cut(got.markdown, "### "+about+"\n")
				section, _, _ = strings.Cut(section, "###")

				for _, row := range rows {
					if !strings.Contains(section, "| "+row+" | not seen | "+want+" |") {
						t.Errorf("%s: %s is not missing for %s\n%s", about, row, want, section)
					}
				}
			}
		})
	}
}

func TestEvidence_ahead(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		seen []time.Duration
		want time.Duration
	}{
		"nothing":       {nil, 0},
		"behind":        {[]time.Duration{-5 * time.Second}, 0},
		"ahead":         {[]time.Duration{2 * time.Second, 7 * time.Second, -8 * time.Second, 0}, 7 * time.Second},
		"hopelessly so": {[]time.Duration{time.Hour}, tolerance},
	} {
		e := &evidence{}
		for _, ahead := range c.seen {
			e.all = append(e.all, &exchange{ahead: ahead})
		}

		if got := e.ahead(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Where an error was to come, a refusal tells something, and a passing error does not.
func TestRun_passingStatusesOfErrors(t *testing.T) {
	t.Parallel()

	for status, want := range map[int]verdict{http.StatusForbidden: otherwise, http.StatusBadGateway: notSeen} {
		got := examineStandIn(t, furnished(t), options{edit: on("/accounts/"+nobody, answerInstead("", status, `{"message":1}`))})

		for _, row := range []string{"status for a wrong key", "status for an account that does not exist", "message"} {
			if !strings.Contains(strings.ReplaceAll(got.markdown, "*", ""), "| "+row+" | "+want.String()+" |") {
				t.Errorf("%d: %s is not %s\n%s", status, row, want, got.markdown)
			}
		}
	}
}
