package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ConnectSessionRequest creates a session. Nil fields are not sent, so the API's defaults apply.
type ConnectSessionRequest struct {
	OriginOwnerID      string          `json:"origin_owner_id"`
	OriginOwnerName    string          `json:"origin_owner_name"`
	OriginUsername     *string         `json:"origin_username,omitempty"`
	Categories         []string        `json:"categories,omitempty"`
	Provider           *string         `json:"provider,omitempty"`
	ConnectorProfileID *string         `json:"connector_profile_id,omitempty"`
	AccountID          *string         `json:"account_id,omitempty"`
	ExpiresIn          *int64          `json:"expires_in,omitempty"` // seconds
	Label              *string         `json:"label,omitempty"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
	Multiple           *bool           `json:"multiple,omitempty"`
	Type               *string         `json:"type,omitempty"`
}

// ConnectSession is a new session. The echo of the request is unreliable and not decoded.
type ConnectSession struct {
	ID                        string
	OrganizationID, ProjectID *string
	// CreatedAt falls back to the Date header, then to the local time before the request.
	CreatedAt                                time.Time
	Token, AuthLinkURL, ExternalTriggerToken Secret
}

// CreateConnectSession creates a session. It retries even if an attempt may have taken
// effect: without its response, that session's token is unknown and expires unused.
func (c *Client) CreateConnectSession(ctx context.Context, r ConnectSessionRequest) (*ConnectSession, error) {
	before := c.config.Clock.Now()

	return do(ctx, c, request{method: http.MethodPost, route: "/connect_sessions", body: r, retryAmbiguous: true}, func(header http.Header, body []byte) (*ConnectSession, error) {
		return decodeConnectSession(header, body, before)
	})
}

func decodeConnectSession(header http.Header, body []byte, before time.Time) (*ConnectSession, error) {
	o, err := decodeObject(header, body)
	if err != nil {
		return nil, err
	}

	session := &ConnectSession{
		ID: o.id("id"), OrganizationID: o.text("organization_id"), ProjectID: o.text("project_id"), CreatedAt: before,
		Token: o.secret("token"), AuthLinkURL: o.secret("auth_link_url"), ExternalTriggerToken: o.secret("external_trigger_token"),
	}

	// Unreadable optional fields are no reason to lose a session.
	switch {
	case session.Token.IsZero():
		return nil, errors.New("the response has no token")
	case session.ID == "":
		return nil, errors.New("the response has no id")
	}

	if created, _ := field[time.Time](o, "created_at"); created != nil {
		session.CreatedAt = *created
	} else if date, err := http.ParseTime(header.Get("Date")); err == nil {
		session.CreatedAt = date
	}

	return session, nil
}

// ConnectSessionDetails is an existing session. Its external trigger token is not decoded.
// Nil fields were null or absent; all but ID and LatestAttempt repeat the request.
type ConnectSessionDetails struct {
	ID                                             string
	OrganizationID, ProjectID                      *string
	OriginOwnerID, OriginOwnerName, OriginUsername *string
	Categories                                     []string
	Provider, ConnectorProfileID, AccountID, Label *string
	Metadata                                       json.RawMessage
	Type, CreatedAt                                *string
	LatestAttempt                                  *ConnectionAttempt
}

// ConnectionAttempt is an attempt to sign in by OAuth.
type ConnectionAttempt struct {
	ID, Status, AccountSecureID           *string
	OAuthErrorCode, OAuthErrorDescription *string
	CreatedAt, UpdatedAt                  *string
}

// GetConnectSession reads a session. IsNotFound reports whether the error means that it
// does not exist. A response with another ID is an ErrorResponse.
func (c *Client) GetConnectSession(ctx context.Context, id string) (*ConnectSessionDetails, error) {
	return do(ctx, c, request{method: http.MethodGet, route: "/connect_sessions/{id}", id: id}, ofObject(func(o object) (*ConnectSessionDetails, error) {
		if got := o.id("id"); got != id {
			return nil, fmt.Errorf("it is about the connect session %q, but the request was for %q", clean(c.scrub(got)), id)
		}

		return newConnectSessionDetails(o), nil
	}))
}

func newConnectSessionDetails(o object) *ConnectSessionDetails {
	session := &ConnectSessionDetails{
		ID: o.id("id"), OrganizationID: o.text("organization_id"), ProjectID: o.text("project_id"),
		OriginOwnerID: o.text("origin_owner_id"), OriginOwnerName: o.text("origin_owner_name"), OriginUsername: o.text("origin_username"),
		Categories: o.texts("categories"), Provider: o.text("provider"), ConnectorProfileID: o.text("connector_profile_id"),
		AccountID: o.text("account_id"), Label: o.text("label"), Type: o.word("type"), CreatedAt: o.text("created_at"),
	}

	if metadata, _ := field[object](o, "metadata"); metadata != nil {
		session.Metadata = o["metadata"]
	}

	if attempt, _ := field[object](o, "latest_connection_attempt"); attempt != nil {
		session.LatestAttempt = &ConnectionAttempt{
			ID: attempt.text("id"), Status: attempt.word("status"), AccountSecureID: attempt.text("account_secure_id"),
			OAuthErrorCode: attempt.text("oauth_error_code"), OAuthErrorDescription: attempt.text("oauth_error_description"),
			CreatedAt: attempt.text("created_at"), UpdatedAt: attempt.text("updated_at"),
		}
	}

	return session
}
