package stackonetest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// newHub starts a fake with connector profiles and the option Customers.
func newHub(t *testing.T) (*stackonetest.Server, *stackonetest.Clock) {
	t.Helper()

	clock := stackonetest.NewClock(time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC))
	s := stackonetest.New(t, stackonetest.Options{Now: clock.Now, Customers: true})

	for _, a := range []stackonetest.ConnectorProfile{
		{ID: "p1", ConnectorKey: "bamboohr", ConnectorLabel: "BambooHR", Categories: []string{"hris"}},
		{ID: "p2", ConnectorKey: "workday", ConnectorLabel: "Workday", Categories: []string{"hris", "ats"}},
		{ID: "p3", ConnectorKey: "workday", ConnectorLabel: "Default", Categories: []string{"hris", "ats"}, Default: true},
		{ID: "p4", ConnectorKey: "salesforce", ConnectorLabel: `Sales & "Force" <b>`, Categories: []string{"crm"}},
		{ID: "p5", ConnectorKey: "personio", Categories: []string{"hris"}, Disabled: true},
	} {
		s.AddConnectorProfile(a)
	}

	return s, clock
}

func page(t *testing.T, s *stackonetest.Server, method, address string, form url.Values) (int, string) {
	t.Helper()

	status, text := exchange(t, s, method, strings.TrimPrefix(address, s.URL()), form.Encode(), func(r *http.Request) {
		r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	})
	if strings.Contains(text, "<script") || strings.Contains(text, "ZgotmplZ") || regexp.MustCompile(`(href|src|action)="[^"]*cs_`).MatchString(text) {
		t.Errorf("the page has a script or a link with the token:\n%s", text)
	}

	return status, text
}

func press(t *testing.T, s *stackonetest.Server, shown, name, value string) (int, string) {
	t.Helper()

	token := regexp.MustCompile(`name="token" value="(.*?)"`).FindStringSubmatch(shown)
	if token == nil || !slices.Contains(buttons(shown), html.EscapeString(value)) {
		t.Fatalf("the page has no such button:\n%s", shown)
	}

	return page(t, s, http.MethodPost, stackonetest.HubPath, url.Values{name: {value}, "token": {token[1]}})
}

func buttons(page string) []string {
	var out []string
	for _, button := range regexp.MustCompile(`<button name="connector" value="(.*?)">`).FindAllStringSubmatch(page, -1) {
		out = append(out, button[1])
	}

	return out
}

func TestHub(t *testing.T) {
	t.Parallel()

	s, clock := newHub(t)
	session := create(t, s, `, "origin_username": "<img src=x>", "label": "gold", "expires_in": 3600`)

	status, text := page(t, s, http.MethodGet, session.AuthLinkURL, nil)
	if status != http.StatusOK || strings.Contains(text, "<img") || !strings.Contains(text, "1 March 2031, 13:00 UTC") || !slices.Equal(buttons(text), []string{"bamboohr", "workday", "salesforce"}) {
		t.Fatalf("%d:\n%s", status, text)
	}

	_, connected := press(t, s, text, "connector", "workday")

	id := regexp.MustCompile(`<dt>Linked account</dt>\n<dd><code>(.*)</code></dd>`).FindStringSubmatch(connected)
	if id == nil {
		t.Fatalf("no account in\n%s", connected)
	}

	if a, _ := s.Account(id[1]); a.Provider != "workday" || a.ProviderName != "Default" || a.OriginOwnerID != "c" || a.Label != "gold" {
		t.Errorf("the account is %+v", a)
	}

	if got := len(s.Requests()); got != 1 {
		t.Errorf("%d requests in the log, want one, which created the session", got)
	}

	if status, _ := page(t, s, http.MethodGet, stackonetest.HubPath+"?token=cs_unknown", nil); status != http.StatusNotFound {
		t.Errorf("an unknown link: %d", status)
	}

	clock.Advance(time.Hour)

	if status, text := page(t, s, http.MethodGet, session.AuthLinkURL, nil); status != http.StatusNotFound || strings.Contains(text, "<form") {
		t.Errorf("an expired link: %d\n%s", status, text)
	}
}

func TestHub_overview(t *testing.T) {
	t.Parallel()

	s, clock := newHub(t)
	create(t, s, `, "origin_username": "ended", "expires_in": 60`)
	clock.Advance(time.Minute)

	session := create(t, s, "")
	s.AddAccount(stackonetest.Account{ID: "account-1", OriginOwnerName: "<b>", Label: "gold", Status: "error"})

	status, text := page(t, s, http.MethodGet, "/", nil)
	for _, want := range []string{`action="/fake/hub"`, `name="token" value="` + session.Token + `"`, "session <code>100002</code>, valid until 1 March 2031, 12:31 UTC", "&lt;b&gt;", "BambooHR, error, label gold", "account-1"} {
		if status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%d, and %q is missing:\n%s", status, want, text)
		}
	}

	if strings.Count(text, "<form") != 1 || len(s.Requests()) != 2 {
		t.Errorf("%d requests, and links that have ended:\n%s", len(s.Requests()), text)
	}
}

