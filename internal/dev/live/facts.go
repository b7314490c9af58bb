package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// verdict is what a look at the API says about a fact.
type verdict int

const (
	notSeen verdict = iota
	asDocumented
	otherwise
)

func (v verdict) String() string {
	switch v {
	case asDocumented:
		return "as documented"
	case otherwise:
		return "otherwise"
	}

	return "not seen"
}

// mode is how far a run goes.
type mode string

const (
	reading  mode = "read"
	sessions mode = "sessions"
	// labelling is the mode that labels one account.
	labelling mode = "account"
)

// A fact is something about the API, with how to find out.
type fact struct {
	// about is the part of the API, and the heading of the row.
	about string
	name  string
	// needs is the mode that shows it; reading is part of every mode.
	needs mode
	// reliesOn is the file of this repository that does not work otherwise. It is
	// empty for what is merely good to know, which never fails a run.
	reliesOn string
	// documented is what StackOne's documents say, or that they do not.
	documented string
	// covers are the fields of the client's requests and answers that it is about, each
	// as type.field, or function.field for a type without a name.
	covers []string
	// check returns what was seen in words of ours.
	check func(*evidence) (verdict, string)
}

// The files that rely on facts.
const (
	inAccounts     = "internal/stackone/accounts.go"
	inFilter       = "internal/stackone/account_filter.go"
	inPages        = "internal/stackone/pages.go"
	inAuthConfigs  = "internal/stackone/auth_configs.go"
	inSessions     = "internal/stackone/connect_sessions.go"
	inErrors       = "internal/stackone/errors.go"
	inTransport    = "internal/stackone/transport.go"
	inCategories   = "internal/provider/vocabulary.go"
	inExpiry       = "internal/provider/connect_session_expiry.go"
	aboutTransport = "Transport"
	aboutErrors    = "Errors"
	aboutAccounts  = "Linked accounts"
	aboutConfigs   = "Auth configs"
	aboutRequest   = "Connect sessions: request"
	aboutAnswer    = "Connect sessions: answer"
	aboutTerraform = "Terraform with the provider"
)

// facts is the one list of what is looked at. To add a fact, add a row; a probe of
// its own is a request in reading.go or sessions.go.
func facts() []fact {
	return slices.Concat(transportFacts(), errorFacts(), accountFacts(), authConfigFacts(), sessionFacts(), terraformFacts(), labelFacts())
}

func transportFacts() []fact {
	return []fact{
		{about: aboutTransport, name: "answers without a redirect", needs: reading, reliesOn: inTransport, documented: "no redirect", check: checkRedirects},
		{about: aboutTransport, name: "Date agrees with the local clock", needs: reading, reliesOn: inExpiry, documented: "within " + tolerance.String(), check: checkClock},
		{about: aboutTransport, name: "version of HTTP", needs: reading, documented: "HTTP/1.1 or HTTP/2 (inferred)", check: checkProtocol},
		{about: aboutTransport, name: "header that carries a request id", needs: reading, documented: "none is documented",
			check: headersLike("request-id", "requestid", "correlation", "trace", "cf-ray")},
		{about: aboutTransport, name: "headers that tell the rate limit", needs: reading, documented: "none but on a refusal", check: headersLike("ratelimit", "rate-limit", "retry-after")},
	}
}

func errorFacts() []fact {
	return []fact{
		{about: aboutErrors, name: "status for a wrong key", needs: reading, reliesOn: inErrors, documented: "401", check: status("wrong key", http.StatusUnauthorized)},
		{about: aboutErrors, name: "status for an account that does not exist", needs: reading, reliesOn: inErrors, documented: "404", check: status("no account", http.StatusNotFound)},
		{about: aboutErrors, name: "statusCode", needs: reading, reliesOn: inErrors, documented: "number", covers: []string{"saysNotFound.statusCode"},
			check: field(errorBodies(), whole, []string{"statusCode"}, true, aNumber)},
		{about: aboutErrors, name: "message", needs: reading, reliesOn: inErrors, documented: "string or array", covers: []string{"errorBody.message", "saysNotFound.message"},
			check: field(errorBodies(), whole, []string{"message"}, true, aString, anArray)},
		{about: aboutErrors, name: "errors", needs: reading, documented: "absent, or array", covers: []string{"errorBody.errors"},
			check: field(errorBodies(), whole, []string{"errors"}, false, anArray, aNull)},
		{about: aboutErrors, name: "errorCode", needs: reading, documented: "absent, or string", covers: []string{"errorBody.errorCode"},
			check: field(errorBodies(), whole, []string{"errorCode"}, false, aString, aNull)},
		{about: aboutErrors, name: "timestamp", needs: reading, documented: "time", check: field(errorBodies(), whole, []string{"timestamp"}, false, aMoment)},
	}
}

