package stackonetest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
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
	PinnedVersion          string
	ConnectorOwner         string
	Environment            string
	PinnedAt, PinUpdatedAt time.Time
	// Versions are newest first; they default to 1.2.0, 1.1.0 and 1.0.0.
	Versions   []ConnectorVersion
	Categories []string
	Disabled   bool
	Default    bool
	// APIKey means no OAuth, so sessions have no connection attempts.
	APIKey    bool
	CreatedAt time.Time
	UpdatedAt time.Time
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
func (s *Server) SetPinStyle(style PinStyle) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.pins = style
}

// AddConnectorProfile adds a profile with a default label, versions and times.
func (s *Server) AddConnectorProfile(p ConnectorProfile) {
	s.mu.Lock()
	defer s.mu.Unlock()

	now := s.options.Now()

	for _, at := range []*time.Time{&p.CreatedAt, &p.UpdatedAt} {
		if at.IsZero() {
			*at = now
		}
	}

	if p.PinnedVersion != "" && p.PinnedAt.IsZero() {
		p.PinnedAt, p.PinUpdatedAt = now, now
	}

	if p.ConnectorLabel == "" {
		p.ConnectorLabel = "Connector " + p.ConnectorKey
	}

	if p.Versions == nil {
		p.Versions = []ConnectorVersion{{Version: "1.2.0"}, {Version: "1.1.0"}, {Version: "1.0.0"}}
	}

	s.profiles = append(s.profiles, &p)
}

// ConnectorProfile returns a profile.
func (s *Server) ConnectorProfile(id string) (ConnectorProfile, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if p := s.findProfile(id); p != nil {
		return *p, true
	}

	return ConnectorProfile{}, false
}

// UpdateConnectorProfile changes a profile out of band, as in the dashboard.
func (s *Server) UpdateConnectorProfile(id string, change func(*ConnectorProfile)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if p := s.findProfile(id); p != nil {
		change(p)
	}
}

// The caller holds the lock.
func (s *Server) findProfile(id string) *ConnectorProfile {
	if i := slices.IndexFunc(s.profiles, func(p *ConnectorProfile) bool { return p.ID == id }); i >= 0 {
		return s.profiles[i]
	}

	return nil
}

func (s *Server) listProfiles(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	query := r.URL.Query()

	var found []any

	for _, p := range s.profiles {
		if query.Get("enabled") == strconv.FormatBool(p.Disabled) || query.Has("connector_key") && query.Get("connector_key") != p.ConnectorKey {
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

	number, size, ok := paging(query.Get("page"), query.Get("page_size"))
	if !ok {
		s.refuse(w, http.StatusBadRequest, "page and page_size must be whole numbers")
		return
	}

	respond(w, http.StatusOK, map[string]any{"page": number, "page_size": size, "total": len(found), "data": slicePage(found, number, size)})
}

func (s *Server) ofProfile(serve func(w http.ResponseWriter, r *http.Request, p *ConnectorProfile)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()

		if p := s.findProfile(r.PathValue("id")); p != nil {
			serve(w, r, p)
			return
		}

		s.refuse(w, http.StatusNotFound, fmt.Sprintf("Connector profile %s not found", r.PathValue("id")))
	}
}

func (s *Server) listVersions(w http.ResponseWriter, _ *http.Request, p *ConnectorProfile) {
	out := []any{}

	for _, v := range p.Versions {
		out = append(out, map[string]any{
			"version": v.Version, "owner": v.owner(), "builtin": v.Owner == "", "pinned": p.PinnedVersion != "" && v.Version == p.resolved(),
		})
	}

	respond(w, http.StatusOK, out)
}

func (s *Server) getPin(w http.ResponseWriter, _ *http.Request, p *ConnectorProfile) {
	switch {
	case p.PinnedVersion != "":
		respond(w, http.StatusOK, map[string]any{
			"connector_profile_id": p.ID, "pinned_version": s.pin(p), "owner": nullable(p.ConnectorOwner),
			"created_at": rfc3339(p.PinnedAt), "updated_at": rfc3339(p.PinUpdatedAt),
		})
	case s.pins.NullWhenUnpinned:
		respond(w, http.StatusOK, nil)
	default:
		s.refuse(w, http.StatusNotFound, "No version is pinned")
	}
}

// putPin refuses a version that does not exist. That is inferred.
func (s *Server) putPin(w http.ResponseWriter, r *http.Request, p *ConnectorProfile) {
	session := Session{Fields: decode(r)}
	version, owner := session.Text("pinned_version"), session.Text("owner")

	if p.match(version, owner) == "" {
		s.refuse(w, http.StatusBadRequest, "pinned_version matches no version of the connector")
		return
	}

	now := s.options.Now()
	if p.PinnedVersion == "" {
		p.PinnedAt = now
	}

	p.PinnedVersion, p.ConnectorOwner, p.PinUpdatedAt, p.UpdatedAt = version, owner, now, now
	s.getPin(w, r, p)
}

// deletePin returns 204 even without a pin. That is inferred.
func (s *Server) deletePin(w http.ResponseWriter, _ *http.Request, p *ConnectorProfile) {
	p.PinnedVersion, p.ConnectorOwner, p.UpdatedAt = "", "", s.options.Now()

	w.WriteHeader(http.StatusNoContent)
}

// The caller holds the lock.
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
