package stackonetest_test

import (
	"encoding/json"
	"fmt"
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

// newHub starts a stand-in with some auth configs, for a person with a browser.
func newHub(t *testing.T) (*stackonetest.Server, *stackonetest.Clock) {
	t.Helper()

	clock := stackonetest.NewClock(time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC))
	s := stackonetest.New(t, stackonetest.Options{Now: clock.Now, Customers: true})

	for _, a := range []stackonetest.AuthConfig{
		{ID: "p1", ConnectorKey: "bamboohr", ConnectorLabel: "BambooHR", Categories: []string{"hris"}},
		{ID: "p2", ConnectorKey: "workday", ConnectorLabel: "Workday", Categories: []string{"hris", "ats"}},
		{ID: "p3", ConnectorKey: "workday", ConnectorLabel: "Workday", Categories: []string{"hris", "ats"}},
		{ID: "p4", ConnectorKey: "salesforce", ConnectorLabel: `Sales & "Force" <b>`, Categories: []string{"crm"}},
		{ID: "p5", ConnectorKey: "personio", Categories: []string{"hris"}, Disabled: true},
	} {
		s.AddAuthConfig(a)
	}

	return s, clock
}

// authLink makes a session and returns its link.
func authLink(t *testing.T, s *stackonetest.Server, fields string) string {
	t.Helper()

	link(t, s, fields)

	sessions := s.Sessions()

	return sessions[len(sessions)-1].AuthLinkURL
}

// page sends a request as a browser does, and checks what every page must have.
func page(t *testing.T, method, address string, form url.Values) (int, string) {
	t.Helper()

	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}

	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = resp.Body.Close() }()

	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}

	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-",
	} {
		if got := resp.Header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	for _, want := range []string{
		`<html lang="en">`, `<meta name="viewport" content="width=device-width, initial-scale=1">`, "<title>", "<h1>", "<main>", "This is a stand-in for StackOne.",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %s:\n%s", want, text)
		}
	}

	if strings.Contains(string(text), "<script") || strings.Contains(string(text), "ZgotmplZ") || regexp.MustCompile(`(href|src|action)="[^"]*cs_`).Match(text) {
		t.Errorf("the page has a script or a link with the token:\n%s", text)
	}

	return resp.StatusCode, string(text)
}

// press submits the form of a page with the button of a connector.
func press(t *testing.T, s *stackonetest.Server, shown, connector string) (int, string) {
	t.Helper()

	form := url.Values{"connector": {connector}}
	for _, field := range regexp.MustCompile(`<input type="hidden" name="(.*?)" value="(.*?)">`).FindAllStringSubmatch(shown, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}

	action := regexp.MustCompile(`<form method="post" action="(.*?)"`).FindStringSubmatch(shown)
	if action == nil {
		t.Fatalf("the page has no form:\n%s", shown)
	}

	return page(t, http.MethodPost, s.URL()+action[1], form)
}

func openLink(t *testing.T, link string) (int, string) {
	t.Helper()
	return page(t, http.MethodGet, link, nil)
}

// linked tells how many accounts there are.
func linked(t *testing.T, s *stackonetest.Server) int {
	t.Helper()

	_, answer := exchange(t, s, http.MethodGet, "/accounts", "")

	var accounts []any
	if err := json.Unmarshal(answer, &accounts); err != nil {
		t.Fatal(err)
	}

	return len(accounts)
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

	s, _ := newHub(t)

	status, text := openLink(t, authLink(t, s, `, "origin_username": "jo@example.com", "label": "gold", "expires_in": 3600`))
	if status != http.StatusOK {
		t.Fatalf("%d:\n%s", status, text)
	}

	for _, want := range []string{
		"<h1>Connect a system for C</h1>", "<dd>C</dd>", "<code>c</code>", "<dd>jo@example.com</dd>",
		`<time datetime="2031-03-01T13:00:00Z">1 March 2031, 13:00 UTC</time>`, ">Connect Workday</button>", "(hris, ats)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s:\n%s", want, text)
		}
	}

	if linked(t, s) != 0 {
		t.Error("opening the link has connected")
	}

	status, text = press(t, s, text, "workday")

	id := regexp.MustCompile(`<dt>Linked account</dt>\n<dd><code>(.*)</code></dd>`).FindStringSubmatch(text)
	if status != http.StatusOK || id == nil || !strings.Contains(text, "<h1>C has connected Workday</h1>") || !strings.Contains(text, "<code>terraform apply</code>") {
		t.Fatalf("%d:\n%s", status, text)
	}

	if a, ok := s.Account(id[1]); !ok || a.Provider != "workday" || a.ProviderName != "Workday" || a.OriginOwnerID != "c" || a.Label != "gold" {
		t.Errorf("the account is %+v", a)
	}

	if strings.Contains(text, "cs_") {
		t.Errorf("the page after the button holds the token:\n%s", text)
	}

	if got := s.Requests(); len(got) != 2 {
		t.Errorf("%d requests in the log, want those of this test alone", len(got))
	}
}

