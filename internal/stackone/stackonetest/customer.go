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

// ErrNoSession reports an unknown or expired link.
var ErrNoSession = errors.New("no valid session has this token")

// ErrNotOffered reports a session for a connector or profile that is not enabled.
var ErrNotOffered = errors.New("the session offers no such connector")

// ConnectPath connects the customer of a link, given by a POSTed form. It needs no key and
// is not logged. It exists only with the option Customers.
const ConnectPath = "/fake/connect"

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
		_, _ = fmt.Fprintln(w, "The fake does not offer the connector or the profile of the session.")
	case err != nil:
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintln(w, "The fake has issued no such link, or it has expired.")
	default:
		_, _ = fmt.Fprintf(w, "The customer has connected. Linked account: %s\n", id)
	}
}

// ConnectCustomer simulates a customer who opens the link of a session and connects. It
// creates an active account from the session, or opens the existing one of the same
// identity, and returns the account's ID. With OAuth, the session gets an authenticated
// attempt.
//
// The connector is the first that the session offers. Without any profiles, it is that of
// the session, or BambooHR.
func (s *Server) ConnectCustomer(token string) (string, error) { return s.connect(token, "") }

// chosen is the customer's connector; empty means the first.
func (s *Server) connect(token, chosen string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	session := s.validSession(token)
	if session == nil {
		return "", ErrNoSession
	}

	profile, err := s.choose(session, chosen)
	if err != nil {
		return "", err
	}

	id := session.Text("account_id")
	if id == "" {
		id = s.link(session, profile)
	}

	if !profile.APIKey {
		s.record(session, ConnectionAttempt{Status: "authenticated", AccountID: id})
	}

	return id, nil
}

// The caller holds the lock.
func (s *Server) choose(session *Session, chosen string) (*ConnectorProfile, error) {
	offers := s.offers(session)
	provider := session.Text("provider")

	i := slices.IndexFunc(offers, func(p *ConnectorProfile) bool { return chosen == "" || p.ConnectorKey == chosen })

	switch {
	case i >= 0:
		return offers[i], nil
	case session.Text("account_id") != "":
		return nil, ErrNoSession
	case chosen != "" || session.Text("connector_profile_id") != "" || provider != "" && len(s.profiles) > 0:
		return nil, ErrNotOffered
	default:
		return &ConnectorProfile{ConnectorKey: cmp.Or(provider, "bamboohr")}, nil
	}
}

// link returns the account of the session's identity, and creates it if needed. The caller
// holds the lock.
func (s *Server) link(session *Session, profile *ConnectorProfile) string {
	account := Account{
		Provider: profile.ConnectorKey, ProviderName: profile.ConnectorLabel, ConnectorProfileID: profile.ID, Categories: profile.Categories,
		OriginOwnerID: session.Text("origin_owner_id"), OriginOwnerName: session.Text("origin_owner_name"), OriginUsername: session.Text("origin_username"),
		Label: session.Text("label"), Type: session.Text("type"), Metadata: session.Fields["metadata"],
	}

	var multiple bool

	_ = json.Unmarshal(session.Fields["multiple"], &multiple)

	for _, a := range s.accounts {
		if !multiple && a.Provider == account.Provider && a.OriginOwnerID == account.OriginOwnerID && a.OriginOwnerName == account.OriginOwnerName {
			return a.ID
		}
	}

	return s.addAccount(account)
}

// offers returns the profiles that a session offers: the default one of each connector, or else the
// first. A session for an account offers only that account's connector. The caller holds the lock.
func (s *Server) offers(session *Session) []*ConnectorProfile {
	if id := session.Text("account_id"); id != "" {
		a := s.find(id)
		if a == nil {
			return nil
		}

		offer := ConnectorProfile{ConnectorKey: a.Provider, ConnectorLabel: a.ProviderName}
		offer.APIKey = slices.ContainsFunc(s.profiles, func(p *ConnectorProfile) bool { return p.ConnectorKey == a.Provider && p.APIKey })

		return []*ConnectorProfile{&offer}
	}

	var categories []string

	_ = json.Unmarshal(session.Fields["categories"], &categories)

	admits := func(wanted, has string) bool { return wanted == "" || wanted == has }

	var out []*ConnectorProfile

	for _, p := range s.profiles {
		if p.Disabled || !admits(session.Text("provider"), p.ConnectorKey) || !admits(session.Text("connector_profile_id"), p.ID) ||
			len(categories) > 0 && !slices.ContainsFunc(p.Categories, func(c string) bool { return slices.Contains(categories, c) }) {
			continue
		}

		switch i := slices.IndexFunc(out, func(other *ConnectorProfile) bool { return other.ConnectorKey == p.ConnectorKey }); {
		case i < 0:
			out = append(out, p)
		case p.Default && !out[i].Default:
			out[i] = p
		}
	}

	return out
}
