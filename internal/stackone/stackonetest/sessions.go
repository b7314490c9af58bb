package stackonetest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Session is a connect session of the fake.
type Session struct {
	ID                   string
	Token                string
	AuthLinkURL          string
	ExternalTriggerToken string
	CreatedAt            time.Time
	ExpiresAt            time.Time
	Fields               map[string]json.RawMessage
	Attempt              *ConnectionAttempt
}

// ConnectionAttempt is an attempt to sign in by OAuth.
type ConnectionAttempt struct {
	ID string
	// Status is pending, authenticated, error or cancelled.
	Status string
	// AccountID and the errors are null if empty.
	AccountID                   string
	ErrorCode, ErrorDescription string
	CreatedAt, UpdatedAt        time.Time
}

// RecordAttempt sets the newest attempt of a session, with a default ID and times.
func (s *Server) RecordAttempt(token string, a ConnectionAttempt) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	session := s.validSession(token)
	if session == nil {
		return ErrNoSession
	}

	s.record(session, a)

	return nil
}

// The caller holds the lock.
func (s *Server) record(session *Session, a ConnectionAttempt) {
	if a.ID == "" {
		a.ID = rand.Text()
	}

	for _, at := range []*time.Time{&a.CreatedAt, &a.UpdatedAt} {
		if at.IsZero() {
			*at = s.options.Now()
		}
	}

	session.Attempt = &a
}

// Text returns a string field of the request, or "".
func (s Session) Text(name string) string {
	var text string

	_ = json.Unmarshal(s.Fields[name], &text)

	return text
}

// Sessions returns all sessions in the order of creation.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()

	out := make([]Session, len(s.sessions))
	for i, session := range s.sessions {
		out[i] = *session
	}

	return out
}

// EditResponse edits responses to created sessions. The stored session does not change.
func (s *Server) EditResponse(f func(response map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.edit = f
}

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

	out := session.response()
	out["token"], out["auth_link_url"] = session.Token, session.AuthLinkURL

	if s.edit != nil {
		s.edit(out)
	}

	s.mu.Unlock()

	respond(w, http.StatusCreated, out)
}

// dangling returns invalid references. StackOne documents that a provider must be enabled;
// the other checks, and 400, are inferred. Without any profiles, connectors are not
// checked. The caller holds the lock.
func (s *Server) dangling(session Session) []string {
	var out []string

	if id := session.Text("account_id"); id != "" && s.find(id) == nil {
		out = append(out, "account_id must be that of a linked account")
	}

	if id := session.Text("connector_profile_id"); id != "" && !s.enabled(func(p *ConnectorProfile) bool { return p.ID == id }) {
		out = append(out, "connector_profile_id must be that of an enabled connector profile")
	}

	if key := session.Text("provider"); key != "" && !s.enabled(func(p *ConnectorProfile) bool { return p.ConnectorKey == key }) {
		out = append(out, "provider must have an enabled connector profile")
	}

	return out
}

// enabled is also true if there are no profiles.
func (s *Server) enabled(fits func(p *ConnectorProfile) bool) bool {
	return len(s.profiles) == 0 || slices.ContainsFunc(s.profiles, func(p *ConnectorProfile) bool { return !p.Disabled && fits(p) })
}

// getSession also returns expired sessions. That is inferred.
func (s *Server) getSession(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	i := slices.IndexFunc(s.sessions, func(session *Session) bool { return session.ID == r.PathValue("id") })
	if i < 0 {
		s.refuse(w, http.StatusNotFound, fmt.Sprintf("Connect session %s not found", r.PathValue("id")))
		return
	}

	respond(w, http.StatusOK, s.sessions[i].response())
}

// authenticateSession returns 401 for an unknown or expired token. That is inferred.
func (s *Server) authenticateSession(w http.ResponseWriter, r *http.Request) {
	token := (&Session{Fields: decode(r)}).Text("token")

	s.mu.Lock()
	defer s.mu.Unlock()

	session := s.validSession(token)
	if session == nil {
		s.refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	}

	respond(w, http.StatusCreated, session.response())
}

// The caller holds the lock.
func (s *Server) validSession(token string) *Session {
	i := slices.IndexFunc(s.sessions, func(session *Session) bool {
		return session.Token == token && s.options.Now().Before(session.ExpiresAt)
	})
	if i < 0 {
		return nil
	}

	return s.sessions[i]
}

func (s *Session) response() map[string]any {
	out := map[string]any{
		"id":                        json.Number(s.ID),
		"organization_id":           "5001",
		"project_id":                "acme-27270",
		"created_at":                rfc3339(s.CreatedAt),
		"external_trigger_token":    s.ExternalTriggerToken,
		"latest_connection_attempt": nil,
	}

	if a := s.Attempt; a != nil {
		out["latest_connection_attempt"] = map[string]any{
			"id": a.ID, "status": nullable(a.Status), "account_secure_id": nullable(a.AccountID), "oauth_error_code": nullable(a.ErrorCode),
			"oauth_error_description": nullable(a.ErrorDescription), "created_at": rfc3339(a.CreatedAt), "updated_at": rfc3339(a.UpdatedAt),
		}
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

func validity(fields map[string]json.RawMessage) time.Duration {
	const standard = 1800

	seconds := float64(standard)

	_ = json.Unmarshal(fields["expires_in"], &seconds)

	return time.Duration(seconds * float64(time.Second))
}
