package stackonetest

import (
	"net/http"
	"strconv"
	"time"
)

// AuthConfig is an auth config (connector profile) at the server.
type AuthConfig struct {
	ID             string
	Name           string
	ConnectorKey   string
	ConnectorLabel string
	// PinnedVersion and Environment are null when empty.
	PinnedVersion string
	Environment   string
	Categories    []string
	Disabled      bool
	Default       bool
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// AddAuthConfig adds an auth config, filling in its label and its times.
func (s *Server) AddAuthConfig(a AuthConfig) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if a.CreatedAt.IsZero() {
		a.CreatedAt = s.options.Now()
	}

	if a.UpdatedAt.IsZero() {
		a.UpdatedAt = s.options.Now()
	}

	if a.ConnectorLabel == "" {
		a.ConnectorLabel = "Connector " + a.ConnectorKey
	}

	s.authConfigs = append(s.authConfigs, a)
}

func (s *Server) listAuthConfigs(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	query := r.URL.Query()
	var found []any

	for _, a := range s.authConfigs {
		if query.Get("enabled") == strconv.FormatBool(a.Disabled) || query.Has("connector_key") && query.Get("connector_key") != a.ConnectorKey {
			continue
		}

		found = append(found, map[string]any{
			"id": a.ID, "name": a.Name, "connector_key": a.ConnectorKey, "connector_label": a.ConnectorLabel, "logo_url": "https://app.stackone.com/logo.png",
			"categories": append([]string{}, a.Categories...), "active": !a.Disabled, "default": a.Default, "release_stage": "ga",
			"connector_version": "1.2.0", "connector_pinned_version": nullable(a.PinnedVersion), "connector_owner": nil, "environment": nullable(a.Environment),
			"authentication_config_key": nil, "authentication_config_label": nil,
			"created_at": rfc3339(a.CreatedAt), "updated_at": rfc3339(a.UpdatedAt),
		})
	}

	number, size, ok := paging(query.Get("page"), query.Get("page_size"))
	if !ok {
		s.refuse(w, http.StatusBadRequest, "page and page_size must be positive numbers")
		return
	}

	answer(w, http.StatusOK, map[string]any{"page": number, "page_size": size, "total": len(found), "data": slicePage(found, number, size)})
}
