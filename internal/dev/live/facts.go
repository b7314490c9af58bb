package main

import (
	"fmt"
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
	check  check
	// field is set where the row is about the type of a field.
	field *property
}

// The files that rely on facts.
const (
	inAccounts     = "internal/stackone/accounts.go"
	inFilter       = "internal/stackone/account_filter.go"
	inPages        = "internal/stackone/pages.go"
	inAuthConfigs  = "internal/stackone/auth_configs.go"
	inConnectors   = "internal/stackone/connectors.go"
	inSessions     = "internal/stackone/connect_sessions.go"
	inErrors       = "internal/stackone/errors.go"
	inTransport    = "internal/stackone/transport.go"
	inCategories   = "internal/provider/vocabulary.go"
	inExpiry       = "internal/provider/connect_session_expiry.go"
	aboutTransport = "Transport"
	aboutErrors    = "Errors"
	aboutAccounts  = "Linked accounts"
	aboutConfigs   = "Auth configs"
	aboutCatalogue = "Connectors"
	aboutRequest   = "Connect sessions: request"
	aboutAnswer    = "Connect sessions: answer"
	aboutLabel     = "Label of an account"
	aboutTerraform = "Terraform with the provider"

	newFields = "fields that no document names"
)

// facts is the one list of what is looked at. To add a fact, add a row; a probe of
// its own is a request in reading.go or sessions.go.
func facts() []fact {
	return slices.Concat(transportFacts(), errorFacts(), accountFacts(), authConfigFacts(), connectorFacts(), sessionFacts(), terraformFacts(), labelFacts())
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
	rows := []fact{
		{about: aboutErrors, name: "status for a wrong key", needs: reading, reliesOn: inErrors, documented: "401", check: status("wrong key", http.StatusUnauthorized)},
		{about: aboutErrors, name: "status for an account that does not exist", needs: reading, reliesOn: inErrors, documented: "404", check: status("no account", http.StatusNotFound)},
	}

	for _, f := range []struct {
		name, reliesOn, documented string
		covers                     []string
		required                   bool
		types                      []string
	}{
		{"statusCode", inErrors, "number", []string{"saysNotFound.statusCode"}, true, []string{aNumber}},
		{"message", inErrors, "string, or array (inferred)", []string{"errorBody.message"}, true, []string{aString, anArray}},
		{"errors", "", "array, may be absent", []string{"errorBody.errors"}, false, []string{anArray, aNull}},
		{"errorCode", "", "string, may be absent", []string{"errorBody.errorCode"}, false, []string{aString, aNull}},
		{"timestamp", "", "time, may be absent", nil, false, []string{aMoment}},
	} {
		row := fieldRow(aboutErrors, reading, f.reliesOn, "", property{errorBodies(), []string{f.name}, f.required, f.types})
		row.documented, row.covers = f.documented, f.covers
		rows = append(rows, row)
	}

	return rows
}

// errorBodies are those of refusals. A 400 is the one that may say more, and only
// sessions bring it.
func errorBodies() []source {
	return []source{{"no account", whole}, {"wrong key", whole}, {"unknown category", whole}}
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
				failure, tried := e.terraform[step.name]

				switch {
				case !tried:
					return notSeen, ""
				case failure != "":
					return otherwise, failure
				}

				return asDocumented, step.documented
			}})
	}

	return rows
}

// fieldRow is the row of a field of an answer, in which the client's function or
// type of that name reads it. Where the documents have other types than the client
// takes, the row needs a text of its own.
func fieldRow(about string, needs mode, reliesOn, decoder string, p property) fact {
	documented := strings.Join(p.types, " or ")
	if !p.required {
		documented += ", may be absent"
	}

	covers := make([]string, len(p.names))
	for i, name := range p.names {
		covers[i] = decoder + "." + name
	}

	return fact{about: about, name: strings.Join(p.names, " or "), needs: needs, reliesOn: reliesOn, documented: documented, covers: covers, check: p.check, field: &p}
}

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
