package stackone

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"
)

// AuthConfig is a connector profile (formerly auth config): a connector with the
// settings under which customers may connect it.
type AuthConfig struct {
	// ID is the connector_profile_id of a connect session.
	ID   string
	Name *string
	// ConnectorKey is the provider of a connect session.
	ConnectorKey           *string
	ConnectorLabel         *string
	Categories             []string
	Active                 *bool
	Default                *bool
	ReleaseStage           *string
	ConnectorVersion       *string
	ConnectorPinnedVersion *string
	Environment            *string
	// CreatedAt and UpdatedAt are unparsed, in RFC 3339 format.
	CreatedAt *string
	UpdatedAt *string
}

// AuthConfigFilter narrows a list; a nil field does not.
type AuthConfigFilter struct {
	ConnectorKey *string
	Enabled      *bool
}

// AuthConfigs yields the auth configs that match a filter, requesting pages as they are
// consumed. An error is yielded last.
func (c *Client) AuthConfigs(ctx context.Context, filter AuthConfigFilter) iter.Seq2[AuthConfig, error] {
	query := url.Values{}

	if filter.ConnectorKey != nil {
		query.Set("connector_key", *filter.ConnectorKey)
	}

	if filter.Enabled != nil {
		query.Set("enabled", strconv.FormatBool(*filter.Enabled))
	}

	return pages(ctx, c, list[AuthConfig]{
		route: "/auth_configs", query: query, decode: newAuthConfig, id: func(a AuthConfig) string { return a.ID }, matches: filter.matches,
	})
}

// matches applies the filter to a response, as for accounts. It is not documented that
// enabled filters the field active, so the server decides that.
func (f AuthConfigFilter) matches(a AuthConfig) bool {
	return f.ConnectorKey == nil || a.ConnectorKey == nil || *f.ConnectorKey == *a.ConnectorKey
}

func newAuthConfig(o object) (AuthConfig, error) {
	config := AuthConfig{
		ID: o.id("id"), Name: o.text("name"), ConnectorKey: o.text("connector_key"), ConnectorLabel: o.text("connector_label"),
		Categories: o.texts("categories"), Active: o.bool("active"), Default: o.bool("default"), ReleaseStage: o.text("release_stage"),
		ConnectorVersion: o.text("connector_version"), ConnectorPinnedVersion: o.text("connector_pinned_version"),
		Environment: o.text("environment"), CreatedAt: o.text("created_at"), UpdatedAt: o.text("updated_at"),
	}

	if config.ID == "" {
		return AuthConfig{}, errors.New("an auth config in the answer has no id")
	}

	return config, nil
}