func errorBodies() []string { return []string{"no account", "wrong key"} }

func accountFacts() []fact {
	rows := []fact{
		{about: aboutAccounts, name: "shape of the list", needs: reading, reliesOn: inPages, documented: "bare array, or array under data", covers: []string{"decodePage.data"}, check: listShape("accounts")},
		{about: aboutAccounts, name: "total of the list", needs: reading, documented: "absent", covers: []string{"decodePage.total"},
			check: field([]string{"accounts"}, whole, []string{"total"}, false, aNumber)},
		{about: aboutAccounts, name: "a page of 100", needs: reading, reliesOn: inPages, documented: "accepted", check: longPage("accounts")},
		{about: aboutAccounts, name: "page_size", needs: reading, reliesOn: inPages, documented: "honoured", check: pageSizeHonoured("/accounts page 1")},
		{about: aboutAccounts, name: "page", needs: reading, reliesOn: inPages, documented: "honoured", check: pageHonoured("/accounts page 1", "/accounts page 2")},
	}

	for _, filter := range []string{"account_ids", "origin_owner_ids", "providers"} {
		rows = append(rows, fact{about: aboutAccounts, name: "filter " + filter, needs: reading, reliesOn: inFilter, documented: "honoured", check: nothingFound("accounts by "+filter, "accounts")})
	}

	rows = append(rows,
		fact{about: aboutAccounts, name: "filter status", needs: reading, reliesOn: inFilter, documented: "honoured", check: said("accounts by status", "every object matches", "honoured", "objects that do not match")},
		fact{about: aboutAccounts, name: "an account by its id", needs: reading, reliesOn: inAccounts, documented: "the account with that id",
			check: said("account", "it is the one that was asked for", "the account with that id", "another account, or none")},
	)

	for _, f := range []struct {
		names    []string
		required bool
		types    []string
	}{
		{[]string{"id"}, true, []string{aString}},
		{[]string{"provider", "connector"}, true, []string{aString}},
		{[]string{"provider_name", "connector_name"}, false, []string{aString, aNull}},
		{[]string{"status"}, true, []string{aString}},
		{[]string{"status_reasons"}, false, []string{anArray, aNull}},
		{[]string{"origin_owner_id", "owner_id"}, true, []string{aString}},
		{[]string{"origin_owner_name", "owner_name"}, true, []string{aString}},
		{[]string{"origin_username", "owner_username"}, false, []string{aString, aNull}},
		{[]string{"label"}, false, []string{aString, aNull}},
		{[]string{"type"}, false, []string{aString, aNull}},
		{[]string{"shared"}, false, []string{aBoolean, aNull}},
		{[]string{"created_at"}, true, []string{aMoment}},
		{[]string{"updated_at"}, true, []string{aMoment}},
	} {
		rows = append(rows, fieldRow(aboutAccounts, reading, inAccounts, "accountAnswer", []string{"account", "accounts"}, itself, f.names, f.required, f.types))
	}

	for name, types := range map[string][]string{"code": {aString, aNull}, "description": {aString, aNull}, "timestamp": {aMoment}} {
		row := fieldRow(aboutAccounts, reading, inAccounts, "UnmarshalJSON", []string{"account", "accounts"}, reasonsOf, []string{name}, false, types)
		row.name = "status_reasons: " + name
		rows = append(rows, row)
	}

	slices.SortStableFunc(rows[len(rows)-3:], func(a, b fact) int { return strings.Compare(a.name, b.name) })

	return append(rows, fact{about: aboutAccounts, name: "fields that no document names", needs: reading, documented: "none", check: newNames([]string{"account", "accounts"}, itself,
		"id provider provider_name connector connector_name status status_reasons origin_owner_id owner_id origin_owner_name owner_name origin_username owner_username "+
			"label type shared created_at updated_at credentials setup_information categories connector_profile_id")})
}

