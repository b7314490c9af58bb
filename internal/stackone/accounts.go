package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
)

// Account is a linked account, without credentials and setup information. Nil fields were
// null or absent: see Missing.
type Account struct {
	ID                                             string
	Provider, ProviderName, Status                 *string
	StatusReasons                                  []StatusReason
	OriginOwnerID, OriginOwnerName, OriginUsername *string
	Label                                          *string
	Categories                                     []string
	Type                                           *string
	Shared                                         *bool
	CreatedAt, UpdatedAt                           *string

	missing []string
}

// Missing reports whether a field, such as "origin_owner_id", was absent or unreadable. Its
// value is then unknown, not null.
func (a *Account) Missing(field string) bool { return slices.Contains(a.missing, field) }

// StatusReason explains the status of an account.
type StatusReason struct {
	Code, Description, Timestamp *string
}

// AccountUpdate changes an account; nil fields keep their values.
type AccountUpdate struct {
	Label              *string         `json:"label,omitempty"`
	OriginOwnerID      *string         `json:"origin_owner_id,omitempty"`
	OriginOwnerName    *string         `json:"origin_owner_name,omitempty"`
	OriginUsername     *string         `json:"origin_username,omitempty"`
	Type               *string         `json:"type,omitempty"`
	Shared             *bool           `json:"shared,omitempty"`
	ConnectorProfileID *string         `json:"connector_profile_id,omitempty"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
}

// IsEmpty reports whether all fields are nil.
func (u AccountUpdate) IsEmpty() bool { return reflect.ValueOf(u).IsZero() }

// GetAccount reads an account. IsNotFound reports whether the error means that it does not
// exist. A response with another ID is an ErrorResponse.
func (c *Client) GetAccount(ctx context.Context, id string) (*Account, error) {
	// next is evaluated now, before the request.
	defer c.accounts.forget(id, c.accounts.next())

	return c.account(ctx, http.MethodGet, id, nil)
}

// UpdateAccount changes and returns an account. A response with another ID is an
// ErrorResponse; the update may still have taken effect.
func (c *Client) UpdateAccount(ctx context.Context, id string, update AccountUpdate) (*Account, error) {
	c.accounts.forget(id, c.accounts.next())
	defer func() { c.accounts.forget(id, c.accounts.next()) }()

	return c.account(ctx, http.MethodPatch, id, update)
}

// DeleteAccount deletes an account. IsNotFound is also true if an earlier attempt deleted
// it but its response was lost.
func (c *Client) DeleteAccount(ctx context.Context, id string) error {
	c.accounts.forget(id, c.accounts.next())
	defer func() { c.accounts.forget(id, c.accounts.next()) }()

	_, err := do(ctx, c, request{method: http.MethodDelete, route: accountRoute, id: id}, ignoreBody)

	return err
}

const accountRoute = "/accounts/{id}"

func (c *Client) account(ctx context.Context, method, id string, body any) (*Account, error) {
	return do(ctx, c, request{method: method, route: accountRoute, id: id, body: body}, ofObject(func(o object) (*Account, error) {
		account, err := newAccount(o)
		if err == nil && account.ID != id {
			err = fmt.Errorf("it is about the account %q, but the request was for %q", clean(c.scrub(account.ID)), id)
		}

		return &account, err
	}))
}

func newAccount(o object) (Account, error) {
	// Newer documentation renames some fields.
	for newer, name := range map[string]string{
		"connector": "provider", "connector_name": "provider_name", "owner_id": "origin_owner_id", "owner_name": "origin_owner_name", "owner_username": "origin_username",
	} {
		if _, ok := field[identifier](o, newer); ok && o.text(name) == nil {
			o[name] = o[newer]
		}
	}

	account := Account{
		ID: o.id("id"), Provider: o.text("provider"), ProviderName: o.text("provider_name"), Status: o.word("status"),
		OriginOwnerID: o.text("origin_owner_id"), OriginOwnerName: o.text("origin_owner_name"), OriginUsername: o.text("origin_username"),
		Label: o.text("label"), Categories: o.texts("categories"), Type: o.word("type"), Shared: o.bool("shared"), CreatedAt: o.text("created_at"), UpdatedAt: o.text("updated_at"),
	}

	if account.ID == "" {
		return Account{}, errors.New("an account in the response has no id")
	}

	for _, reason := range listOf[object](o, "status_reasons") {
		account.StatusReasons = append(account.StatusReasons, StatusReason{
			Code: reason.text("code"), Description: reason.text("description"), Timestamp: reason.text("timestamp"),
		})
	}

	for _, name := range []string{
		"provider", "provider_name", "status", "origin_owner_id", "origin_owner_name", "origin_username", "label", "type", "created_at", "updated_at",
	} {
		if _, ok := field[identifier](o, name); !ok {
			account.missing = append(account.missing, name)
		}
	}

	if _, ok := field[bool](o, "shared"); !ok {
		account.missing = append(account.missing, "shared")
	}

	if _, ok := field[[]string](o, "categories"); !ok {
		account.missing = append(account.missing, "categories")
	}

	return account, nil
}
