package stackonetest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// ask sends a request for a list that change has altered, and returns the status.
func ask(t *testing.T, s *stackonetest.Server, change func(r *http.Request)) int {
	t.Helper()

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/accounts", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}

	req.SetBasicAuth(s.APIKey(), "")
	req.Header.Set("User-Agent", "test")
	change(req)

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}

	_ = resp.Body.Close()

	return resp.StatusCode
}

func TestServer_whatEveryRequestMustHave(t *testing.T) {
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
		"HEAD":                       {func(r *http.Request) { r.Method = http.MethodHead }, http.StatusNotFound},
		"PUT":                        {func(r *http.Request) { r.Method = http.MethodPut }, http.StatusNotFound},
	} {
		if got := ask(t, s, test.change); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

// A key has a limit of its own, which requests with another one do not use up.
func TestServer_LimitRate_countsTheKey(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{Now: stackonetest.NewClock(time.Unix(0, 0)).Now})
	s.LimitRate(1, time.Minute)

	for i, test := range []struct {
		key  string
		want int
	}{
		{"another", http.StatusUnauthorized}, {"another", http.StatusUnauthorized}, {s.APIKey(), http.StatusOK}, {s.APIKey(), http.StatusTooManyRequests}, {"another", http.StatusUnauthorized},
	} {
		if got := ask(t, s, func(r *http.Request) { r.SetBasicAuth(test.key, "") }); got != test.want {
			t.Errorf("request %d: %d, want %d", i+1, got, test.want)
		}
	}
}