func authConfigFacts() []fact {
	rows := []fact{
		{about: aboutConfigs, name: "shape of the list", needs: reading, reliesOn: inPages, documented: "array under data", check: listShape("auth configs")},
		{about: aboutConfigs, name: "total of the list", needs: reading, documented: "number", check: field([]string{"auth configs"}, whole, []string{"total"}, true, aNumber)},
		{about: aboutConfigs, name: "a page of 100", needs: reading, reliesOn: inPages, documented: "accepted", check: longPage("auth configs")},
		{about: aboutConfigs, name: "page_size", needs: reading, reliesOn: inPages, documented: "honoured", check: pageSizeHonoured("/auth_configs page 1")},
		{about: aboutConfigs, name: "page", needs: reading, reliesOn: inPages, documented: "honoured", check: pageHonoured("/auth_configs page 1", "/auth_configs page 2")},
		{about: aboutConfigs, name: "filter connector_key", needs: reading, reliesOn: inAuthConfigs, documented: "honoured", check: nothingFound("auth configs by connector_key", "auth configs")},
		{about: aboutConfigs, name: "filter enabled=true", needs: reading, documented: "active ones alone (inferred)", check: said("auth configs enabled=true", "every object matches", "active ones alone", "others too")},
		{about: aboutConfigs, name: "filter enabled=false", needs: reading, documented: "inactive ones alone (inferred)", check: said("auth configs enabled=false", "every object matches", "inactive ones alone", "others too")},
	}

	for _, f := range []struct {
		name     string
		required bool
		types    []string
	}{
		{"id", true, []string{aString}},
		{"name", true, []string{aString}},
		{"connector_key", true, []string{aString}},
		{"connector_label", true, []string{aString}},
		{"categories", true, []string{anArray}},
		{"active", true, []string{aBoolean}},
		{"default", true, []string{aBoolean}},
		{"release_stage", true, []string{aString}},
		{"connector_version", false, []string{aString, aNull}},
		{"connector_pinned_version", false, []string{aString, aNull}},
		{"environment", false, []string{aString, aNull}},
		{"created_at", true, []string{aMoment}},
		{"updated_at", true, []string{aMoment}},
	} {
		rows = append(rows, fieldRow(aboutConfigs, reading, inAuthConfigs, "decodeAuthConfig", []string{"auth configs"}, (*shape).items, []string{f.name}, f.required, f.types))
	}

	return append(rows, fact{about: aboutConfigs, name: "fields that no document names", needs: reading, documented: "none", check: newNames([]string{"auth configs"}, (*shape).items,
		"id name connector_key connector_label logo_url categories active default release_stage created_at updated_at connector_version connector_pinned_version "+
			"connector_owner environment authentication_config_key authentication_config_label")})
}

