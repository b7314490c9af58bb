package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// Who the sessions are for: whoever meets one in the dashboard can tell what it is.
const (
	ownerID   = "terraform-provider-stackone-live-check"
	ownerName = "terraform-provider-stackone live check"
)

// sessionSeconds is how long the sessions last.
const sessionSeconds = 60

// How an input is echoed.
const (
	echoedAsSent  = "echoed as sent"
	echoedInCase  = "echoed in capitals or small letters"
	echoedOther   = "echoed with another value"
	namesTheField = "the message names the field"
	unmappedType  = "type is unmapped_value"
)

const linkHoldsToken = "the link holds the token"

// inputs are the optional inputs of a session with a value to try each. What the
// project has to have first, such as an account, is left out when it has none.
func (p *prober) inputs() map[string]any {
	all := map[string]any{
		"origin_username": "live-check@example.com",
		"categories":      []string{"hris", "hris-legacy", "stackone"},
		"label":           "live check",
		"metadata":        map[string]any{"plan": "check", "seats": 25, "nested": map[string]any{"list": []any{1, "two", nil, true}}},
		"multiple":        true,
		"shared":          true,
		"relink":          false,
	}

	for name, value := range map[string]string{
		"provider": p.connectorKey, "connector_profile_id": p.authConfig, "integration_id": p.authConfig, "account_id": p.named,
	} {
		if value != "" {
			all[name] = value
		}
	}

	return all
}

// A variation is a request that tells a rule of the API, by the fields that make it
// different from the plain one; about is what an error should name.
type variation struct {
	fields map[string]any
	about  string
}

func variations() map[string]variation {
	return map[string]variation{
		"documentation's spelling": {map[string]any{"categories": []string{"hrisLegacy", "stackOne"}}, "categories"},
		"unknown category":         {map[string]any{"categories": []string{"no-such-category"}}, "categories"},
		"expires_in 1":             {map[string]any{"expires_in": 1}, "expires_in"},
		"expires_in 2592000":       {map[string]any{"expires_in": 30 * 24 * 60 * 60}, "expires_in"},
		"expires_in fraction":      {map[string]any{"expires_in": json.Number("60.5")}, "expires_in"},
		"unknown field":            {map[string]any{"no_such_field": "live check"}, "no_such_field"},
		"provider_version":         {map[string]any{"provider_version": "1"}, "provider_version"},
	}
}

// createSessions makes sessions of type test. Nobody gets to know their links.
func (p *prober) createSessions(ctx context.Context) error {
	p.watch(ctx, "session", p.lookAtSession, func() error {
		_, err := p.client.CreateConnectSession(ctx, stackone.ConnectSessionRequest{
			OriginOwnerID: ownerID, OriginOwnerName: ownerName, Type: new("test"), ExpiresIn: new(int64(sessionSeconds)),
		})

		return err
	})

	// Accounts belong to customers: the user says which one may be tried.
	if p.named == "" {
		p.evidence.untried["session with account_id"] = "set ACCOUNT to an account to try it"
	}

	for name, value := range p.inputs() {
		p.createWith(ctx, "session with "+name, map[string]any{name: value}, name)
	}

	for name, other := range variations() {
		p.createWith(ctx, name, other.fields, other.about)
	}

	return p.err
}

func (p *prober) createWith(ctx context.Context, name string, fields map[string]any, about string) {
	body := map[string]any{"origin_owner_id": ownerID, "origin_owner_name": ownerName, "type": "test", "expires_in": sessionSeconds}
	maps.Copy(body, fields)

	p.send(ctx, name, http.MethodPost, "/connect_sessions", nil, body, func(answer any, _ http.Header, e *exchange) {
		e.said[echo(answer, about, fields[about])] = true
		e.said[namesTheField] = mentions(answer, about)
	})
}

// echo is how a field of the request comes back, "" when it does not.
func echo(answer any, name string, sent any) string {
	object, _ := answer.(map[string]any)
	if object[name] == nil || sent == nil {
		return ""
	}

	wanted, errSent := json.Marshal(sent)
	back, errBack := json.Marshal(object[name])

	switch {
	case errSent == nil && errBack == nil && bytes.Equal(back, wanted):
		return echoedAsSent
	case errSent == nil && errBack == nil && bytes.EqualFold(back, wanted):
		return echoedInCase
	}

	return echoedOther
}

// lookAtSession notes what the plain session says of itself.
func (p *prober) lookAtSession(answer any, header http.Header, e *exchange) {
	object, _ := answer.(map[string]any)

	for name, sent := range map[string]any{"origin_owner_id": ownerID, "origin_owner_name": ownerName, "type": "test"} {
		e.said[name+" "+echo(answer, name, sent)] = true
	}

	e.said[unmappedType] = text(object, "type") == "unmapped_value"

	created, err := time.Parse(time.RFC3339Nano, text(object, "created_at"))
	if date, dateErr := http.ParseTime(header.Get("Date")); err == nil && dateErr == nil {
		e.said["created_at is near Date"] = created.Sub(date).Abs() <= tolerance
	}

	if link, isText := object["auth_link_url"].(string); isText && link != "" {
		token, _ := object["token"].(string)
		p.lookAtLink(link, token, e)
	}
}

// lookAtLink notes where the link of a session goes, without what it is.
func (p *prober) lookAtLink(address, token string, e *exchange) {
	e.link = &place{scheme: hidden, host: hidden}

	link, err := url.Parse(address)
	if err != nil {
		return
	}

	e.link.host = shownHost(link, p.base, token)

	if link.Scheme == "https" || link.Scheme == "http" {
		e.link.scheme = link.Scheme
	}

	if token != "" {
		e.said[linkHoldsToken] = false
	}

	for name, values := range link.Query() {
		if token != "" && slices.Contains(values, token) {
			e.said[linkHoldsToken] = true
		}

		// A query without names looks like a name without a value.
		if !apiName.MatchString(name) || len(name) > longestName || holds(name, token) || slices.Contains(values, "") {
			name = "(a name that is not shown)"
		}

		e.link.query = append(e.link.query, name)
	}

	slices.Sort(e.link.query)
}

// tolerance is how far two clocks may differ: a session's end is counted from
// created_at by the local clock.
const tolerance = 30 * time.Second
