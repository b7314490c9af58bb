package stackonetest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Connector is an entry of the catalogue. Empty fields are null in responses.
type Connector struct {
	Key            string
	Name           string
	Version        string
	Categories     []string
	ReleaseStage   string
	Authentication []Authentication
	Scopes         []ScopeDefinition
}

// Authentication is a way to connect a connector.
type Authentication struct {
	Key, Type, Label string
	RequiredScopes   []string
}

// ScopeDefinition describes an OAuth scope.
type ScopeDefinition struct {
	Name, Description string
	Includes          []string
}

// AddConnector appends a connector to the catalogue.
func (s *Server) AddConnector(c Connector) {
	s.locked(func() { s.connectors = append(s.connectors, c) })
}

// The cursor of a page contains characters that must be escaped in a query.
const cursor = "after+%d/="

// listActions serves the catalogue. 400 for an invalid cursor is inferred.
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
			found = append(found, c.response(!slices.Contains(r.Query["exclude"], "actions")))
		}
	}

	last := first + perPage(r.Query)

	var next any
	if last < len(found) {
		next = fmt.Sprintf(cursor, last)
	}

	return http.StatusOK, map[string]any{"next": next, "data": section(found, first, last)}
}

func (c Connector) response(withActions bool) map[string]any {
	ways := []any{}
	for _, a := range c.Authentication {
		ways = append(ways, map[string]any{"key": nullable(a.Key), "type": nullable(a.Type), "label": nullable(a.Label), "required_scopes": a.RequiredScopes})
	}

	var scopes []any
	for _, d := range c.Scopes {
		scopes = append(scopes, map[string]any{"name": nullable(d.Name), "description": nullable(d.Description), "includes": d.Includes})
	}

	out := map[string]any{
		"key": c.Key, "name": nullable(c.Name), "version": nullable(c.Version), "icon": "https://app.stackone.com/logo.png", "description": nil,
		"categories": append([]string{}, c.Categories...), "release_stage": nullable(c.ReleaseStage), "authentication": ways,
		"scope_definitions": scopes,
	}

	if withActions {
		out["actions"] = []any{map[string]any{"id": c.Key + "_list_users", "label": "List Users", "description": nil, "schema_type": nil, "tags": nil, "authentication": nil}}
	}

	return out
}
