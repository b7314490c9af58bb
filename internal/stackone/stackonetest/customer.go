package stackonetest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// ErrNoSession is what a customer meets whose link is unknown or has expired.
var ErrNoSession = errors.New("no valid session has this token")

// ErrNotOffered is what a customer meets whose session names a connector or an auth
// config that the project does not offer, or does not offer any more.
var ErrNotOffered = errors.New("the session offers no such connector")

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

	switch {
	case errors.Is(err, ErrNotOffered):
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintln(w, "The stand-in does not offer the connector or the auth config that the session names.")

		return
	case err != nil:
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintln(w, "This is no link that the stand-in has issued, or it has expired.")

		return
	}

	_, _ = fmt.Fprintf(w, "The customer has connected. Linked account: %s\n", id)
}

// ConnectCustomer plays the customer who opens the link of a session and
// connects: an active account appears with the session's owner, label, metadata,
// type and sharing, or the existing account of the session's identity is opened. The
// connector is the first that the session offers. Where none is offered, a session
// that names neither connector nor auth config gets BambooHR, and one that names a
// connector gets that as long as the server has no auth config at all. It returns the
// account's id.
func (s *Server) ConnectCustomer(token string) (string, error) { return s.connect(token, "") }

// connect is ConnectCustomer with the connector that the customer chooses; ""
// chooses the first.
func (s *Server) connect(token, chosen string) (string, error) {
	session, ok := s.session(token)
	if !ok {
		return "", ErrNoSession
	}

	offers := s.offers(session)

	s.mu.Lock()
	defer s.mu.Unlock()

	if id := session.Text("account_id"); id != "" {
		if s.find(id) == nil {
			return "", ErrNoSession
		}

		return id, nil
	}

	var taken AuthConfig

	i := slices.IndexFunc(offers, func(a AuthConfig) bool { return chosen == "" || a.ConnectorKey == chosen })

	switch provider := session.Text("provider"); {
	case i >= 0:
		taken = offers[i]
	case chosen != "" || session.Text("connector_profile_id") != "" || provider != "" && len(s.authConfigs) > 0:
		return "", ErrNotOffered
	default:
		taken.ConnectorKey = cmp.Or(provider, "bamboohr")
	}

	account := Account{
		Provider: taken.ConnectorKey, ProviderName: taken.ConnectorLabel,
		OriginOwnerID: session.Text("origin_owner_id"), OriginOwnerName: session.Text("origin_owner_name"), OriginUsername: session.Text("origin_username"),
		Label: session.Text("label"), Type: session.Text("type"), Metadata: session.Fields["metadata"],
	}

	var multiple bool

	_ = json.Unmarshal(session.Fields["multiple"], &multiple)

	for _, a := range s.accounts {
		if !multiple && a.Provider == account.Provider && a.OriginOwnerID == account.OriginOwnerID && a.OriginOwnerName == account.OriginOwnerName {
			return a.ID, nil
		}
	}

	return s.addAccount(account), nil
}
