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
	s.AddAccount(stackonetest.Account{ID: "1"})

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
		{http.MethodGet, "/accounts?page=1&page=2", "", refused, "page: must be one value"},
		{http.MethodGet, "/connector_profiles?enabled=yes", "", refused, "enabled"},
		{http.MethodGet, "/actions?exclude=names", "", refused, "exclude: 0: value is not one of the allowed values"},
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
}

// Requests with another key do not count.
func TestServer_LimitRate(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{Now: stackonetest.NewClock(time.Unix(0, 0)).Now})
	s.LimitRate(1, time.Minute)

	for i, test := range []struct {
		key  string
		want int
	}{{"another", 401}, {s.APIKey(), 200}, {s.APIKey(), 429}, {"another", 401}} {
		if got, _ := exchange(t, s, http.MethodGet, "/accounts", "", func(r *http.Request) { r.SetBasicAuth(test.key, "") }); got != test.want {
			t.Errorf("request %d: %d, want %d", i+1, got, test.want)
		}
	}
}

// witness is a testing.TB that records failures.
type witness struct {
	testing.TB

	ends   []func()
	errors []string
}

func (w *witness) Cleanup(f func()) { w.ends = append(w.ends, f) }

func (w *witness) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func (w *witness) Error(args ...any) { w.errors = append(w.errors, fmt.Sprint(args...)) }

func (w *witness) end() []string {
	for _, end := range w.ends {
		end()
	}

	return w.errors
}

func TestNew_failsForUnknownNames(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		method, path, body string
		want               []string
	}{
		"misspelt fields":             {http.MethodPost, "/connect_sessions", `{` + owner + `, "lable": "a", "expires": 1}`, []string{"expires", "lable"}},
		"a query where none is known": {http.MethodPost, "/connect_sessions?label=a", `{` + owner + `}`, []string{"label"}},
		"filters of accounts":         {http.MethodGet, "/accounts?page=1&page_size=5&providers=a&status=active", "", nil},
		"a misspelt filter":           {http.MethodGet, "/accounts?statuses=active", "", []string{"statuses"}},
		"the catalogue":               {http.MethodGet, "/actions?filter[connectors]=a&group_by=connector&exclude=actions", "", nil},
		"a filter without a name":     {http.MethodGet, "/actions?filter[names]=a", "", []string{"filter[names]"}},
		"a field that no update has":  {http.MethodPatch, "/accounts/1", `{"label": "a", "status": "active"}`, []string{"status"}},
		"a body where none is known":  {http.MethodDelete, "/accounts/1", `{"label": "a"}`, []string{"label"}},
	} {
		w := &witness{TB: t}
		s := stackonetest.New(w, stackonetest.Options{})
		s.AddAccount(stackonetest.Account{ID: "1"})
		exchange(t, s, test.method, test.path, test.body)

		got := w.end()
		if len(got) != len(test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}

		for i, unknown := range test.want {
			if !strings.Contains(got[i], " was sent with "+unknown+", ") {
				t.Errorf("%s: %q, want %q", name, got, test.want)
			}
		}
	}
}

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

		if got := w.end(); !slices.Equal(got, want) {
			t.Errorf("edited %t: %q", edited, got)
		}
	}
}

func TestServer_newErrors(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{NewErrors: true})

	const want = `{"errorCode":"ValidationError","errors":["origin_owner_name: property \"origin_owner_name\" is missing"],"message":"Bad Request","statusCode":400}`
	if _, got := exchange(t, s, http.MethodPost, "/connect_sessions", `{"origin_owner_id": "c"}`); strings.TrimSpace(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkServer_create(b *testing.B) {
	s := stackonetest.New(b, stackonetest.Options{})

	for b.Loop() {
		exchange(b, s, http.MethodPost, "/connect_sessions", `{`+owner+`, "categories": ["ats"], "type": "test", "metadata": {"a": 1}}`)
	}
}
