package stackonetest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// exchange sends a request with good credentials and returns the answer.
func exchange(t *testing.T, s *stackonetest.Server, method, path, body string) (int, []byte) {
	t.Helper()

	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}

	req.SetBasicAuth(s.APIKey(), "")
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Content-Type", "application/json")

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = resp.Body.Close() }()

	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}

	return resp.StatusCode, answer
}

// link makes a session and returns its token.
func link(t *testing.T, s *stackonetest.Server, fields string) string {
	t.Helper()

	if status, answer := exchange(t, s, http.MethodPost, "/connect_sessions", `{"origin_owner_id": "c", "origin_owner_name": "C"`+fields+`}`); status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}

	sessions := s.Sessions()

	return sessions[len(sessions)-1].Token
}

func TestConnectCustomer(t *testing.T) {
	t.Parallel()

	clock := stackonetest.NewClock(time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC))
	s := stackonetest.New(t, stackonetest.Options{Now: clock.Now})

	connect := func(fields string) string {
		id, err := s.ConnectCustomer(link(t, s, fields))
		if err != nil {
			t.Fatalf("%s: %v", fields, err)
		}

		return id
	}

	first := connect(`, "provider": "workday", "origin_username": "jo", "label": "gold", "metadata": {"a": 1}, "type": "test", "shared": true`)

	a, found := s.Account(first)
	if !found || a.Provider != "workday" || a.OriginOwnerID != "c" || a.OriginOwnerName != "C" || a.OriginUsername != "jo" || a.Label != "gold" ||
		string(a.Metadata) != `{"a": 1}` || a.Type != "test" || a.Shared == nil || !*a.Shared || a.Status != "active" || !a.CreatedAt.Equal(clock.Now()) {
		t.Errorf("the account is %+v", a)
	}

	// Owner, name and connector are an account's identity, unless several are wanted.
	if again := connect(`, "provider": "workday"`); again != first {
		t.Errorf("the same identity made another account, %s", again)
	}

	for name, fields := range map[string]string{
		"another name":      `, "provider": "workday", "origin_owner_name": "D"`,
		"another connector": `, "provider": "bamboohr"`,
		"several":           `, "provider": "workday", "multiple": true`,
	} {
		if other := connect(fields); other == first {
			t.Errorf("%s: no account of its own", name)
		}
	}

	if edited := connect(`, "account_id": "` + first + `", "multiple": true`); edited != first {
		t.Errorf("a session for an account opened %s", edited)
	}

	s.AddAccount(stackonetest.Account{ID: "gone"})
	tokens := map[string]string{"an unknown token": "x", "an account that is gone": link(t, s, `, "account_id": "gone"`)}
	s.RemoveAccount("gone")

	for name, token := range tokens {
		if _, err := s.ConnectCustomer(token); !errors.Is(err, stackonetest.ErrNoSession) {
			t.Errorf("%s: %v", name, err)
		}
	}

	token := link(t, s, `, "expires_in": 60, "multiple": true`)

	clock.Advance(time.Minute)

	if _, err := s.ConnectCustomer(token); !errors.Is(err, stackonetest.ErrNoSession) {
		t.Errorf("an expired link: %v", err)
	}
}

