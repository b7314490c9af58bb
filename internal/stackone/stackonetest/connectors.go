package stackonetest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
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
	s.mu.Lock()
	defer s.mu.Unlock()

	s.connectors = append(s.connectors, c)
}

// listActions serves the catalogue. 400 for an invalid cursor is inferred.
func (s *Server) listActions(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	query := r.URL.Query()
	_, size, sizeOK := paging("", query.Get("page_size"))
	first, cursorOK := position(query.Get("next"))

	switch {
	case !sizeOK:
		s.refuse(w, http.StatusBadRequest, "page_size must be a positive number")
		return
	case !cursorOK:
		s.refuse(w, http.StatusBadRequest, "next must be a cursor of an earlier response")
		return
	}

	var found []any

	for _, c := range s.connectors {
		if keys := query.Get("filter[connectors]"); keys != "" && !slices.Contains(strings.Split(keys, ","), c.Key) {
			continue
		}

		found = append(found, c.response(!slices.Contains(query["exclude"], "actions")))
	}

	first = min(first, len(found))
	last := min(first+size, len(found))

	var next any
	if last < len(found) {
		next = cursor(last)
	}

	respond(w, http.StatusOK, map[string]any{"next": next, "data": append([]any{}, found[first:last]...)})
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

func cursor(place int) string {
	return base64.URLEncoding.EncodeToString([]byte("after " + strconv.Itoa(place)))
}

func position(next string) (place int, ok bool) {
	if next == "" {
		return 0, true
	}

	raw, err := base64.URLEncoding.DecodeString(next)
	if err != nil {
		return 0, false
	}

	place, err = strconv.Atoi(strings.TrimPrefix(string(raw), "after "))

	return place, err == nil && place > 0
}
