package stackonetest_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func exchange(tb testing.TB, s *stackonetest.Server, method, path, body string, change ...func(r *http.Request)) (int, string) {
	tb.Helper()

	req, err := http.NewRequestWithContext(tb.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}

	req.SetBasicAuth(s.APIKey(), "")
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Content-Type", "application/json")

	for _, f := range change {
		f(req)
	}

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}

	defer func() { _ = resp.Body.Close() }()

	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}

	return resp.StatusCode, string(text)
}

const owner = `"origin_owner_id": "c", "origin_owner_name": "C"`

func TestContract_requests(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.AddAccount(stackonetest.Account{ID: "1", Label: "old"})
	s.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p", ConnectorKey: "workday"})

	const refused = http.StatusBadRequest

	for _, test := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{http.MethodPost, "/connect_sessions", `{` + owner + `}`, 201, ""},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "categories": ["ats", "hris-legacy"], "expires_in": 60.5, "multiple": null, "metadata": {"a": 1}}`, 201, ""},
		{http.MethodPost, "/connect_sessions", `{"origin_owner_id": " "}`, refused, `origin_owner_id: string doesn't match the regular expression`},
		{http.MethodPost, "/connect_sessions", `{"origin_owner_id": null, "origin_owner_name": "C"}`, refused, "origin_owner_id: Value is not nullable"},
		{http.MethodPost, "/connect_sessions", `{"origin_owner_id": "c"}`, refused, `property \"origin_owner_name\" is missing`},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "expires_in": 0}`, refused, "expires_in: number must be more than 0"},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "expires_in": 1e10}`, refused, "expires_in: number must be at most"},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "type": "gold", "multiple": "yes"}`, refused, "multiple: value must be one of boolean, null; type: value is not one of the allowed values"},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "categories": ["hrisLegacy"]}`, refused, "categories: 0: value is not one of the allowed values"},
		{http.MethodPost, "/connect_sessions", `[]`, refused, "value must be an object"},
		{http.MethodPost, "/connect_sessions", `{`, refused, "failed to decode request body"},
		{http.MethodPost, "/connect_sessions", ``, refused, "value is required"},
		{http.MethodPatch, "/accounts/1", `{"metadata": []}`, refused, "metadata: value must be one of object, null"},
		{http.MethodGet, "/accounts?page=0", "", refused, "page: number must be at least 1"},
		{http.MethodGet, "/accounts?page=1.5", "", refused, "page"},
		{http.MethodGet, "/accounts?page=x", "", refused, "page"},
		{http.MethodGet, "/accounts?page=1&page_size=5&providers=a&status=active", "", 200, ""},
		{http.MethodGet, "/accounts?statuses=active", "", refused, "statuses: the contract has no such parameter"},
		{http.MethodPost, "/connect_sessions", `{` + owner + `, "lable": "a"}`, refused, `property \"lable\" is unsupported`},
		{http.MethodPost, "/connect_sessions?label=a", `{` + owner + `}`, refused, "label: the contract has no such parameter"},
		{http.MethodPatch, "/accounts/1", `{"label": "a", "status": "active"}`, refused, `property \"status\" is unsupported`},
		{http.MethodDelete, "/accounts/1", `{"label": "a"}`, refused, "the contract has no body"},
		{http.MethodGet, "/actions?filter[connectors]=a&group_by=connector&exclude=actions", "", 200, ""},
		{http.MethodGet, "/actions?filter[names]=a", "", refused, "filter: the contract has no such parameter"},
		{http.MethodGet, "/actions?page_size=0", "", refused, "page_size: string doesn't match"},
		{http.MethodGet, "/actions?next=25", "", refused, "next must be a cursor"},
		{http.MethodGet, "/connector_profiles?enabled=yes", "", refused, "enabled"},
		{http.MethodGet, "/actions?exclude=names", "", refused, "exclude: 0: value is not one of the allowed values"},
		{http.MethodPatch, "/accounts/1", `{"label": null, "origin_owner_id": null}`, 200, `"label":null,"origin_owner_id":"customer-1"`},
		{http.MethodDelete, "/accounts/1", "", 200, `"id":"1"`},
		{http.MethodDelete, "/accounts/1", "", 404, "Account 1 not found"},
		{http.MethodGet, "/connect_sessions/1", "", 404, "Connect session 1 not found"},
		{http.MethodGet, "/connect_sessions/x", "", refused, "an invalid number"},
		{http.MethodGet, "/connector_profiles?enabled=false", "", 200, `"data":[]`},
		{http.MethodGet, "/connector_profiles?connector_key=bamboohr", "", 200, `"data":[]`},
		{http.MethodPut, "/connector_profiles/p/pinned_version", `{"pinned_version": "2.x.x"}`, refused, "matches no version"},
		{http.MethodPut, "/connector_profiles/p/pinned_version", `{"pinned_version": "1.1.x"}`, 200, `"pinned_version":"1.1.x"`},
		{http.MethodGet, "/connector_profiles/p/versions", "", 200, `"pinned":true,"version":"1.1.0"`},
		{http.MethodDelete, "/connector_profiles/p/pinned_version", "", 204, ""},
		{http.MethodGet, "/connector_profiles/p/pinned_version", "", 404, "No version is pinned"},
		{http.MethodPost, "/accounts", `{}`, 404, "Not Found"},
		{http.MethodPut, "/accounts", `{}`, 404, "Not Found"},
	} {
		if status, text := exchange(t, s, test.method, test.path, test.body); status != test.status || !strings.Contains(text, test.says) {
			t.Errorf("%s %s %s: %d %s, want %s", test.method, test.path, test.body, status, text, test.says)
		}
	}
}

