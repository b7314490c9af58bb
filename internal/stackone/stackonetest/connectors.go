package stackonetest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Connector is an entry of the catalogue.
type Connector struct {
	Key            string            `json:"key"`
	Name           string            `json:"name,omitempty"`
	Version        string            `json:"version,omitempty"`
	Categories     []string          `json:"categories"`
	ReleaseStage   string            `json:"release_stage,omitempty"`
	Authentication []Authentication  `json:"authentication"`
	Scopes         []ScopeDefinition `json:"scope_definitions"`
}

// Authentication is a way to connect a connector.
type Authentication struct {
	Key            string   `json:"key,omitempty"`
	Type           string   `json:"type,omitempty"`
	Label          string   `json:"label,omitempty"`
	RequiredScopes []string `json:"required_scopes"`
}

// ScopeDefinition describes an OAuth scope.
type ScopeDefinition struct {
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	Includes    []string `json:"includes"`
}

// AddConnector appends a connector to the catalogue.
func (s *Server) AddConnector(c Connector) {
	s.locked(func() { s.connectors = append(s.connectors, c) })
}

// The cursor of a page contains characters that must be escaped in a query.
const cursor = "after+%d/="

// listActions serves the catalogue without its actions. 400 for an invalid cursor is inferred.
func (s *Server) listActions(r *Request) (int, any) {
	first := 0

	if next := r.Query.Get("next"); next != "" {
		if _, err := fmt.Sscanf(next, cursor, &first); err != nil || first <= 0 {
			return http.StatusBadRequest, refusal{"next must be a cursor of an earlier response"}
		}
	}

	var found []any

	for _, c := range s.connectors {
		if keys := r.Query.Get("filter[connectors]"); keys == "" || slices.Contains(strings.Split(keys, ","), c.Key) {
			found = append(found, c)
		}
	}

	last := first + perPage(r.Query)

	var next any
	if last < len(found) {
		next = fmt.Sprintf(cursor, last)
	}

	return http.StatusOK, map[string]any{"next": next, "data": section(found, first, last)}
}
