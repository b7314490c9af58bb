package stackonetest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Secrets of every account, for tests to search for.
const (
	AccountCredential = "credential-of-the-account-never-to-be-seen"
	AccountSetup      = "setup-of-the-account-never-to-be-seen"
)

// maxPerPage caps page_size. StackOne documents no maximum for these lists, and 100 for others.
const maxPerPage = 100

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
	// NewSpelling uses the newer field names: connector and owner_id are documented,
	// owner_name is inferred.
	NewSpelling   bool
	IgnorePage    bool
	IgnoreFilters bool
	// MaxPerPage lowers the cap of page_size, unless 0.
	MaxPerPage int
}

// SetListStyle changes the following lists of accounts.
func (s *Server) SetListStyle(style ListStyle) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.style = style
}

// EditAccountResponses edits every account in a response; nil ends it. The stored account
// does not change. edit must not call the server.
func (s *Server) EditAccountResponses(edit func(account map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.editAccount = edit
}

// AddAccount adds an account with defaults for empty fields, and returns its ID.
func (s *Server) AddAccount(a Account) string {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.addAccount(a)
}

func (s *Server) addAccount(a Account) string {
	fill := func(field *string, standard string) {
		if *field == "" {
			*field = standard
		}
	}

	fill(&a.ID, rand.Text())
	fill(&a.Provider, "bamboohr")
	fill(&a.ProviderName, "BambooHR")
	fill(&a.Status, "active")
	fill(&a.OriginOwnerID, "customer-1")
	fill(&a.OriginOwnerName, "Customer One")
	fill(&a.Type, "production")

	if a.CreatedAt.IsZero() {
		a.CreatedAt = s.options.Now()
	}

	a.UpdatedAt = s.options.Now()
	s.accounts = append(s.accounts, &a)

	return a.ID
}

// Account returns an account.
func (s *Server) Account(id string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if a := s.find(id); a != nil {
		return *a, true
	}

	return Account{}, false
}

// UpdateAccount changes an account out of band, as in the dashboard.
func (s *Server) UpdateAccount(id string, change func(*Account)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if a := s.find(id); a != nil {
		change(a)
	}
}

// RemoveAccount deletes an account out of band.
func (s *Server) RemoveAccount(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.accounts = slices.DeleteFunc(s.accounts, func(a *Account) bool { return a.ID == id })
}

// The caller holds the lock.
func (s *Server) find(id string) *Account {
	for _, a := range s.accounts {
		if a.ID == id {
			return a
		}
	}

	return nil
}

func (s *Server) listAccounts(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()

	query := r.URL.Query()

	// All filters apply, even two of one field. That is inferred.
	matches := func(value string, name string) bool { return !query.Has(name) || slices.Contains(query[name], value) }

	var found []any

	for _, a := range s.accounts {
		if s.style.IgnoreFilters || matches(a.ID, "account_ids") && matches(a.Provider, "providers") &&
			matches(a.Status, "status") && matches(a.OriginOwnerID, "origin_owner_id") && matches(a.OriginOwnerID, "origin_owner_ids") {
			found = append(found, s.accountResponse(a))
		}
	}

	number, size, ok := paging(query.Get("page"), query.Get("page_size"))
	if !ok {
		s.refuse(w, http.StatusBadRequest, "page and page_size must be positive numbers")
		return
	}

	if s.style.IgnorePage {
		number = 1
	}

	if s.style.MaxPerPage > 0 {
		size = min(size, s.style.MaxPerPage)
	}

	part := slicePage(found, number, size)

	switch {
	case s.style.Envelope && s.style.Total:
		respond(w, http.StatusOK, map[string]any{"data": part, "total": len(found)})
	case s.style.Envelope:
		respond(w, http.StatusOK, map[string]any{"data": part})
	default:
		respond(w, http.StatusOK, part)
	}
}

func paging(page, size string) (number, perPage int, ok bool) {
	number, perPage = 1, 25

	var errPage, errSize error

	if page != "" {
		number, errPage = strconv.Atoi(page)
	}

	if size != "" {
		perPage, errSize = strconv.Atoi(size)
	}

	return number, min(perPage, maxPerPage), errPage == nil && errSize == nil && number > 0 && perPage > 0
}

func slicePage(all []any, number, size int) []any {
	first := min((number-1)*size, len(all))
	return append([]any{}, all[first:min(first+size, len(all))]...)
}

func (s *Server) account(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")

	s.mu.Lock()
	defer s.mu.Unlock()

	a := s.find(id)
	if a == nil {
		s.refuse(w, http.StatusNotFound, fmt.Sprintf("Account %s not found", id))
		return
	}

	switch r.Method {
	case http.MethodPatch:
		fields := decode(r)

		profile := (&Session{Fields: fields}).Text("connector_profile_id")
		if profile != "" && !s.enabled(func(p *ConnectorProfile) bool { return p.ID == profile }) {
			s.refuse(w, http.StatusBadRequest, "connector_profile_id must be that of an enabled connector profile")
			return
		}

		a.patch(fields)
		a.UpdatedAt = s.options.Now()
	case http.MethodDelete:
		s.accounts = slices.DeleteFunc(s.accounts, func(a *Account) bool { return a.ID == id })
	}

	respond(w, http.StatusOK, s.accountResponse(a))
}

// patch sets the given fields, and clears those given as null. It ignores null for fields
// that are never null in responses. StackOne's handling of null is unknown.
func (a *Account) patch(fields map[string]json.RawMessage) {
	for name, target := range map[string]*string{"label": &a.Label, "origin_username": &a.OriginUsername, "type": &a.Type, "connector_profile_id": &a.ConnectorProfileID} {
		if _, sent := fields[name]; sent {
			*target = ""
		}

		_ = json.Unmarshal(fields[name], target)
	}

	for name, target := range map[string]*string{"origin_owner_id": &a.OriginOwnerID, "origin_owner_name": &a.OriginOwnerName} {
		_ = json.Unmarshal(fields[name], target)
	}

	if raw, sent := fields["shared"]; sent {
		a.Shared = nil
		_ = json.Unmarshal(raw, &a.Shared)
	}

	if raw, sent := fields["metadata"]; sent {
		a.Metadata = nil
		if string(raw) != "null" {
			a.Metadata = raw
		}
	}
}

// The caller holds the lock.
func (s *Server) accountResponse(a *Account) map[string]any {
	out := a.response(s.style.NewSpelling)

	if s.editAccount != nil {
		s.editAccount(out)
	}

	return out
}

func (a *Account) response(newSpelling bool) map[string]any {
	provider, owner, ownerName := "provider", "origin_owner_id", "origin_owner_name"
	if newSpelling {
		provider, owner, ownerName = "connector", "owner_id", "owner_name"
	}

	return map[string]any{
		"id": a.ID, provider: nullable(a.Provider), "provider_name": nullable(a.ProviderName), "status": a.Status, "status_reasons": a.StatusReasons,
		owner: nullable(a.OriginOwnerID), ownerName: nullable(a.OriginOwnerName), "origin_username": nullable(a.OriginUsername), "label": nullable(a.Label), "categories": a.Categories,
		"type": nullable(a.Type), "shared": a.Shared, "created_at": rfc3339(a.CreatedAt), "updated_at": rfc3339(a.UpdatedAt),
		"credentials":       map[string]any{"password": AccountCredential},
		"setup_information": map[string]any{"domain": AccountSetup},
	}
}

func nullable(text string) any {
	if text == "" {
		return nil
	}

	return text
}

func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
