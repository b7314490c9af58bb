package stackonetest_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// witness is a test that fails unseen, and ends when it is told to.
type witness struct {
	testing.TB

	ends   []func()
	errors []string
}

func (w *witness) Cleanup(f func()) { w.ends = append(w.ends, f) }

func (w *witness) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func TestNew_failsForUnknownNames(t *testing.T) {
	t.Parallel()

	const owner = `"origin_owner_id": "c", "origin_owner_name": "C"`

	for name, test := range map[string]struct {
		method, path, body string
		want               []string
	}{
		"a session with what is known":    {http.MethodPost, "/connect_sessions", `{` + owner + `, "relink": true}`, nil},
		"a misspelt field":                {http.MethodPost, "/connect_sessions", `{` + owner + `, "lable": "a", "expires": 1}`, []string{"expires", "lable"}},
		"a query where none is known":     {http.MethodPost, "/connect_sessions?label=a", `{` + owner + `}`, []string{"label"}},
		"a token":                         {http.MethodPost, "/connect_sessions/authenticate", `{"token": "a", "id": 1}`, []string{"id"}},
		"filters of accounts":             {http.MethodGet, "/accounts?page=1&page_size=5&providers=a&status=active", "", nil},
		"a misspelt filter":               {http.MethodGet, "/accounts?statuses=active", "", []string{"statuses"}},
		"a filter of another list":        {http.MethodGet, "/auth_configs?providers=a", "", []string{"providers"}},
		"the catalogue":                   {http.MethodGet, "/actions?filter[connectors]=a&group_by=connector&exclude=actions", "", nil},
		"a field that no update has":      {http.MethodPatch, "/accounts/1", `{"label": "a", "status": "active"}`, []string{"status"}},
		"a body where none is known":      {http.MethodDelete, "/accounts/1", `{"label": "a"}`, []string{"label"}},
		"an operation that is not served": {http.MethodPost, "/accounts?a=b", `{"label": "a"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, opted := range [][]string{nil, test.want} {
				w := &witness{TB: t}
				s := stackonetest.New(w, stackonetest.Options{UnknownNames: opted})
				s.AddAccount(stackonetest.Account{ID: "1"})
				exchange(t, s, test.method, test.path, test.body)

				if got := s.Requests()[0].Unknown; !slices.Equal(got, test.want) {
					t.Errorf("unknown: %q, want %q", got, test.want)
				}

				for _, end := range w.ends {
					end()
				}

				if want := len(test.want) - len(opted); len(w.errors) != want {
					t.Errorf("with %q opted out, %d errors, want %d: %q", opted, len(w.errors), want, w.errors)
				}
			}
		})
	}
}