func sessionFacts() []fact {
	rows := []fact{
		{about: aboutRequest, name: "status of the plain session", needs: sessions, reliesOn: inSessions, documented: "201",
			covers: []string{"ConnectSessionRequest.origin_owner_id", "ConnectSessionRequest.origin_owner_name", "ConnectSessionRequest.type", "ConnectSessionRequest.expires_in"},
			check:  status("session", http.StatusCreated)},
		{about: aboutRequest, name: "echo of owner and type", needs: sessions, documented: "as sent, not reliable", check: echoes("origin_owner_id", "origin_owner_name", "type")},
	}

	for _, name := range []string{
		"origin_username", "categories", "provider", "connector_profile_id", "integration_id", "account_id", "label", "metadata", "multiple", "shared", "relink",
	} {
		rows = append(rows, fact{about: aboutRequest, name: name, needs: sessions, reliesOn: inSessions, documented: "accepted",
			covers: []string{"ConnectSessionRequest." + name}, check: accepted("session with " + name)})
	}

	rows = append(rows,
		fact{about: aboutRequest, name: "provider_version", needs: sessions, documented: "deprecated, can make the call fail", covers: []string{"ConnectSessionRequest.provider_version"}, check: accepted("provider_version")},
		fact{about: aboutRequest, name: "categories hrisLegacy and stackOne", needs: sessions, documented: "refused: only examples spell them so", check: refused("documentation's spelling")},
		fact{about: aboutRequest, name: "a category that does not exist", needs: sessions, reliesOn: inCategories, documented: "400", check: refused("unknown category")},
		fact{about: aboutRequest, name: "expires_in of 1", needs: sessions, documented: "accepted: no minimum is declared", check: accepted("expires_in 1")},
		fact{about: aboutRequest, name: "expires_in of 2592000, thirty days", needs: sessions, documented: "accepted (inferred)", check: accepted("expires_in 2592000")},
		fact{about: aboutRequest, name: "expires_in with a fraction", needs: sessions, documented: "accepted: the type is number", check: accepted("expires_in fraction")},
		fact{about: aboutRequest, name: "a field that does not exist", needs: sessions, documented: "ignored (inferred)", check: accepted("unknown field")},
	)

	for _, f := range []struct {
		name     string
		required bool
		types    []string
	}{
		{"id", true, []string{aNumber, aString}},
		{"organization_id", true, []string{aString, aNumber}},
		{"project_id", true, []string{aString}},
		{"created_at", true, []string{aMoment}},
		{"token", true, []string{aString}},
		{"auth_link_url", true, []string{aString}},
		{"external_trigger_token", false, []string{aString, aNull}},
	} {
		rows = append(rows, fieldRow(aboutAnswer, sessions, inSessions, "connectSessionAnswer", []string{"session"}, whole, []string{f.name}, f.required, f.types))
	}

	return append(rows,
		fact{about: aboutAnswer, name: "created_at against Date", needs: sessions, reliesOn: inExpiry, documented: "within " + tolerance.String(),
			check: said("session", "created_at is near Date", "within "+tolerance.String(), "further apart")},
		fact{about: aboutAnswer, name: "where the link goes", needs: sessions, documented: "a host of StackOne, with the token in the query", check: checkLink},
		fact{about: aboutAnswer, name: "fields that no document names", needs: sessions, documented: "none", check: newNames([]string{"session"}, whole,
			"id organization_id project_id created_at token auth_link_url external_trigger_token origin_owner_id origin_owner_name origin_username provider account_id "+
				"label metadata categories type integration_id connector_profile_id latest_connection_attempt multiple shared relink expires_in")},
	)
}

func terraformFacts() []fact {
	var rows []fact

	for _, step := range []struct{ name, reliesOn, documented string }{
		{stepApply, "internal/provider/connect_session_resource.go", "creates a session"},
		{stepSecondPlan, "internal/provider/connect_session_resource.go", "is empty"},
		{stepRenewal, inExpiry, "replaces the session"},
		{stepEphemeral, "internal/provider/connect_session_ephemeral.go", "opens a session"},
		{stepDestroy, "internal/provider/connect_session_resource.go", "forgets the session"},
	} {
		rows = append(rows, fact{about: aboutTerraform, name: step.name, needs: sessions, reliesOn: step.reliesOn, documented: step.documented,
			check: func(e *evidence) (verdict, string) {
				worked, tried := e.terraform[step.name]

				switch {
				case !tried:
					return notSeen, ""
				case !worked:
					return otherwise, "it does not: run it by hand to see why"
				}

				return asDocumented, step.documented
			}})
	}

	return rows
}

// fieldRow is the row of a field of an answer. Where the API has two names for it,
// the client takes either.
func fieldRow(about string, needs mode, reliesOn, decoder string, probes []string, part func(*shape) *shape, names []string, required bool, types []string) fact {
	documented := strings.Join(types, " or ")
	if !required {
		documented += ", may be absent"
	}

	covers := make([]string, len(names))
	for i, name := range names {
		covers[i] = decoder + "." + name
	}

	return fact{
		about: about, name: strings.Join(names, " or "), needs: needs, reliesOn: reliesOn, documented: documented, covers: covers,
		check: field(probes, part, names, required, types...),
	}
}

// known are the names of a list of words.
func known(words string) map[string]bool {
	return maps.Collect(func(yield func(string, bool) bool) {
		for word := range strings.FieldsSeq(words) {
			if !yield(word, true) {
				return
			}
		}
	})
}

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
