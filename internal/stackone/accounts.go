package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Account is a linked account, as far as the API's version 1 documents it. Its
// credentials and setup information are not decoded, so that they can reach
// nothing. Nil fields were null or absent; Lacks tells which.
type Account struct {
	ID              string
	Provider        *string
	ProviderName    *string
	Status          *string
	StatusReasons   []StatusReason
	OriginOwnerID   *string
	OriginOwnerName *string
	OriginUsername  *string
	Label           *string
	Type            *string
	Shared          *bool
	// CreatedAt and UpdatedAt are RFC 3339, as the answer has them.
	CreatedAt *string
	UpdatedAt *string

	// said holds the fields that the answer mentions, by their documented names.
	said map[string]bool
}

// Lacks reports whether the answer says nothing of a field, under any of its
// names, or nothing that can be read: then the field is nil, and yet may have a
// value at StackOne. What is null or blank is not lacking. The field is named as
// the API documents it, for example "origin_owner_id".
func (a *Account) Lacks(field string) bool { return !a.said[field] }

// StatusReason is why an account has its status.
type StatusReason struct {
	Code        *string
	Description *string
	// Timestamp is RFC 3339, as the answer has it.
	Timestamp *string
}

// AccountUpdate says what to set; nil fields are left as they are.
type AccountUpdate struct {
	Label           *string         `json:"label,omitempty"`
	OriginOwnerID   *string         `json:"origin_owner_id,omitempty"`
	OriginOwnerName *string         `json:"origin_owner_name,omitempty"`
	OriginUsername  *string         `json:"origin_username,omitempty"`
	Type            *string         `json:"type,omitempty"`
	Shared          *bool           `json:"shared,omitempty"`
	Metadata        json.RawMessage `json:"metadata,omitempty"`
}

// IsEmpty reports whether there is nothing to set.
func (u AccountUpdate) IsEmpty() bool {
	return u.Label == nil && u.OriginOwnerID == nil && u.OriginOwnerName == nil && u.OriginUsername == nil &&
		u.Type == nil && u.Shared == nil && u.Metadata == nil
}

// GetAccount reads one account. IsNotFound tells when there is none. An answer
// about another account is an ErrorAnswer.
func (c *Client) GetAccount(ctx context.Context, id string) (*Account, error) {
	return c.account(ctx, http.MethodGet, id, nil)
}

// UpdateAccount sets what the update names and returns the account. An answer
// about another account is an ErrorAnswer, and the update may have taken effect.
func (c *Client) UpdateAccount(ctx context.Context, id string, update AccountUpdate) (*Account, error) {
	return c.account(ctx, http.MethodPatch, id, update)
}

// DeleteAccount deletes an account. IsNotFound tells when there was none, or none any
// more: an earlier attempt, whose answer was lost, may have deleted it.
func (c *Client) DeleteAccount(ctx context.Context, id string) error {
	what := accountCall(http.MethodDelete, id)
	// The answer is the deleted account, which nobody needs.
	what.decode = func(http.Header, []byte) error { return nil }

	return c.do(ctx, what)
}

func accountCall(method, id string) call {
	return call{method: method, route: "/accounts/{id}", path: "/accounts/" + escape(id), maxAnswer: maxObject}
}

func (c *Client) account(ctx context.Context, method, id string, body any) (*Account, error) {
	var account Account

	what := accountCall(method, id)
	what.body = body
	what.decode = func(header http.Header, raw []byte) (err error) {
		if err := decodeObject(header, raw, &struct{}{}); err != nil {
			return err
		}

		if account, err = decodeAccount(raw); err != nil {
			return err
		}

		// Without both identifiers nobody could tell what was mixed up.
		if account.ID != id {
			return fmt.Errorf("it is about the account %q, but the request was for %q", clean(c.scrub(account.ID)), id)
		}

		return nil
	}

	if err := c.do(ctx, what); err != nil {
		return nil, err
	}

	return &account, nil
}

// escape makes an id one segment of a path, also when it is "." or "..", which a
// server or a proxy would resolve.
func escape(id string) string {
	switch id {
	case ".":
		return "%2E"
	case "..":
		return "%2E%2E"
	}

	return url.PathEscape(id)
}