func TestHub_attempts(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)
	s.UpdateConnectorProfile("p4", func(p *stackonetest.ConnectorProfile) { p.APIKey = true })

	session := create(t, s, "")
	read := func() string {
		_, text := exchange(t, s, http.MethodGet, "/connect_sessions/"+session.ID, "")
		return text
	}

	_, text := page(t, s, http.MethodGet, session.AuthLinkURL, nil)
	if got := regexp.MustCompile(`name="(fail|cancel)" value="salesforce"`).FindString(text); got != "" {
		t.Errorf("a connector with an API key has %s", got)
	}

	for _, test := range []struct {
		button, connector string
		status            int
		want              string
	}{
		{"fail", "salesforce", http.StatusBadRequest, `"latest_connection_attempt":null`},
		{"connector", "personio", http.StatusBadRequest, `"latest_connection_attempt":null`},
		{"connector", "salesforce", http.StatusOK, `"latest_connection_attempt":null`},
		{"fail", "workday", http.StatusOK, `"status":"error","oauth_error_code":"access_denied","oauth_error_description":"The user has not granted access."`},
		{"cancel", "workday", http.StatusOK, `"status":"cancelled"`},
		{"connector", "workday", http.StatusOK, `"status":"authenticated"`},
	} {
		form := url.Values{test.button: {test.connector}, "token": {session.Token}}
		if status, text := page(t, s, http.MethodPost, stackonetest.HubPath, form); status != test.status || !strings.Contains(read(), test.want) {
			t.Errorf("%s %s: %d %s\n%s", test.button, test.connector, status, read(), text)
		}
	}
}

func TestHub_offers(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)
	s.AddAccount(stackonetest.Account{ID: "1", Provider: "gusto", ProviderName: "Gusto"})

	for fields, want := range map[string][]string{
		`, "categories": ["ats", "messaging"]`:                  {"workday"},
		`, "categories": ["lms"]`:                               nil,
		`, "provider": "workday"`:                               {"workday"},
		`, "provider": "workday", "connector_profile_id": "p1"`: nil,
		`, "connector_profile_id": "p4"`:                        {"salesforce"},
		`, "account_id": "1"`:                                   {"gusto"},
	} {
		if _, text := page(t, s, http.MethodGet, create(t, s, fields).AuthLinkURL, nil); !slices.Equal(buttons(text), want) {
			t.Errorf("%s: %q, want %q", fields, buttons(text), want)
		}
	}
}

func TestConnectCustomer(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	connect := func(fields string) string {
		t.Helper()

		id, err := s.ConnectCustomer(create(t, s, fields).Token)
		if err != nil {
			t.Fatalf("%s: %v", fields, err)
		}

		return id
	}

	first := connect(`, "provider": "workday", "origin_username": "jo", "metadata": {"a": 1}, "type": "test"`)
	if a, _ := s.Account(first); a.Provider != "workday" || a.OriginUsername != "jo" || string(a.Metadata) != `{"a": 1}` || a.Type != "test" || a.Status != "active" {
		t.Errorf("the account is %+v", a)
	}

	for fields, same := range map[string]bool{
		`, "provider": "workday"`:                           true,
		`, "account_id": "` + first + `"`:                   true,
		`, "provider": "bamboohr"`:                          false,
		`, "provider": "workday", "multiple": true`:         false,
		`, "provider": "workday", "origin_owner_name": "D"`: false,
	} {
		if got := connect(fields); (got == first) != same {
			t.Errorf("%s: %s after %s", fields, got, first)
		}
	}

	if _, text := exchange(t, s, http.MethodGet, "/accounts", ""); len(ids(t, text)) != 4 {
		t.Errorf("want 4 accounts: %s", text)
	}

	full, _ := newHub(t)
	for _, token := range []string{"cs_unknown", create(t, full, `, "provider": "workday", "connector_profile_id": "p1"`).Token} {
		if id, err := full.ConnectCustomer(token); err == nil {
			t.Errorf("%s has connected %s", token, id)
		}
	}
}

// The page shows links, so it loads and runs nothing but its own style.
func TestHub_headers(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}

	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}

	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}

	style := sha256.Sum256(regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindSubmatch(body)[1])

	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(style[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
