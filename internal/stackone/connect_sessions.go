package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// ConnectSessionRequest is what a session is asked for with. Nil fields are not
// sent, so that the API's own defaults apply. Field names, types and defaults
// are those of StackOne's OpenAPI document and documentation.
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

// ConnectSession is what StackOne answers, without the echo of the request,
// which is not reliable.
type ConnectSession struct {
	ID string
	// OrganizationID and ProjectID are nil when the answer has none.
	OrganizationID *string
	ProjectID      *string
	// CreatedAt is the answer's created_at, else its Date header, else the local
	// time before the request.
	CreatedAt time.Time
	Token     Secret
	// AuthLinkURL and ExternalTriggerToken are zero when the answer has none.
	AuthLinkURL          Secret
	ExternalTriggerToken Secret
}

// connectSessionAnswer is the answer on the wire. Without its id and its token a
// session is of no use; nothing else is worth to lose one.
type connectSessionAnswer struct {
	ID                   identifier    `json:"id"`
	OrganizationID       lenient       `json:"organization_id"`
	ProjectID            lenient       `json:"project_id"`
	CreatedAt            instant       `json:"created_at"`
	Token                Secret        `json:"token"`
	AuthLinkURL          lenientSecret `json:"auth_link_url"`
	ExternalTriggerToken lenientSecret `json:"external_trigger_token"`
}

// lenientSecret is a secret that is zero for what is no string, or a blank one.
type lenientSecret struct{ Secret }

// UnmarshalJSON never fails.
func (l *lenientSecret) UnmarshalJSON(raw []byte) error {
	var secret Secret
	if secret.UnmarshalJSON(raw) == nil && strings.TrimSpace(secret.Reveal()) != "" {
		l.Secret = secret
	}

	return nil
}

// instant is a time that may turn out unreadable, which is no reason to lose the
// rest of an answer.
type instant struct{ time.Time }

// UnmarshalJSON leaves the zero time for what is not an RFC 3339 string.
func (i *instant) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		i.Time, _ = time.Parse(time.RFC3339Nano, text)
	}

	return nil
}

// CreateConnectSession makes a session. Its request is repeated also when an
// answer was lost: nobody knows the token of the session that may have been made
// then, and it ends by itself. Its errors are of type *Error.
func (c *Client) CreateConnectSession(ctx context.Context, r ConnectSessionRequest) (*ConnectSession, error) {
	var session *ConnectSession

	before := c.config.Clock.Now()

	err := c.do(ctx, call{
		method: http.MethodPost, route: "/connect_sessions", path: "/connect_sessions", body: r, maxAnswer: maxObject, replayLost: true,
		decode: func(header http.Header, body []byte) (err error) {
			session, err = decodeConnectSession(header, body, before)
			return err
		},
	})
	if err != nil {
		return nil, err
	}

	return session, nil
}

// decodeConnectSession reads the answer to a request that was sent after before.
func decodeConnectSession(header http.Header, body []byte, before time.Time) (*ConnectSession, error) {
	var answer connectSessionAnswer

	if err := decodeObject(header, body, &answer); err != nil {
		return nil, err
	}

	switch {
	case strings.TrimSpace(answer.Token.Reveal()) == "":
		return nil, errors.New("the answer holds no token")
	case answer.ID == "":
		return nil, errors.New("the answer holds no id")
	}

	created := answer.CreatedAt.Time
	if created.IsZero() {
		created = before

		if date, err := http.ParseTime(header.Get("Date")); err == nil {
			created = date
		}
	}

	return &ConnectSession{
		ID: string(answer.ID), OrganizationID: answer.OrganizationID.text, ProjectID: answer.ProjectID.text, CreatedAt: created,
		Token: answer.Token, AuthLinkURL: answer.AuthLinkURL.Secret, ExternalTriggerToken: answer.ExternalTriggerToken.Secret,
	}, nil
}