// accountAnswer is an account on the wire, with the names that the API's newer
// version has given some of its fields.
type accountAnswer struct {
	ID              identifier `json:"id"`
	Provider        lenient    `json:"provider"`
	Connector       lenient    `json:"connector"`
	ProviderName    lenient    `json:"provider_name"`
	ConnectorName   lenient    `json:"connector_name"`
	Status          lenient    `json:"status"`
	StatusReasons   reasons    `json:"status_reasons"`
	OriginOwnerID   lenient    `json:"origin_owner_id"`
	OwnerID         lenient    `json:"owner_id"`
	OriginOwnerName lenient    `json:"origin_owner_name"`
	OwnerName       lenient    `json:"owner_name"`
	OriginUsername  lenient    `json:"origin_username"`
	OwnerUsername   lenient    `json:"owner_username"`
	Label           lenient    `json:"label"`
	Type            lenient    `json:"type"`
	Shared          lenientBit `json:"shared"`
	CreatedAt       lenient    `json:"created_at"`
	UpdatedAt       lenient    `json:"updated_at"`
}

// lenient is a string that is nil for null and for what is blank: there is one way
// to say that a field has no value. said is false where an answer lacks the field,
// and where it holds what is neither string nor number, which says as little.
type lenient struct {
	text *string
	said bool
}

// UnmarshalJSON never fails: a field of another type must not hide the others.
func (l *lenient) UnmarshalJSON(raw []byte) error {
	var text identifier
	if text.UnmarshalJSON(raw) != nil {
		return nil //nolint:nilerr // See above.
	}

	l.said = true

	if strings.TrimSpace(string(text)) != "" {
		l.text = new(string(text))
	}

	return nil
}

// lower is the string in lower case, as the API documents the words of its enums;
// examples in its documentation print them in capitals.
func (l lenient) lower() *string {
	if l.text == nil {
		return nil
	}

	return new(strings.ToLower(*l.text))
}

// or prefers the first of two spellings.
func (l lenient) or(o lenient) lenient {
	if l.text != nil {
		return l
	}

	return lenient{text: o.text, said: l.said || o.said}
}

// lenientBit is a boolean that is nil for null, with said as in lenient.
type lenientBit struct {
	bit  *bool
	said bool
}

// UnmarshalJSON never fails.
func (l *lenientBit) UnmarshalJSON(raw []byte) error {
	var bit *bool
	if json.Unmarshal(raw, &bit) == nil {
		l.bit, l.said = bit, true
	}

	return nil
}

// reasons is a list of reasons that is nil for what is none.
type reasons []StatusReason

// UnmarshalJSON never fails.
func (r *reasons) UnmarshalJSON(raw []byte) error {
	type reason struct {
		Code        lenient `json:"code"`
		Description lenient `json:"description"`
		Timestamp   lenient `json:"timestamp"`
	}

	for _, element := range elementsOf[reason](raw) {
		*r = append(*r, StatusReason{Code: element.Code.text, Description: element.Description.text, Timestamp: element.Timestamp.text})
	}

	return nil
}

func decodeAccount(raw json.RawMessage) (Account, error) {
	var answer accountAnswer

	if err := json.Unmarshal(raw, &answer); err != nil {
		return Account{}, errors.New(wrongField(err))
	}

	if answer.ID == "" {
		return Account{}, errors.New("an account in the answer has no id")
	}

	provider, providerName := answer.Provider.or(answer.Connector), answer.ProviderName.or(answer.ConnectorName)
	ownerID, ownerName, username := answer.OriginOwnerID.or(answer.OwnerID), answer.OriginOwnerName.or(answer.OwnerName), answer.OriginUsername.or(answer.OwnerUsername)

	return Account{
		ID: string(answer.ID), Provider: provider.text, ProviderName: providerName.text, Status: answer.Status.lower(), StatusReasons: answer.StatusReasons,
		OriginOwnerID: ownerID.text, OriginOwnerName: ownerName.text, OriginUsername: username.text, Label: answer.Label.text,
		Type: answer.Type.lower(), Shared: answer.Shared.bit, CreatedAt: answer.CreatedAt.text, UpdatedAt: answer.UpdatedAt.text,
		said: map[string]bool{
			"provider": provider.said, "provider_name": providerName.said, "status": answer.Status.said,
			"origin_owner_id": ownerID.said, "origin_owner_name": ownerName.said, "origin_username": username.said, "label": answer.Label.said,
			"type": answer.Type.said, "shared": answer.Shared.said, "created_at": answer.CreatedAt.said, "updated_at": answer.UpdatedAt.said,
		},
	}, nil
}
