package stackonetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// HubPath is where the links of a server with the option Customers lead: to a page
// in place of StackOne's hub, for a person with a browser. Like ConnectPath it takes
// no key, and the log of requests does not hold it.
const HubPath = "/stand-in/hub"

// hub serves the pages behind the links.
type hub struct {
	server *Server
	page   *template.Template
}

// serveCustomers adds to the API what only a person in the customer's place needs.
func (s *Server) serveCustomers(api http.Handler) (http.Handler, error) {
	page, err := template.New("hub").Funcs(template.FuncMap{"join": strings.Join, "utc": time.Time.UTC}).Parse(hubHTML)
	if err != nil {
		return nil, err
	}

	h := hub{server: s, page: page}

	mux := http.NewServeMux()
	mux.HandleFunc("GET "+HubPath, h.open)
	mux.HandleFunc("POST "+HubPath, h.connect)
	mux.HandleFunc("POST "+ConnectPath, s.playCustomer)
	mux.Handle("GET /favicon.ico", http.NotFoundHandler()) // browsers ask for it by themselves
	mux.Handle("/", api)

	return mux, nil
}

// authLink is the link of a session with this token. What links look like today is
// unknown: older documents have another path on the same host, with the token in the
// query.
func (s *Server) authLink(token string) string {
	address := "https://app.stackone.com/embedded/accounts"
	if s.options.Customers {
		address = s.url + HubPath
	}

	return address + "?" + url.Values{"token": {token}}.Encode()
}

// hubView is what a page shows; what is empty is left out.
type hubView struct {
	Title string
	Style template.CSS
	// Problem says why there is nothing to do here.
	Problem string

	// Session, Token and Connectors are of a link that can be used.
	Session    *Session
	Token      string
	Connectors []*ConnectorProfile

	// Account is the id of the account that is linked now.
	Account string
}

// open shows what a link offers. It changes nothing, since programs follow links too.
func (h hub) open(w http.ResponseWriter, r *http.Request) {
	session, ok := h.find(w, r.URL.Query().Get("token"))
	if !ok {
		return
	}

	view := hubView{Title: "Connect a system for " + session.Text("origin_owner_name"), Session: &session, Token: session.Token}

	view.Connectors = h.offers(session)

	h.show(w, http.StatusOK, view)
}

// connect does what the button of a connector says.
func (h hub) connect(w http.ResponseWriter, r *http.Request) {
	session, ok := h.find(w, r.PostFormValue("token"))
	if !ok {
		return
	}

	for _, a := range h.offers(session) {
		if a.ConnectorKey != r.PostFormValue("connector") {
			continue
		}

		if id, err := h.server.connect(session.Token, a.ConnectorKey); err == nil {
			h.show(w, http.StatusOK, hubView{Title: session.Text("origin_owner_name") + " has connected " + a.ConnectorLabel, Account: id})
			return
		}
	}

	h.show(w, http.StatusBadRequest, hubView{
		Title: "Nothing was connected", Problem: "The session does not offer the connector that was chosen. Open the link again to see what it offers.",
	})
}

// find finds the session of a link that can be used, or shows why there is none.
func (h hub) find(w http.ResponseWriter, token string) (Session, bool) {
	sessions := h.server.Sessions()

	i := slices.IndexFunc(sessions, func(s Session) bool { return s.Token == token })
	if i < 0 {
		h.show(w, http.StatusNotFound, hubView{
			Title:   "This link is unknown",
			Problem: "The stand-in has issued no such link. A stand-in forgets its links when it stops, so this one may be of an earlier run. Replace the session in Terraform, with the stand-in that runs now, and open the link that comes out.",
		})

		return Session{}, false
	}

	if !h.server.options.Now().Before(sessions[i].ExpiresAt) {
		h.show(w, http.StatusGone, hubView{
			Title:   "This link has expired",
			Problem: "It was valid until " + sessions[i].ExpiresAt.UTC().Format(hubTime) + ". A new session gives a new link: replace the session in Terraform, and open the link that comes out.",
		})

		return Session{}, false
	}

	return sessions[i], true
}

const hubTime = "2 January 2006, 15:04 MST"

// show writes a page. No cache may keep it, no other page learns its address, and it
// can load nothing and run nothing.
func (h hub) show(w http.ResponseWriter, status int, view hubView) {
	view.Style = hubStyle

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

// offers lists the connectors of a session.
func (h hub) offers(session Session) []*ConnectorProfile {
	h.server.mu.Lock()
	defer h.server.mu.Unlock()

	return h.server.offers(&session)
}
