package stackonetest

import (
	"bytes"
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

var (
	//go:embed hub.html
	hubHTML string
	//go:embed hub.css
	hubStyle string
)

type hub struct {
	server *Server
	page   *template.Template
}

func (s *Server) serveCustomers(api http.Handler) (http.Handler, error) {
	utc := func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 MST") }

	page, err := template.New("hub").Funcs(template.FuncMap{"join": strings.Join, "utc": utc}).Parse(hubHTML)
	if err != nil {
		return nil, err
	}

	h := hub{server: s, page: page}

	mux := http.NewServeMux()
	mux.HandleFunc("GET "+HubPath, h.open)
	mux.HandleFunc("POST "+HubPath, h.press)
	mux.HandleFunc("POST "+ConnectPath, s.playCustomer)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") { // A browser, which would get a 401.
			h.overview(w)
		} else {
			api.ServeHTTP(w, r)
		}
	})
	mux.Handle("GET /favicon.ico", http.NotFoundHandler()) // browsers ask for it by themselves
	mux.Handle("/", api)

	return mux, nil
}

// authLink uses a path from older documents; the current one is unknown.
func (s *Server) authLink(token string) string {
	address := "https://app.stackone.com/embedded/accounts"
	if s.options.Customers {
		address = s.url + HubPath
	}

	return address + "?" + url.Values{"token": {token}}.Encode()
}

type hubView struct {
	Title, Message string
	Session        *Session
	Offers         []ConnectorProfile
	Account        string
	Overview       bool
	Links          []Session
	Accounts       []Account

	Path  string
	Style template.CSS
}

func (h hub) overview(w http.ResponseWriter) {
	view := hubView{Title: "Links and accounts", Overview: true}

	h.server.mu.Lock()

	for _, session := range slices.Backward(h.server.sessions) {
		if h.server.options.Now().Before(session.ExpiresAt) {
			view.Links = append(view.Links, *session)
		}
	}

	for _, account := range h.server.accounts {
		view.Accounts = append(view.Accounts, *account)
	}

	h.server.mu.Unlock()

	h.show(w, http.StatusOK, view)
}

// open changes nothing, since programs follow links too.
func (h hub) open(w http.ResponseWriter, r *http.Request) {
	if session, offers := h.find(w, r.URL.Query().Get("token")); session != nil {
		h.show(w, http.StatusOK, hubView{Title: "Connect a system for " + session.Text("origin_owner_name"), Session: session, Offers: offers})
	}
}

// press handles a button: connector connects, fail and cancel record an attempt.
func (h hub) press(w http.ResponseWriter, r *http.Request) {
	session, offers := h.find(w, r.PostFormValue("token"))
	if session == nil {
		return
	}

	offered := func(button string) *ConnectorProfile {
		i := slices.IndexFunc(offers, func(p ConnectorProfile) bool { return p.ConnectorKey == r.PostForm.Get(button) })
		if i < 0 || !r.PostForm.Has(button) {
			return nil
		}

		return &offers[i]
	}

	if p := offered("connector"); p != nil {
		if id, err := h.server.connect(session.Token, p.ConnectorKey); err == nil {
			h.show(w, http.StatusOK, hubView{Title: session.Text("origin_owner_name") + " has connected " + p.ConnectorLabel, Account: id})
			return
		}
	}

	for button, attempt := range map[string]ConnectionAttempt{
		"fail":   {Status: "error", ErrorCode: "access_denied", ErrorDescription: "The user has not granted access."},
		"cancel": {Status: "cancelled"},
	} {
		if p := offered(button); p != nil && !p.APIKey && h.server.RecordAttempt(session.Token, attempt) == nil {
			h.show(w, http.StatusOK, hubView{
				Title:   "Nothing was connected",
				Message: "The connection attempt of " + p.ConnectorLabel + " now has the status " + attempt.Status + ". To try again, go back in the browser.",
			})

			return
		}
	}

	h.show(w, http.StatusBadRequest, hubView{
		Title: "Nothing was connected", Message: "The session does not offer this connector. Open the link again to see what it offers.",
	})
}

func (h hub) find(w http.ResponseWriter, token string) (*Session, []ConnectorProfile) {
	h.server.mu.Lock()
	i := slices.IndexFunc(h.server.sessions, func(s *Session) bool { return s.Token == token })

	var (
		session Session
		offers  []ConnectorProfile
	)

	if i >= 0 {
		session = *h.server.sessions[i]
		for _, p := range h.server.offers(&session) {
			offers = append(offers, *p)
		}
	}

	h.server.mu.Unlock()

	switch {
	case i < 0:
		h.show(w, http.StatusNotFound, hubView{
			Title:   "This link is unknown",
			Message: "The fake forgets its links when it stops, so this one may be of an earlier run. Replace the session in Terraform, and open the new link.",
		})
	case !h.server.options.Now().Before(session.ExpiresAt):
		h.show(w, http.StatusGone, hubView{Title: "This link has expired", Message: "Replace the session in Terraform, and open the new link."})
	default:
		return &session, offers
	}

	return nil, nil
}

// show writes a page that is not cached, leaks no referrer and loads nothing.
func (h hub) show(w http.ResponseWriter, status int, view hubView) {
	view.Path, view.Style = HubPath, template.CSS(hubStyle) //nolint:gosec // The style is a file of this package.

	var page bytes.Buffer
	if err := h.page.Execute(&page, view); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}

	style := sha256.Sum256([]byte(hubStyle))

	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