func TestHub_offers(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)
	account := s.AddAccount(stackonetest.Account{Provider: "gusto", ProviderName: "Gusto"})

	for fields, want := range map[string][]string{
		"":                                                {"bamboohr", "workday", "salesforce"},
		`, "categories": ["ats", "messaging"]`:            {"workday"},
		`, "categories": ["crm", "hris"]`:                 {"bamboohr", "workday", "salesforce"},
		`, "categories": ["lms"]`:                         nil,
		`, "categories": [null, "crm"]`:                   {"salesforce"},
		`, "categories": [null]`:                          {"bamboohr", "workday", "salesforce"},
		`, "provider": "workday"`:                         {"workday"},
		`, "provider": "workday", "integration_id": "p1"`: nil,
		`, "connector_profile_id": "p1"`:                  {"bamboohr"},
		`, "integration_id": "p4"`:                        {"salesforce"},
		`, "account_id": "` + account + `"`:               {"gusto"},
		`, "account_id": "gone"`:                          nil,
		`, "provider": "workday", "categories": ["crm"]`:  nil,
	} {
		s.AddAccount(stackonetest.Account{ID: "gone"})
		link := authLink(t, s, fields)
		s.RemoveAccount("gone")

		status, text := openLink(t, link)
		if got := buttons(text); status != http.StatusOK || !slices.Equal(got, want) {
			t.Errorf("%s: %d with the buttons %q, want %q", fields, status, got, want)
		}

		reason := "No enabled auth config of the stand-in fits what the session is limited to. It has these connectors: <code>bamboohr, salesforce, workday</code>."
		if strings.Contains(fields, "gone") {
			reason = "the linked account <code>gone</code>, which the stand-in does not have"
		}

		if strings.Contains(text, reason) != (want == nil) {
			t.Errorf("%s: the page is\n%s", fields, text)
		}
	}
}

func TestHub_pressedForWhatIsNotOffered(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)

	_, text := openLink(t, authLink(t, s, `, "categories": ["hris"]`))
	for _, connector := range []string{"", "salesforce", "personio", "x"} {
		if status, answer := press(t, s, text, connector); status != http.StatusBadRequest || !strings.Contains(answer, "Nothing was connected") {
			t.Errorf("%q: %d\n%s", connector, status, answer)
		}
	}

	if n := linked(t, s); n != 0 {
		t.Errorf("%d accounts", n)
	}
}

func TestHub_linkOfNoUse(t *testing.T) {
	t.Parallel()

	s, clock := newHub(t)
	expiring := authLink(t, s, `, "expires_in": 60`)
	_, text := openLink(t, expiring)

	clock.Advance(time.Minute)

	const expired = "It was valid until 1 March 2031, 12:01 UTC."

	if status, text := openLink(t, expiring); status != http.StatusGone || !strings.Contains(text, "This link has expired") || !strings.Contains(text, expired) || strings.Contains(text, "<form") {
		t.Errorf("an expired link: %d\n%s", status, text)
	}

	if status, text := press(t, s, text, "workday"); status != http.StatusGone || !strings.Contains(text, expired) || linked(t, s) != 0 {
		t.Errorf("a button of an expired link: %d\n%s", status, text)
	}

	for _, query := range []string{"", "?token=", "?token=cs_unknown", "?token=%3Cscript%3E"} {
		if status, text := openLink(t, s.URL()+stackonetest.HubPath+query); status != http.StatusNotFound || !strings.Contains(text, "This link is unknown") {
			t.Errorf("%q: %d\n%s", query, status, text)
		}
	}
}