func TestAccountRoutes(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	for range 30 {
		s.AddAccount(stackonetest.Account{})
	}

	id := s.AddAccount(stackonetest.Account{ID: "45355976281015164504", OriginOwnerID: "other", Status: "error"})

	for path, want := range map[string]int{
		"/accounts": 25, "/accounts?page=2": 6, "/accounts?page=3": 0, "/accounts?page_size=100": 31, "/accounts?status=error&status=expired": 1,
		"/accounts?origin_owner_id=other": 1, "/accounts?account_ids=" + id + "&account_ids=x": 1, "/accounts?providers=no-such": 0,
	} {
		var got []map[string]any

		status, answer := exchange(t, s, http.MethodGet, path, "")
		if err := json.Unmarshal(answer, &got); err != nil || status != http.StatusOK || len(got) != want {
			t.Errorf("%s: %d with %d accounts, want %d, %v", path, status, len(got), want, err)
		}
	}

	for _, test := range []struct {
		method, path, body string
		want               int
	}{
		{http.MethodGet, "/accounts?page=0", "", 400},
		{http.MethodGet, "/accounts/nobody", "", 404},
		{http.MethodPatch, "/accounts/nobody", "{}", 404},
		{http.MethodDelete, "/accounts/nobody", "", 404},
		{http.MethodPost, "/accounts", "{}", 404},
		{http.MethodPatch, "/accounts/" + id, `{"type": "gold"}`, 400},
		{http.MethodPatch, "/accounts/" + id, `{"shared": "yes"}`, 400},
		{http.MethodPatch, "/accounts/" + id, `{"metadata": []}`, 400},
		{http.MethodPatch, "/accounts/" + id, `{"label": "new", "metadata": {"a": 1}}`, 200},
		{http.MethodGet, "/accounts/" + id, "", 200},
	} {
		status, answer := exchange(t, s, test.method, test.path, test.body)
		if status != test.want {
			t.Errorf("%s %s %s: %d, want %d", test.method, test.path, test.body, status, test.want)
		}

		if status == http.StatusOK && (!bytes.Contains(answer, []byte(`"label":"new"`)) || bytes.Contains(answer, []byte("metadata")) || !bytes.Contains(answer, []byte(stackonetest.AccountCredential))) {
			t.Errorf("%s %s: %s", test.method, test.path, answer)
		}
	}

	if status, answer := exchange(t, s, http.MethodDelete, "/accounts/"+id, ""); status != http.StatusOK || !bytes.Contains(answer, []byte(id)) {
		t.Errorf("a delete answers %d %s", status, answer)
	}

	if _, found := s.Account(id); found {
		t.Error("the account is still there")
	}
}

func TestAuthConfigRoute(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.AddAuthConfig(stackonetest.AuthConfig{ID: "1", ConnectorKey: "workday"})
	s.AddAuthConfig(stackonetest.AuthConfig{ID: "2", ConnectorKey: "workday", Disabled: true})
	s.AddAuthConfig(stackonetest.AuthConfig{ID: "3", ConnectorKey: "bamboohr"})

	for query, want := range map[string][]string{
		"": {"1", "2", "3"}, "?enabled=true": {"1", "3"}, "?enabled=false": {"2"}, "?enabled=": {"1", "2", "3"}, "?connector_key=workday&enabled=true": {"1"}, "?page=2&page_size=2": {"3"},
	} {
		var got struct {
			Total int `json:"total"`
			Data  []struct {
				ID string `json:"id"`
			} `json:"data"`
		}

		_, answer := exchange(t, s, http.MethodGet, "/auth_configs"+query, "")
		if err := json.Unmarshal(answer, &got); err != nil {
			t.Fatal(err)
		}

		var ids []string
		for _, config := range got.Data {
			ids = append(ids, config.ID)
		}

		if !slices.Equal(ids, want) || query == "?page=2&page_size=2" && got.Total != 3 {
			t.Errorf("%s: %v of %d, want %v", query, ids, got.Total, want)
		}
	}
}

// A person opens a link as a test does, with no key and no trace in the log.
func TestConnectPath(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{Customers: true})
	link(t, s, `, "label": "new"`)

	open := func(link string) (int, string) {
		resp, err := http.PostForm(s.URL()+stackonetest.ConnectPath, url.Values{"link": {link}})
		if err != nil {
			t.Fatal(err)
		}

		defer func() { _ = resp.Body.Close() }()

		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}

		return resp.StatusCode, string(text)
	}

	status, text := open(s.Sessions()[0].AuthLinkURL)
	_, id, _ := strings.Cut(strings.TrimSpace(text), "Linked account: ")

	if account, ok := s.Account(id); status != http.StatusOK || !ok || account.Label != "new" {
		t.Errorf("%d %q, account: %v", status, text, account)
	}

	for _, wrong := range []string{"", "::", "https://app.stackone.com/embedded/accounts?token=unknown"} {
		if status, text := open(wrong); status != http.StatusNotFound || !strings.Contains(text, "no link that the stand-in has issued") {
			t.Errorf("%q: %d %q", wrong, status, text)
		}
	}

	if got := len(s.Requests()); got != 1 {
		t.Errorf("%d requests in the log, want the one that made the session", got)
	}

	if status, text := open(authLink(t, s, `, "integration_id": "p1"`)); status != http.StatusBadRequest || !strings.Contains(text, "does not offer the connector") {
		t.Errorf("what is not offered: %d %q", status, text)
	}

	if status, _ := exchange(t, stackonetest.New(t, stackonetest.Options{}), http.MethodPost, stackonetest.ConnectPath, ""); status != http.StatusNotFound {
		t.Errorf("without the option: %d", status)
	}
}
