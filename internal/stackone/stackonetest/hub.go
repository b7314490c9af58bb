package stackonetest

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// HubPath is the page behind auth links with the option Customers, in place of StackOne's
// hub. It needs no key and is not logged.
const HubPath = "/fake/hub"

//go:embed hub.html
var hubHTML string

type hubView struct {
	Title, Message string
	Session        *Session
	Offers         []*ConnectorProfile
	Account        string
	Overview       bool
	Links          []*Session
	Accounts       []*Account
}

// authLink uses a path from older documents; the current one is unknown.
func (s *Server) authLink(token string) string {
	address := "https://app.stackone.com/embedded/accounts"
	if s.options.Customers {
		address = s.url + HubPath
	}

	return address + "?" + url.Values{"token": {token}}.Encode()
}

// page serves a page that is not cached, leaks no referrer and loads nothing. serve holds the
// lock.
func (s *Server) page(serve func(r *http.Request) (int, hubView)) http.HandlerFunc {
	utc := func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 MST") }
	_, rest, _ := strings.Cut(hubHTML, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	hash := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	page := template.Must(template.New("hub").Funcs(template.FuncMap{"join": strings.Join, "utc": utc}).Parse(hubHTML))

	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()

		status, view := serve(r)

		header := w.Header()
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Cache-Control", "no-store")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", policy)
		w.WriteHeader(status)
		_ = page.Execute(w, view)
	}
}

func (s *Server) overview(*http.Request) (int, hubView) {
	view := hubView{Title: "Links and accounts", Overview: true, Accounts: s.accounts}

	for _, session := range slices.Backward(s.sessions) {
		if s.valid(session) {
			view.Links = append(view.Links, session)
		}
	}

	return http.StatusOK, view
}

// openLink changes nothing, since programs follow links too.
func (s *Server) openLink(r *http.Request) (int, hubView) {
	session := s.validSession(r.FormValue("token"))
	if session == nil {
		return http.StatusNotFound, hubView{
			Title:   "This link is unknown or has expired",
			Message: "Replace the session in Terraform, and open the new link. The fake forgets its links when it stops, so this one may be of an earlier run.",
		}
	}

	return http.StatusOK, hubView{Title: "Connect a system for " + session.Text("origin_owner_name"), Session: session, Offers: s.offers(session)}
}

// press handles a button: connector connects, fail and cancel record an attempt.
func (s *Server) press(r *http.Request) (int, hubView) {
	status, view := s.openLink(r)
	if view.Session == nil {
		return status, view
	}

	offered := func(button string) *ConnectorProfile {
		return find(view.Offers, func(p *ConnectorProfile) bool { return p.ConnectorKey == r.PostForm.Get(button) })
	}

	if p := offered("connector"); p != nil {
		id := s.connect(view.Session, p)
		return http.StatusOK, hubView{Title: view.Session.Text("origin_owner_name") + " has connected " + p.ConnectorLabel, Account: id}
	}

	for button, attempt := range map[string]ConnectionAttempt{
		"fail":   {Status: "error", ErrorCode: "access_denied", ErrorDescription: "The user has not granted access."},
		"cancel": {Status: "cancelled"},
	} {
		if p := offered(button); p != nil && !p.APIKey {
			s.record(view.Session, attempt)

			return http.StatusOK, hubView{
				Title:   "Nothing was connected",
				Message: "The connection attempt of " + p.ConnectorLabel + " now has the status " + attempt.Status + ". To try again, go back in the browser.",
			}
		}
	}

	return http.StatusBadRequest, hubView{Title: "Nothing was connected", Message: "The session does not offer this connector. Open the link again to see what it offers."}
}
