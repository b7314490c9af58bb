package stackonetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// ErrNoSession is what a customer meets whose link is unknown or has expired.
var ErrNoSession = errors.New("no valid session has this token")

// ConnectPath is where a person plays the customer, as ConnectCustomer does for a
// test: by a POST of a form with the link, for those who have no browser at hand.
// StackOne has no such address. So it takes no key, and the log of requests does not
// hold it. Only a server with the option Customers has it.
const ConnectPath = "/stand-in/connect"

func (s *Server) playCustomer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")

	link, err := url.Parse(r.PostFormValue("link"))
	if err != nil {
		link = &url.URL{}
	}

	id, err := s.ConnectCustomer(link.Query().Get("token"))
	if err != nil {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintln(w, "This is no link that the stand-in has issued, or it has expired.")

		return
	}

	_, _ = fmt.Fprintf(w, "The customer has connected. Linked account: %s\n", id)
}

// ConnectCustomer plays the customer who opens the link of a session and
// connects: an active account appears with the session's owner, label, metadata,
// type and sharing, or the existing account of the session's identity is opened. The
// connector is the session's; where it names none, the first that it offers, or
// BambooHR where no auth config fits. It returns the account's id.
func (s *Server) ConnectCustomer(token string) (string, error) { return s.connect(token, "") }

// connect is ConnectCustomer with the connector that the customer chooses. A session
// that names a connector leaves no choice, and "" chooses none.
func (s *Server) connect(token, chosen string) (string, error) {
	session, ok := s.session(token)
	if !ok {
		return "", ErrNoSession
	}

	if offers := s.offers(session); chosen == "" && len(offers) > 0 {
		chosen = offers[0].ConnectorKey
	}

	if chosen == "" {
		chosen = "bamboohr"
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if id := session.Text("account_id"); id != "" {
		if s.find(id) == nil {
			return "", ErrNoSession
		}

		return id, nil
	}

	account := Account{
		Provider: session.Text("provider"), OriginOwnerID: session.Text("origin_owner_id"), OriginOwnerName: session.Text("origin_owner_name"),
		OriginUsername: session.Text("origin_username"), Label: session.Text("label"), Type: session.Text("type"), Metadata: session.Fields["metadata"],
	}
	if account.Provider == "" {
		account.Provider = chosen
	}

	for _, a := range s.authConfigs {
		if a.ConnectorKey == account.Provider {
			account.ProviderName = a.ConnectorLabel
		}
	}

	_ = json.Unmarshal(session.Fields["shared"], &account.Shared)

	var multiple bool

	_ = json.Unmarshal(session.Fields["multiple"], &multiple)

	for _, a := range s.accounts {
		if !multiple && a.Provider == account.Provider && a.OriginOwnerID == account.OriginOwnerID && a.OriginOwnerName == account.OriginOwnerName {
			return a.ID, nil
		}
	}

	return s.addAccount(account), nil
}
