package stackonetest

import (
	"encoding/json"
	"errors"
)

// ErrNoSession is what a customer meets whose link is unknown or has expired.
var ErrNoSession = errors.New("no valid session has this token")

// ConnectCustomer plays the customer who opens the link of a session and
// connects: an active account appears with the session's owner, label, metadata,
// type and sharing, or the existing account of the session's identity is opened. It
// returns the account's id.
func (s *Server) ConnectCustomer(token string) (string, error) {
	session, ok := s.session(token)
	if !ok {
		return "", ErrNoSession
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
		account.Provider = "bamboohr"
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
