package stackonetest

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Secrets of every account, for tests to search for.
const (
	AccountCredential = "credential-of-the-account-never-to-be-seen"
	AccountSetup      = "setup-of-the-account-never-to-be-seen"
)

// Account is a linked account of the fake.
type Account struct {
	ID              string
	Provider        string
	ProviderName    string
	Status          string
	StatusReasons   []map[string]any
	OriginOwnerID   string
	OriginOwnerName string
	OriginUsername  string
	Label           string
	Categories      []string
	Type            string
	Shared          *bool
	// Metadata and ConnectorProfileID are never returned.
	Metadata           json.RawMessage
	ConnectorProfileID string
	CreatedAt          time.Time
	UpdatedAt          time.Time
}

// ListStyle configures responses to lists.
type ListStyle struct {
	// Envelope returns {"data": […]} instead of a bare array; Total adds the total.
	Envelope, Total bool
	IgnorePage      bool
	IgnoreFilters   bool
	// MaxPerPage lowers the cap of page_size, unless 0.
	MaxPerPage int
}

// SetListStyle changes the following lists of accounts.
func (s *Server) SetListStyle(style ListStyle) { s.locked(func() { s.style = style }) }

// EditAccountResponses edits every account in a response; nil ends it. The stored account
// does not change. edit must not call the server.
func (s *Server) EditAccountResponses(edit func(account map[string]any)) {
	s.locked(func() { s.editAccount = edit })
}

// AddAccount adds an account with defaults for empty fields, and returns its ID.
func (s *Server) AddAccount(a Account) (id string) {
	s.locked(func() { id = s.addAccount(a) })
	return id
}

func (s *Server) addAccount(a Account) string {
	a.ID = cmp.Or(a.ID, rand.Text())
	a.Provider = cmp.Or(a.Provider, "bamboohr")
	a.ProviderName = cmp.Or(a.ProviderName, "BambooHR")
	a.Status = cmp.Or(a.Status, "active")
	a.OriginOwnerID = cmp.Or(a.OriginOwnerID, "customer-1")
	a.OriginOwnerName = cmp.Or(a.OriginOwnerName, "Customer One")
	a.Type = cmp.Or(a.Type, "production")
	a.UpdatedAt = s.options.Now()
	a.CreatedAt = cmp.Or(a.CreatedAt, a.UpdatedAt)
	s.accounts = append(s.accounts, &a)

	return a.ID
}

// Account returns an account.
func (s *Server) Account(id string) (Account, bool) { return copied(s, s.account, id) }

// UpdateAccount changes an account out of band, as in the dashboard.
func (s *Server) UpdateAccount(id string, change func(*Account)) {
	s.locked(func() { change(s.account(id)) })
}

// RemoveAccount deletes an account out of band.
func (s *Server) RemoveAccount(id string) { s.locked(func() { s.removeAccount(id) }) }

func (s *Server) removeAccount(id string) {
	s.accounts = slices.DeleteFunc(s.accounts, func(a *Account) bool { return a.ID == id })
}

func (s *Server) account(id string) *Account {
	return find(s.accounts, func(a *Account) bool { return a.ID == id })
}

func (s *Server) listAccounts(r *Request) (int, any) {
	// All filters apply, even two of one field. That is inferred.
	matches := func(value string, name string) bool {
		return !r.Query.Has(name) || slices.Contains(r.Query[name], value)
	}

	var found []any

	for _, a := range s.accounts {
		if s.style.IgnoreFilters || matches(a.ID, "account_ids") && matches(a.Provider, "providers") &&
			matches(a.Status, "status") && matches(a.OriginOwnerID, "origin_owner_id") && matches(a.OriginOwnerID, "origin_owner_ids") {
			found = append(found, s.accountResponse(a))
		}
	}

	number, size := number(r.Query, "page", "1"), perPage(r.Query)

	if s.style.IgnorePage {
		number = 1
	}

	if s.style.MaxPerPage > 0 {
		size = min(size, s.style.MaxPerPage)
	}

	part := section(found, (number-1)*size, number*size)

	switch {
	case s.style.Envelope && s.style.Total:
		return http.StatusOK, map[string]any{"data": part, "total": len(found)}
	case s.style.Envelope:
		return http.StatusOK, map[string]any{"data": part}
	default:
		return http.StatusOK, part
	}
}

// perPage caps page_size. StackOne documents no maximum for these lists, and 100 for others.
func perPage(query url.Values) int { return min(number(query, "page_size", "25"), 100) }

func number(query url.Values, name, standard string) int {
	n, _ := strconv.ParseFloat(cmp.Or(query.Get(name), standard), 64)
	return int(n)
}

func section(all []any, first, last int) []any {
	return append([]any{}, all[min(first, len(all)):min(last, len(all))]...)
}

func (s *Server) serveAccount(r *Request) (int, any) {
	a := s.account(r.id)
	if a == nil {
		return http.StatusNotFound, refusal{"Account " + r.id + " not found"}
	}

	switch r.Method {
	case http.MethodPatch:
		if wrong := s.dangling(r.Fields); wrong != nil {
			return http.StatusBadRequest, wrong
		}

		a.patch(r.Fields)
		a.UpdatedAt = s.options.Now()
	case http.MethodDelete:
		s.removeAccount(r.id)
	}

	return http.StatusOK, s.accountResponse(a)
}

// patch sets the given fields, and clears those given as null. It ignores null for fields
// that are never null in responses. StackOne's handling of null is unknown.
func (a *Account) patch(fields map[string]json.RawMessage) {
	for name, target := range map[string]*string{"label": &a.Label, "origin_username": &a.OriginUsername, "type": &a.Type, "connector_profile_id": &a.ConnectorProfileID} {
		if _, sent := fields[name]; sent {
			*target = text(fields, name)
		}
	}

	for name, target := range map[string]any{"origin_owner_id": &a.OriginOwnerID, "origin_owner_name": &a.OriginOwnerName, "shared": &a.Shared, "metadata": &a.Metadata} {
		_ = json.Unmarshal(fields[name], target)
	}
}

func (s *Server) accountResponse(a *Account) map[string]any {
	out := map[string]any{
		"id": a.ID, "provider": nullable(a.Provider), "provider_name": nullable(a.ProviderName), "status": a.Status, "status_reasons": a.StatusReasons,
		"origin_owner_id": nullable(a.OriginOwnerID), "origin_owner_name": nullable(a.OriginOwnerName), "origin_username": nullable(a.OriginUsername), "label": nullable(a.Label), "categories": a.Categories,
		"type": nullable(a.Type), "shared": a.Shared, "created_at": rfc3339(a.CreatedAt), "updated_at": rfc3339(a.UpdatedAt),
		"credentials":       map[string]any{"password": AccountCredential},
		"setup_information": map[string]any{"domain": AccountSetup},
	}

	if s.editAccount != nil {
		s.editAccount(out)
	}

	return out
}
