package stackonetest

import (
	"cmp"
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
	ID               string `json:"id"`
	Status           string `json:"status,omitempty"` // pending, authenticated, error or cancelled
	AccountID        string `json:"account_secure_id,omitempty"`
	ErrorCode        string `json:"oauth_error_code,omitempty"`
	ErrorDescription string `json:"oauth_error_description,omitempty"`
	CreatedAt        string `json:"created_at"`
	UpdatedAt        string `json:"updated_at"`
}

// RecordAttempt sets the newest attempt of a session, with a default ID and times.
func (s *Server) RecordAttempt(token string, a ConnectionAttempt) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	if session := s.validSession(token); session != nil {
		s.record(session, a)
		return nil
	}

	return errLink
}

func (s *Server) record(session *Session, a ConnectionAttempt) {
	now := rfc3339(s.options.Now())
	a.ID, a.CreatedAt, a.UpdatedAt = cmp.Or(a.ID, rand.Text()), cmp.Or(a.CreatedAt, now), cmp.Or(a.UpdatedAt, now)
	session.Attempt = &a
}

// Text returns a string field of the request, or "".
func (s Session) Text(name string) string { return text(s.Fields, name) }

// Sessions returns all sessions in the order of creation.
func (s *Server) Sessions() []Session { return copies(s, &s.sessions) }

// EditResponse edits responses to created sessions. The stored session does not change.
func (s *Server) EditResponse(f func(response map[string]any)) { s.locked(func() { s.edit = f }) }

func (s *Server) createSession(r *Request) (int, any) {
	if wrong := s.dangling(r.Fields); len(wrong) > 0 {
		return http.StatusBadRequest, wrong
	}

	seconds := 1800.0
	_ = json.Unmarshal(r.Fields["expires_in"], &seconds)

	now, token := s.options.Now(), "cs_"+rand.Text()+rand.Text()
	session := &Session{
		ID: fmt.Sprint(100_001 + len(s.sessions)), Token: token, AuthLinkURL: s.authLink(token), ExternalTriggerToken: "ett_" + rand.Text(),
		CreatedAt: now, ExpiresAt: now.Add(time.Duration(seconds * float64(time.Second))), Fields: r.Fields,
	}
	s.sessions = append(s.sessions, session)

	out := session.response()
	out["token"], out["auth_link_url"] = session.Token, session.AuthLinkURL

	if s.edit != nil {
		s.edit(out)
	}

	return http.StatusCreated, out
}

// dangling returns invalid references. StackOne documents that a provider must be enabled;
// the other checks, and 400, are inferred. Without any profiles, connectors are not
// checked.
func (s *Server) dangling(fields map[string]json.RawMessage) (out refusal) {
	if id := text(fields, "connector_profile_id"); id != "" && !s.enabled(func(p *ConnectorProfile) bool { return p.ID == id }) {
		out = append(out, "connector_profile_id must be that of an enabled connector profile")
	}

	if id := text(fields, "account_id"); id != "" && s.account(id) == nil {
		out = append(out, "account_id must be that of a linked account")
	}

	if key := text(fields, "provider"); key != "" && !s.enabled(func(p *ConnectorProfile) bool { return p.ConnectorKey == key }) {
		out = append(out, "provider must have an enabled connector profile")
	}

	return out
}

// enabled is also true if there are no profiles.
func (s *Server) enabled(fits func(p *ConnectorProfile) bool) bool {
	return len(s.profiles) == 0 || slices.ContainsFunc(s.profiles, func(p *ConnectorProfile) bool { return !p.Disabled && fits(p) })
}

// getSession also returns expired sessions. That is inferred.
func (s *Server) getSession(r *Request) (int, any) {
	session := find(s.sessions, func(session *Session) bool { return session.ID == r.id })
	if session == nil {
		return http.StatusNotFound, refusal{"Connect session " + r.id + " not found"}
	}

	return http.StatusOK, session.response()
}

func (s *Server) validSession(token string) *Session {
	return find(s.sessions, func(session *Session) bool { return session.Token == token && s.valid(session) })
}

func (s *Server) valid(session *Session) bool { return s.options.Now().Before(session.ExpiresAt) }

func (s *Session) response() map[string]any {
	out := map[string]any{
		"id": json.Number(s.ID), "organization_id": "5001", "project_id": "acme-27270", "created_at": rfc3339(s.CreatedAt),
		"external_trigger_token": s.ExternalTriggerToken, "latest_connection_attempt": s.Attempt,
	}

	for _, name := range []string{
		"origin_owner_id", "origin_owner_name", "origin_username", "provider", "account_id", "label", "metadata", "categories", "type", "connector_profile_id",
	} {
		out[name] = s.Fields[name] // A nil json.RawMessage is null.
	}

	return out
}
