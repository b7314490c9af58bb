package stackone

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"strconv"
)

// AuthConfig is a connector profile (formerly auth config): a connector with the
// settings under which customers may connect it.
type AuthConfig struct {
	// ID is what a connect session takes as connector_profile_id.
	ID string
	// Name is shown in the dashboard.
	Name *string
	// ConnectorKey is what a connect session takes as provider.
	ConnectorKey   *string
	ConnectorLabel *string
	Categories     []string
	Active         *bool
	Default        *bool
	ReleaseStage   *string
	// ConnectorVersion is the version in use, ConnectorPinnedVersion the one that is pinned.
	ConnectorVersion       *string
	ConnectorPinnedVersion *string
	Environment            *string
	// CreatedAt and UpdatedAt are RFC 3339, as the answer has them.
	CreatedAt *string
	UpdatedAt *string
}

// AuthConfigFilter narrows a list; a nil field does not.
type AuthConfigFilter struct {
	ConnectorKey *string
	Enabled      *bool
}

// AuthConfigs yields the auth configs that match a filter, page by page as they
// are consumed. An error is yielded last, and is of type *Error.
func (c *Client) AuthConfigs(ctx context.Context, filter AuthConfigFilter) iter.Seq2[AuthConfig, error] {
	query := url.Values{}

	if filter.ConnectorKey != nil {
		query.Set("connector_key", *filter.ConnectorKey)
	}

	if filter.Enabled != nil {
		query.Set("enabled", strconv.FormatBool(*filter.Enabled))
	}

	return pages(ctx, c, list[AuthConfig]{
		route: "/auth_configs", query: query, decode: decodeAuthConfig, id: func(a AuthConfig) string { return a.ID }, matches: filter.matches,
	})
}

// matches applies the connector to an answer once more, as with accounts. That
// enabled means the field active is likely but not documented, so the server's
// word is taken for that.
func (f AuthConfigFilter) matches(a AuthConfig) bool {
	return f.ConnectorKey == nil || a.ConnectorKey == nil || *f.ConnectorKey == *a.ConnectorKey
}

func decodeAuthConfig(raw json.RawMessage) (AuthConfig, error) {
	var answer struct {
		ID                     identifier   `json:"id"`
		Name                   lenient      `json:"name"`
		ConnectorKey           lenient      `json:"connector_key"`
		ConnectorLabel         lenient      `json:"connector_label"`
		Categories             stringOrList `json:"categories"`
		Active                 lenientBit   `json:"active"`
		Default                lenientBit   `json:"default"`
		ReleaseStage           lenient      `json:"release_stage"`
		ConnectorVersion       lenient      `json:"connector_version"`
		ConnectorPinnedVersion lenient      `json:"connector_pinned_version"`
		Environment            lenient      `json:"environment"`
		CreatedAt              lenient      `json:"created_at"`
		UpdatedAt              lenient      `json:"updated_at"`
	}

	if err := json.Unmarshal(raw, &answer); err != nil {
		return AuthConfig{}, errors.New(wrongField(err))
	}

	if answer.ID == "" {
		return AuthConfig{}, errors.New("an auth config in the answer has no id")
	}

	return AuthConfig{
		ID: string(answer.ID), Name: answer.Name.text, ConnectorKey: answer.ConnectorKey.text, ConnectorLabel: answer.ConnectorLabel.text,
		Categories: answer.Categories, Active: answer.Active.bit, Default: answer.Default.bit, ReleaseStage: answer.ReleaseStage.text,
		ConnectorVersion: answer.ConnectorVersion.text, ConnectorPinnedVersion: answer.ConnectorPinnedVersion.text,
		Environment: answer.Environment.text, CreatedAt: answer.CreatedAt.text, UpdatedAt: answer.UpdatedAt.text,
	}, nil
}
