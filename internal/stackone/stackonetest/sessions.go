package stackonetest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Session is a connect session that the server issued.
type Session struct {
	ID                   string
	Token                string
	AuthLinkURL          string
	ExternalTriggerToken string
	CreatedAt            time.Time
	ExpiresAt            time.Time
	// Fields are what the session was asked for with.
	Fields map[string]json.RawMessage
}

// Text is a string field of the request, "" when it was absent.
func (s Session) Text(name string) string {
	var text string

	_ = json.Unmarshal(s.Fields[name], &text)

	return text
}

// Sessions returns all sessions in the order of their creation.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()

	out := make([]Session, len(s.sessions))
	for i, session := range s.sessions {
		out[i] = *session
	}

	return out
}

// EditAnswer changes the answers to created sessions on their way out. The
// session itself stays as it was issued.
func (s *Server) EditAnswer(f func(answer map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.edit = f
}

// decode reads the fields of a valid request.
func decode(r *http.Request) map[string]json.RawMessage {
	var fields map[string]json.RawMessage

	_ = json.NewDecoder(r.Body).Decode(&fields)

	return fields
}

func (s *Server) createSession(w http.ResponseWriter, r *http.Request) {
	fields := decode(r)

	s.mu.Lock()

	if wrong := s.dangling(Session{Fields: fields}); len(wrong) > 0 {
		s.mu.Unlock()
		s.refuse(w, http.StatusBadRequest, wrong...)

		return
	}

	now := s.options.Now()
	token := "cs_" + rand.Text() + rand.Text()
	session := &Session{
		ID: fmt.Sprint(100_001 + len(s.sessions)), Token: token, AuthLinkURL: s.authLink(token),
		ExternalTriggerToken: "ett_" + rand.Text(), CreatedAt: now, ExpiresAt: now.Add(validity(fields)), Fields: fields,
	}
	s.sessions = append(s.sessions, session)

	out := session.answer()
	out["token"], out["auth_link_url"] = session.Token, session.AuthLinkURL

	if s.edit != nil {
		s.edit(out)
	}

	s.mu.Unlock()

	answer(w, http.StatusCreated, out)
}

// dangling are the complaints about what a session refers to and the project does not
// have. That a provider must be enabled to get a session is documented; that the
// others must exist is inferred, and so is 400, since no code is documented. Without
// any auth config, connectors are not checked: few tests need a catalogue. Whether
// provider and profile must fit each other is unknown. The caller holds the lock.
func (s *Server) dangling(session Session) []string {
	var out []string

	if id := session.Text("account_id"); id != "" && s.find(id) == nil {
		out = append(out, "account_id must be that of a linked account")
	}

	enabled := func(fits func(a AuthConfig) bool) bool {
		return len(s.authConfigs) == 0 || slices.ContainsFunc(s.authConfigs, func(a AuthConfig) bool { return !a.Disabled && fits(a) })
	}

	if id := session.Text("connector_profile_id"); id != "" && !enabled(func(a AuthConfig) bool { return a.ID == id }) {
		out = append(out, "connector_profile_id must be that of an enabled connector profile")
	}

	if key := session.Text("provider"); key != "" && !enabled(func(a AuthConfig) bool { return a.ConnectorKey == key }) {
		out = append(out, "provider must have an enabled connector profile")
	}

	return out
}

// authenticateSession answers the session of a token, without the token. That it
// refuses a wrong or an expired one with 401 is inferred; no code is documented.
func (s *Server) authenticateSession(w http.ResponseWriter, r *http.Request) {
	session, ok := s.session((&Session{Fields: decode(r)}).Text("token"))
	if !ok {
		s.refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	}

	answer(w, http.StatusCreated, session.answer())
}

// session finds the valid session of a token.
func (s *Server) session(token string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	for _, session := range s.sessions {
		if session.Token == token && s.options.Now().Before(session.ExpiresAt) {
			return *session, true
		}
	}

	return Session{}, false
}

// answer is the session as the API answers it, with the echo of the request.
func (s *Session) answer() map[string]any {
	out := map[string]any{
		"id":                        json.Number(s.ID),
		"organization_id":           "5001",
		"project_id":                "acme-27270",
		"created_at":                s.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z07:00"),
		"external_trigger_token":    s.ExternalTriggerToken,
		"latest_connection_attempt": nil,
	}

	for _, name := range []string{
		"origin_owner_id", "origin_owner_name", "origin_username", "provider", "account_id", "label", "metadata", "categories", "type", "connector_profile_id",
	} {
		out[name] = nil
		if raw, sent := s.Fields[name]; sent {
			out[name] = raw
		}
	}

	return out
}

// validity is how long a session lasts that was asked for with these fields.
func validity(fields map[string]json.RawMessage) time.Duration {
	const standard = 1800

	seconds := float64(standard)

	_ = json.Unmarshal(fields["expires_in"], &seconds)

	return time.Duration(seconds * float64(time.Second))
}