// What comes from a configuration or an auth config is text, whatever it holds.
func TestHub_escapes(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)

	_, text := openLink(t, authLink(t, s, `, "origin_owner_name": "</title><script>alert(1)</script>", "origin_username": "<img src=x onerror=alert(1)>"`))
	_, connected := press(t, s, text, "salesforce")

	for _, want := range []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "Sales &amp; &#34;Force&#34; &lt;b&gt;"} {
		if !strings.Contains(text, want) || !strings.Contains(connected, want) {
			t.Errorf("%q is missing in\n%s\n%s", want, text, connected)
		}
	}

	if strings.Contains(text, "<img") {
		t.Errorf("the page is\n%s", text)
	}
}

// In tests of the provider the links look like StackOne's, and nothing is served
// that StackOne does not have.
func TestHub_onlyForPersons(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	if got := authLink(t, s, ""); !strings.HasPrefix(got, "https://app.stackone.com/embedded/accounts?token=cs_") {
		t.Errorf("the link is %s", got)
	}

	if status, _ := exchange(t, s, http.MethodGet, stackonetest.HubPath, ""); status != http.StatusNotFound {
		t.Errorf("the page: %d", status)
	}
}

// A person opens a link on a telephone, finds the way to a button by keyboard, and
// presses it.
func TestHub_inBrowser(t *testing.T) {
	t.Parallel()

	const width = 360

	b := newBrowser(t, width)
	s, _ := newHub(t)
	owner := "<script>document.title = 1</script> " + strings.Repeat("W", 60)

	look := func() {
		t.Helper()

		for what, expression := range map[string]string{
			"nothing is wider than the window": fmt.Sprintf("innerWidth === %d && document.documentElement.scrollWidth === %d", width, width),
			"the style counts":                 "getComputedStyle(document.querySelector('header')).backgroundColor === 'rgb(255, 243, 205)'",
			"there is no script":               "document.scripts.length === 0 && document.title.startsWith(document.querySelector('h1').textContent)",
			"buttons can be hit by a finger":   "[...document.querySelectorAll('button')].every((b) => b.offsetHeight >= 44)",
		} {
			if got := b.value(expression); got != "true" {
				t.Errorf("not true on %s: %s", b.value("document.title"), what)
			}
		}
	}

	b.open(authLink(t, s, `, "origin_owner_name": "`+owner+`", "categories": ["hris"]`))
	look()

	want := []string{"heading Connect a system for " + owner, "heading Choose a system", "button Connect BambooHR", "button Connect Workday"}
	if got := b.accessible("heading", "button", "link"); !slices.Equal(got, want) {
		t.Errorf("a screen reader meets %q, want %q", got, want)
	}

	b.key("Tab", 9, "")
	b.key("Tab", 9, "")

	if got := b.value("document.activeElement.textContent + ', outline ' + getComputedStyle(document.activeElement).outlineWidth"); got != "Connect Workday, outline 3px" {
		t.Fatalf("the focus is at %s", got)
	}

	b.loaded(func() { b.key("Enter", 13, "\r") })
	look()

	id := b.value("document.querySelector('dd code').textContent")
	if a, ok := s.Account(id); !ok || a.Provider != "workday" || a.OriginOwnerName != owner {
		t.Errorf("the page names the account %q, which is %+v", id, a)
	}

	if got := b.value("location.href + document.referrer"); got != s.URL()+stackonetest.HubPath {
		t.Errorf("the page after the button is at %s", got)
	}

	if got := len(s.Requests()); got != 1 {
		t.Errorf("%d requests in the log, want the one that made the session", got)
	}
}
