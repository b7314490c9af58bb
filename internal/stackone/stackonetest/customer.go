package stackonetest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

var errLink = errors.New("The fake has issued no such link, or it has expired, or it offers no connector.") //nolint:revive,staticcheck // The customer sees it.

// ConnectPath connects the customer of a link, given by a POSTed form. It needs no key and
// is not logged. It exists only with the option Customers.
const ConnectPath = "/fake/connect"

func (s *Server) playCustomer(w http.ResponseWriter, r *http.Request) {
	_, token, _ := strings.Cut(r.PostFormValue("link"), "?token=")

	id, err := s.ConnectCustomer(token)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}

	_, _ = fmt.Fprintf(w, "The customer has connected. Linked account: %s\n", id) //nolint:gosec // It is plain text.
}

// ConnectCustomer simulates a customer who opens the link of a session and connects the
// first connector that it offers. It creates an active account from the session, or opens
// the existing one of the same identity, and returns the account's ID. With OAuth, the
// session gets an authenticated attempt.
func (s *Server) ConnectCustomer(token string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if session := s.validSession(token); session != nil {
		if offers := s.offers(session); len(offers) > 0 {
			return s.connect(session, offers[0]), nil
		}
	}

	return "", errLink
}

// connect returns the account of the session or of its identity, and creates it if needed.
func (s *Server) connect(session *Session, profile *ConnectorProfile) string {
	account := Account{
		ID: session.Text("account_id"), Provider: profile.ConnectorKey, ProviderName: profile.ConnectorLabel, ConnectorProfileID: profile.ID, Categories: profile.Categories,
		OriginOwnerID: session.Text("origin_owner_id"), OriginOwnerName: session.Text("origin_owner_name"), OriginUsername: session.Text("origin_username"),
		Label: session.Text("label"), Type: session.Text("type"), Metadata: session.Fields["metadata"],
	}

	var multiple bool

	_ = json.Unmarshal(session.Fields["multiple"], &multiple)

	for _, a := range s.accounts {
		if account.ID == "" && !multiple && a.Provider == account.Provider && a.OriginOwnerID == account.OriginOwnerID && a.OriginOwnerName == account.OriginOwnerName {
			account.ID = a.ID
		}
	}

	if s.account(account.ID) == nil {
		account.ID = s.addAccount(account)
	}

	if !profile.APIKey {
		s.record(session, ConnectionAttempt{Status: "authenticated", AccountID: account.ID})
	}

	return account.ID
}

// offers returns the profiles that a session offers: the default one of each connector, or else the
// first. A session for an account offers only that account's connector. Without any profiles, it is
// the session's connector, or BambooHR.
func (s *Server) offers(session *Session) []*ConnectorProfile {
	provider, profile := session.Text("provider"), session.Text("connector_profile_id")

	if id := session.Text("account_id"); id != "" {
		a := s.account(id)
		if a == nil {
			return nil
		}

		apiKey := slices.ContainsFunc(s.profiles, func(p *ConnectorProfile) bool { return p.ConnectorKey == a.Provider && p.APIKey })

		return []*ConnectorProfile{{ConnectorKey: a.Provider, ConnectorLabel: a.ProviderName, APIKey: apiKey}}
	}

	if len(s.profiles) == 0 {
		return []*ConnectorProfile{{ConnectorKey: cmp.Or(provider, "bamboohr")}}
	}

	var (
		categories []string
		out        []*ConnectorProfile
	)

	_ = json.Unmarshal(session.Fields["categories"], &categories)

	for _, p := range s.profiles {
		if p.Disabled || provider != "" && provider != p.ConnectorKey || profile != "" && profile != p.ID ||
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
