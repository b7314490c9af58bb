package stackone

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// ConnectorProfile configures how customers connect a connector.
type ConnectorProfile struct {
	ID                                                       string
	Name, ConnectorKey, ConnectorLabel                       *string
	Categories                                               []string
	Active, Default                                          *bool
	ReleaseStage                                             *string
	ConnectorVersion, ConnectorPinnedVersion, ConnectorOwner *string
	Environment                                              *string
	AuthenticationConfigKey, AuthenticationConfigLabel       *string
	CreatedAt, UpdatedAt                                     *string
}

// ConnectorProfileFilter selects profiles; nil fields match all.
type ConnectorProfileFilter struct {
	ConnectorKey *string
	Enabled      *bool
}

// ConnectorProfiles yields the matching profiles after reading all pages. An error is yielded last.
func (c *Client) ConnectorProfiles(ctx context.Context, filter ConnectorProfileFilter) iter.Seq2[ConnectorProfile, error] {
	query := url.Values{}

	if filter.ConnectorKey != nil {
		query.Set("connector_key", *filter.ConnectorKey)
	}

	if filter.Enabled != nil {
		query.Set("enabled", strconv.FormatBool(*filter.Enabled))
	}

	return whole(func() iter.Seq2[ConnectorProfile, error] {
		return pages(ctx, c, &list[ConnectorProfile]{
			route: "/connector_profiles", query: query, decoder: func() func(object) (ConnectorProfile, error) { return newConnectorProfile },
			id: func(p ConnectorProfile) string { return p.ID }, matches: filter.matches,
		})
	})
}

// matches filters a response again, as for accounts. Whether enabled filters the field
// active is undocumented, so it is left to the server.
func (f ConnectorProfileFilter) matches(p ConnectorProfile) bool {
	return f.ConnectorKey == nil || p.ConnectorKey == nil || *f.ConnectorKey == *p.ConnectorKey
}

// ConnectorVersion is a version of a connector.
type ConnectorVersion struct {
	Version string
	// Owner is "stackone" for built-in connectors.
	Owner           *string
	Builtin, Pinned *bool
}

// ConnectorVersions returns the versions to which a profile can be pinned.
func (c *Client) ConnectorVersions(ctx context.Context, profileID string) ([]ConnectorVersion, error) {
	r := request{method: http.MethodGet, route: "/connector_profiles/{id}/versions", id: profileID, maxBody: maxPage}

	return do(ctx, c, r, func(header http.Header, body []byte) ([]ConnectorVersion, error) {
		versions, err := decodePage(header, body, newConnectorVersion)
		return versions.items, err
	})
}

func newConnectorVersion(o object) (ConnectorVersion, error) {
	version := ConnectorVersion{Version: o.id("version"), Owner: o.text("owner"), Builtin: o.bool("builtin"), Pinned: o.bool("pinned")}
	if version.Version == "" {
		return version, errors.New("a version in the response has no number")
	}

	return version, nil
}

// PinnedVersion is the pin of a profile.
type PinnedVersion struct {
	// Version is a version or a range, or empty if none is pinned.
	Version                     string
	Owner, CreatedAt, UpdatedAt *string
}

// PinnedVersionRequest pins a version.
type PinnedVersionRequest struct {
	PinnedVersion string  `json:"pinned_version"`
	Owner         *string `json:"owner,omitempty"`
}

// GetPinnedVersion reads the pinned version of a profile. It also returns none for a
// profile that does not exist: the API returns 404 for both.
func (c *Client) GetPinnedVersion(ctx context.Context, profileID string) (PinnedVersion, error) {
	pin, err := c.pinnedVersion(ctx, http.MethodGet, profileID, nil)
	if IsNotFound(err) {
		return PinnedVersion{}, nil
	}

	return pin, err
}

// PutPinnedVersion creates or changes a pin.
func (c *Client) PutPinnedVersion(ctx context.Context, profileID string, pin PinnedVersionRequest) (PinnedVersion, error) {
	return c.pinnedVersion(ctx, http.MethodPut, profileID, pin)
}

// DeletePinnedVersion unpins a profile. IsNotFound reports whether the error means that no
// version was pinned.
func (c *Client) DeletePinnedVersion(ctx context.Context, profileID string) error {
	_, err := do(ctx, c, request{method: http.MethodDelete, route: pinnedVersionRoute, id: profileID}, ignoreBody)
	return err
}

const pinnedVersionRoute = "/connector_profiles/{id}/pinned_version"

func (c *Client) pinnedVersion(ctx context.Context, method, profileID string, body any) (PinnedVersion, error) {
	return do(ctx, c, request{method: method, route: pinnedVersionRoute, id: profileID, body: body}, func(header http.Header, body []byte) (PinnedVersion, error) {
		if method == http.MethodGet && string(bytes.TrimSpace(body)) == "null" {
			return PinnedVersion{}, nil
		}

		o, err := decodeObject(header, body)
		if err != nil {
			return PinnedVersion{}, err
		}

		pin := PinnedVersion{Version: o.id("pinned_version"), Owner: o.text("owner"), CreatedAt: o.text("created_at"), UpdatedAt: o.text("updated_at")}

		switch {
		case o.id("connector_profile_id") != profileID:
			return PinnedVersion{}, fmt.Errorf("it is not about the connector profile %q of the request", profileID)
		case pin.Version == "" && method != http.MethodGet:
			return PinnedVersion{}, errors.New("the pin in the response has no version")
		}

		return pin, nil
	})
}

func newConnectorProfile(o object) (ConnectorProfile, error) {
	profile := ConnectorProfile{
		ID: o.id("id"), Name: o.text("name"), ConnectorKey: o.text("connector_key"), ConnectorLabel: o.text("connector_label"),
		Categories: o.texts("categories"), Active: o.bool("active"), Default: o.bool("default"), ReleaseStage: o.text("release_stage"),
		ConnectorVersion: o.text("connector_version"), ConnectorPinnedVersion: o.text("connector_pinned_version"), ConnectorOwner: o.text("connector_owner"),
		Environment: o.text("environment"), AuthenticationConfigKey: o.text("authentication_config_key"), AuthenticationConfigLabel: o.text("authentication_config_label"),
		CreatedAt: o.text("created_at"), UpdatedAt: o.text("updated_at"),
	}

	if profile.ID == "" {
		return ConnectorProfile{}, errors.New("a connector profile in the response has no id")
	}

	return profile, nil
}