func TestServer_credentialsAndHeaders(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.LimitRate(2, time.Hour)

	for name, test := range map[string]struct {
		change func(r *http.Request)
		want   int
	}{
		"all of it":                  {func(*http.Request) {}, http.StatusOK},
		"no user agent":              {func(r *http.Request) { r.Header.Set("User-Agent", "") }, http.StatusForbidden},
		"the user agent of net/http": {func(r *http.Request) { r.Header.Del("User-Agent") }, http.StatusForbidden},
		"no key":                     {func(r *http.Request) { r.Header.Del("Authorization") }, http.StatusUnauthorized},
		"another key":                {func(r *http.Request) { r.SetBasicAuth("another", "") }, http.StatusUnauthorized},
		"a password":                 {func(r *http.Request) { r.SetBasicAuth(s.APIKey(), "password") }, http.StatusUnauthorized},
	} {
		if got, _ := exchange(t, s, http.MethodGet, "/accounts", "", test.change); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}

	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		if got, _ := exchange(t, s, http.MethodGet, "/accounts", ""); got != want {
			t.Errorf("%d, want %d: only requests with the right key count", got, want)
		}
	}
}

// witness is a testing.TB that records failures.
type witness struct {
	testing.TB

	end    func()
	errors []string
}

func (w *witness) Cleanup(f func()) { w.end = f }

func (w *witness) Error(args ...any) { w.errors = append(w.errors, fmt.Sprint(args...)) }

func TestNew_failsForInvalidResponses(t *testing.T) {
	t.Parallel()

	for _, edited := range []bool{false, true} {
		w := &witness{TB: t}
		s := stackonetest.New(w, stackonetest.Options{})
		s.AddAccount(stackonetest.Account{ID: "1", StatusReasons: []map[string]any{{"code": "a", "reason": "b"}}})

		if edited {
			s.EditAccountResponses(func(map[string]any) {})
		}

		exchange(t, s, http.MethodGet, "/accounts/1", "")

		want := []string{
			`The fake's 200 response to GET /accounts/1: status_reasons: 0: property "reason" is unsupported`,
			`The fake's 200 response to GET /accounts/1: status_reasons: 0: timestamp: property "timestamp" is missing`,
		}
		if edited {
			want = nil
		}

		w.end()

		if !slices.Equal(w.errors, want) {
			t.Errorf("edited %t: %q", edited, w.errors)
		}
	}
}
