package stackonetest

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ConnectorProfile is a connector profile of the fake.
type ConnectorProfile struct {
	ID             string
	Name           string
	ConnectorKey   string
	ConnectorLabel string
	// PinnedVersion, ConnectorOwner and Environment are null if empty.
	PinnedVersion  string
	ConnectorOwner string
	Environment    string
	// Versions are newest first; they default to 1.2.0, 1.1.0 and 1.0.0.
	Versions   []ConnectorVersion
	Categories []string
	Disabled   bool
	Default    bool
	// APIKey means no OAuth, so sessions have no connection attempts.
	APIKey    bool
	CreatedAt time.Time
	UpdatedAt time.Time
	pinnedAt  time.Time
}

// ConnectorVersion is a version of a connector. Owner defaults to StackOne.
type ConnectorVersion struct {
	Version string
	Owner   string
}

// PinStyle configures returned pins. StackOne's behaviour is unknown.
type PinStyle struct {
	// Resolve returns a concrete version for a range such as 1.x.x.
	Resolve bool
	// NullWhenUnpinned returns null instead of 404.
	NullWhenUnpinned bool
}

// SetPinStyle changes the following responses.
func (s *Server) SetPinStyle(style PinStyle) { s.locked(func() { s.pins = style }) }

// AddConnectorProfile adds a profile with a default label, versions and times.
func (s *Server) AddConnectorProfile(p ConnectorProfile) {
	now := s.options.Now()
	p.CreatedAt, p.UpdatedAt, p.pinnedAt = cmp.Or(p.CreatedAt, now), cmp.Or(p.UpdatedAt, now), now
	p.ConnectorLabel = cmp.Or(p.ConnectorLabel, "Connector "+p.ConnectorKey)

	if p.Versions == nil {
		p.Versions = []ConnectorVersion{{Version: "1.2.0"}, {Version: "1.1.0"}, {Version: "1.0.0"}}
	}

	s.locked(func() { s.profiles = append(s.profiles, &p) })
}

// ConnectorProfile returns a profile.
func (s *Server) ConnectorProfile(id string) (ConnectorProfile, bool) {
	return copied(s, s.profile, id)
}

// UpdateConnectorProfile changes a profile out of band, as in the dashboard.
func (s *Server) UpdateConnectorProfile(id string, change func(*ConnectorProfile)) {
	s.locked(func() { change(s.profile(id)) })
}

func (s *Server) profile(id string) *ConnectorProfile {
	return find(s.profiles, func(p *ConnectorProfile) bool { return p.ID == id })
}

func (s *Server) listProfiles(r *Request) (int, any) {
	var found []any

	for _, p := range s.profiles {
		if r.Query.Get("enabled") == strconv.FormatBool(p.Disabled) || cmp.Or(r.Query.Get("connector_key"), p.ConnectorKey) != p.ConnectorKey {
			continue
		}

		found = append(found, map[string]any{
			"id": p.ID, "name": p.Name, "connector_key": p.ConnectorKey, "connector_label": p.ConnectorLabel, "logo_url": "https://app.stackone.com/logo.png",
			"categories": append([]string{}, p.Categories...), "active": !p.Disabled, "default": p.Default, "release_stage": "ga",
			"connector_version": p.resolved(), "connector_pinned_version": nullable(s.pin(p)), "connector_owner": nullable(p.ConnectorOwner), "environment": nullable(p.Environment),
			"authentication_config_key": nil, "authentication_config_label": nil,
			"created_at": rfc3339(p.CreatedAt), "updated_at": rfc3339(p.UpdatedAt),
		})
	}

	number, size := number(r.Query, "page", "1"), perPage(r.Query)

	return http.StatusOK, map[string]any{"page": number, "page_size": size, "total": len(found), "data": section(found, (number-1)*size, number*size)}
}

func (s *Server) ofProfile(serve func(r *Request, p *ConnectorProfile) (int, any)) handler {
	return func(r *Request) (int, any) {
		if p := s.profile(r.id); p != nil {
			return serve(r, p)
		}

		return http.StatusNotFound, refusal{"Connector profile " + r.id + " not found"}
	}
}

func (s *Server) listVersions(_ *Request, p *ConnectorProfile) (int, any) {
	out := []any{}

	for _, v := range p.Versions {
		out = append(out, map[string]any{
			"version": v.Version, "owner": v.owner(), "builtin": v.Owner == "", "pinned": p.PinnedVersion != "" && v.Version == p.resolved(),
		})
	}

	return http.StatusOK, out
}

func (s *Server) getPin(_ *Request, p *ConnectorProfile) (int, any) {
	switch {
	case p.PinnedVersion != "":
		return http.StatusOK, map[string]any{
			"connector_profile_id": p.ID, "pinned_version": s.pin(p), "owner": nullable(p.ConnectorOwner),
			"created_at": rfc3339(p.pinnedAt), "updated_at": rfc3339(p.UpdatedAt),
		}
	case s.pins.NullWhenUnpinned:
		return http.StatusOK, nil
	default:
		return http.StatusNotFound, refusal{"No version is pinned"}
	}
}

// putPin refuses a version that does not exist. That is inferred.
func (s *Server) putPin(r *Request, p *ConnectorProfile) (int, any) {
	version, owner := text(r.Fields, "pinned_version"), text(r.Fields, "owner")

	if p.match(version, owner) == "" {
		return http.StatusBadRequest, refusal{"pinned_version matches no version of the connector"}
	}

	now := s.options.Now()
	if p.PinnedVersion == "" {
		p.pinnedAt = now
	}

	p.PinnedVersion, p.ConnectorOwner, p.UpdatedAt = version, owner, now

	return s.getPin(r, p)
}

// deletePin returns 204 even without a pin. That is inferred.
func (s *Server) deletePin(_ *Request, p *ConnectorProfile) (int, any) {
	p.PinnedVersion, p.ConnectorOwner, p.UpdatedAt = "", "", s.options.Now()
	return http.StatusNoContent, nil
}

func (s *Server) pin(p *ConnectorProfile) string {
	if s.pins.Resolve && p.PinnedVersion != "" {
		return p.resolved()
	}

	return p.PinnedVersion
}

func (p *ConnectorProfile) resolved() string {
	return cmp.Or(p.match(p.PinnedVersion, p.ConnectorOwner), p.match("", ""))
}

// match returns the newest version in a range: exact, 1.2.x, 1.x.x, or latest.
func (p *ConnectorProfile) match(wanted, owner string) string {
	prefix, _, isRange := strings.Cut(wanted, "x")

	for _, v := range p.Versions {
		fits := wanted == "" || wanted == "latest" || wanted == v.Version || isRange && strings.HasPrefix(v.Version, prefix)
		if fits && (owner == "" || owner == v.owner()) {
			return v.Version
		}
	}

	return ""
}

func (v ConnectorVersion) owner() string { return cmp.Or(v.Owner, "stackone") }
