package stackonetest

import (
	"net/http"
	"slices"
	"sort"
)

// route is an operation of the API, with the names that the contract knows in a
// request for it.
type route struct {
	pattern string
	serve   http.HandlerFunc
	query   []string
	fields  map[string]field
}

func (s *Server) routes() []route {
	return []route{
		{"POST /connect_sessions", s.createSession, nil, sessionFields()},
		{"POST /connect_sessions/authenticate", s.authenticateSession, nil, tokenFields()},
		{"GET /accounts", s.listAccounts, []string{
			"page", "page_size", "provider", "providers", "origin_owner_id", "origin_owner_ids", "account_ids", "status",
		}, nil},
		{"GET /accounts/{id}", s.account, nil, nil},
		{"PATCH /accounts/{id}", s.account, nil, accountFields()},
		{"DELETE /accounts/{id}", s.account, nil, nil},
		{"GET /auth_configs", s.listAuthConfigs, []string{"page", "page_size", "enabled", "connector_key"}, nil},
		{"GET /actions", s.listActions, []string{
			"page_size", "next", "group_by", "filter[connectors]", "filter[account_ids]", "filter[action_key]", "include", "exclude", "search",
		}, nil},
	}
}

// serveRoutes is the API with all its routes.
func (s *Server) serveRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, http.StatusNotFound, "Not Found") })

	routes := map[string]route{}

	for _, r := range s.routes() {
		mux.HandleFunc(r.pattern, r.serve)
		routes[r.pattern] = r
	}

	return s.guard(mux, func(r *http.Request, logged *Request) []string {
		_, pattern := mux.Handler(r)
		if known, ok := routes[pattern]; ok {
			return known.unknown(logged)
		}

		return nil
	})
}

// unknown are the names in a request that the contract does not have, sorted. What
// the API does with them is unknown; here they are ignored.
func (r route) unknown(logged *Request) []string {
	var out []string

	for name := range logged.Query {
		if !slices.Contains(r.query, name) {
			out = append(out, name)
		}
	}

	for name := range logged.Fields {
		if _, known := r.fields[name]; !known {
			out = append(out, name)
		}
	}

	sort.Strings(out)

	return out
}
