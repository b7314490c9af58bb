package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// nobody is an identifier, an owner and a connector that no project has. It is no
// secret: it begins with what it is for.
const nobody = "terraform-provider-stackone-live-check-does-not-exist"

// wrongKey has the form of a key.
const wrongKey = "v1.eu1.terraform-provider-stackone-live-check-wrong-key"

// What is compared while an answer is read.
const (
	everyMatches   = "every object matches"
	everyComes     = "every value that was asked for comes"
	severalValues  = "more than one value was asked for"
	askedFor       = "it is the one that was asked for"
	differs        = "it begins otherwise than the page before"
	namesTheCursor = "it names the next page"
)

// stop is why a run cannot look at the API at all: one sentence for the user.
type stop struct{ sentence string }

func (s stop) Error() string { return s.sentence }

func unreachable(ctx context.Context, base *url.URL) error {
	if ctx.Err() != nil {
		return stop{"The look at the API was interrupted."}
	}

	return stop{fmt.Sprintf("No answer came from %s://%s: check the address in STACKONE_BASE_URL and the way to it.", base.Scheme, base.Host)}
}

// read makes the requests that change nothing, after greet.
func (p *prober) read(ctx context.Context) error {
	p.readAccounts(ctx)
	p.readAuthConfigs(ctx)
	p.readConnectors(ctx)
	p.readErrors(ctx)

	return p.err
}

// greet lists the accounts and finds out whether this is the API, and the key its.
func (p *prober) greet(ctx context.Context) error {
	p.watch(ctx, "accounts", func(answer any, _ http.Header, _ *exchange) {
		found := objects(answer)
		p.known = map[string][]string{}

		for filter, names := range accountFilters() {
			p.known[filter] = valuesOf(found, names...)
		}

		p.account = cmp.Or(p.account, text(first(found, whichever), "id"))
	}, func() error { return firstPage(p.client.Accounts(ctx, stackone.AccountFilter{})) })

	if p.err != nil {
		return p.err
	}

	switch e := p.recorder.kept(); {
	case e.status == http.StatusUnauthorized:
		return stop{"StackOne refused the key (401): check STACKONE_API_KEY, and that the key is enabled in the dashboard."}
	case e.status == http.StatusForbidden:
		return stop{"StackOne refused the request (403): the key lacks the scope of the platform API, or something in between refuses this program."}
	case busy(e.status):
		return stop{fmt.Sprintf("StackOne answers %s just now, which says nothing of the facts: try again later.", statusText(e.status))}
	case e.redirect != "":
		return stop{fmt.Sprintf("%s redirects to %s, which is not followed: set STACKONE_BASE_URL to the address of the API itself.", p.base.Host, e.redirect)}
	case e.body == nil:
		return stop{fmt.Sprintf("What answers at %s is not StackOne's API: the answer (%d) is no JSON.", p.base.Host, e.status)}
	}

	return nil
}

// firstPage consumes one page of a list.
func firstPage[T any](list iter.Seq2[T, error]) error {
	for _, err := range list {
		return err
	}

	return nil
}

// accountFilters are the names of the fields that each filter is about.
func accountFilters() map[string][]string {
	return map[string][]string{"account_ids": {"id"}, "origin_owner_ids": {"origin_owner_id", "owner_id"}, "providers": {"provider", "connector"}, "status": {"status"}}
}

func (p *prober) readAccounts(ctx context.Context) {
	p.readPages(ctx, "/accounts", "accounts")

	for _, filter := range []string{"account_ids", "origin_owner_ids", "providers"} {
		p.send(ctx, "accounts by "+filter, http.MethodGet, "/accounts", url.Values{filter: {nobody}, "page": {"1"}, "page_size": {"5"}}, nil, nil)
	}

	p.send(ctx, "accounts by status", http.MethodGet, "/accounts", url.Values{"status": {"active"}, "page": {"1"}, "page_size": {"5"}}, nil,
		each(func(object map[string]any) bool { return text(object, "status") == "active" }))

	for filter, names := range accountFilters() {
		if values := p.known[filter]; len(values) > 0 {
			p.send(ctx, "accounts by known "+filter, http.MethodGet, "/accounts", url.Values{filter: values, "page": {"1"}, "page_size": {"100"}}, nil, finds(values, names...))
		}
	}

	if p.account == "" {
		return
	}

	p.getAccount(ctx, "account", p.client, p.account, func(answer any, _ http.Header, e *exchange) {
		object, _ := answer.(map[string]any)
		e.said[askedFor] = text(object, "id") == p.account
	})
}

// readPages asks for a page of the size that the API chooses, and for two pages of
// one object each. Where a page of a hundred has brought fewer, it asks for a second
// one, which there should not be.
func (p *prober) readPages(ctx context.Context, path, list string) {
	begin := ""

	p.send(ctx, path+" as usual", http.MethodGet, path, nil, nil, compare(&begin))

	before := begin

	for _, number := range []string{"1", "2"} {
		p.readPage(ctx, path, number, url.Values{"page": {number}}, &before)
	}

	if all := p.evidence.of(list); all != nil && all.body.list() != nil && all.body.list().longest < fullPage {
		p.send(ctx, path+" after the end", http.MethodGet, path, url.Values{"page": {"2"}, "page_size": {"100"}}, nil, compare(&begin))
	}
}

// compare notes whether a page begins with another object than the one before, and
// keeps with which.
func compare(before *string) look {
	return func(answer any, _ http.Header, e *exchange) {
		if found := objects(answer); len(found) > 0 {
			id := cmp.Or(text(found[0], "id"), text(found[0], "key"))
			e.said[differs] = id != *before
			*before = id
		}
	}
}

// readPage asks for a page of one object, and returns the cursor of the next one,
// if any.
func (p *prober) readPage(ctx context.Context, path, number string, query url.Values, before *string) (next string) {
	query.Set("page_size", "1")

	p.send(ctx, path+" page "+number, http.MethodGet, path, query, nil, func(answer any, header http.Header, e *exchange) {
		compare(before)(answer, header, e)

		envelope, _ := answer.(map[string]any)
		next = text(envelope, "next")

		if !query.Has("page") {
			e.said[namesTheCursor] = next != ""
		}
	})

	return next
}

// readConnectors looks at the catalogue, without the actions, which are most of it.
func (p *prober) readConnectors(ctx context.Context) {
	var known []string

	p.watch(ctx, "connectors", func(answer any, _ http.Header, _ *exchange) { known = valuesOf(objects(answer), "key") },
		func() error { return firstPage(p.client.Connectors(ctx, stackone.ConnectorFilter{})) })

	query, before := url.Values{"exclude": {"actions"}, "group_by": {"connector"}}, ""

	p.send(ctx, "/actions as usual", http.MethodGet, "/actions", query, nil, nil)

	if next := p.readPage(ctx, "/actions", "1", query, &before); next != "" {
		query.Set("next", next)
		p.readPage(ctx, "/actions", "2", query, &before)
	}

	query.Del("next")
	query.Set("page_size", "5")
	query.Set("filter[connectors]", nobody)

	p.send(ctx, "connectors by key", http.MethodGet, "/actions", query, nil, nil)

	if len(known) > 0 {
		query.Set("page_size", "100")
		query.Set("filter[connectors]", strings.Join(known, ","))
		p.send(ctx, "connectors by known key", http.MethodGet, "/actions", query, nil, finds(known, "key"))
	}
}

func (p *prober) readAuthConfigs(ctx context.Context) {
	var known []string

	p.watch(ctx, "auth configs", func(answer any, _ http.Header, _ *exchange) {
		found := objects(answer)
		// The API takes one.
		known = valuesOf(found, "connector_key")
		known = known[:min(len(known), 1)]

		// A disabled one cannot be tried.
		active := func(object map[string]any) bool { return object["active"] == true }
		profile := first(found, func(object map[string]any) bool { return active(object) && object["default"] == true })

		if profile == nil {
			profile = first(found, active)
		}

		p.authConfig, p.connectorKey = text(profile, "id"), text(profile, "connector_key")
	}, func() error { return firstPage(p.client.AuthConfigs(ctx, stackone.AuthConfigFilter{})) })

	p.readPages(ctx, "/auth_configs", "auth configs")

	for _, enabled := range []string{"true", "false"} {
		p.send(ctx, "auth configs enabled="+enabled, http.MethodGet, "/auth_configs", url.Values{"enabled": {enabled}, "page_size": {"25"}}, nil,
			each(func(object map[string]any) bool {
				active, known := object["active"].(bool)
				return !known || active == (enabled == "true")
			}))
	}

	p.send(ctx, "auth configs by connector_key", http.MethodGet, "/auth_configs", url.Values{"connector_key": {nobody}, "page_size": {"5"}}, nil, nil)

	if len(known) > 0 {
		p.send(ctx, "auth configs by known connector_key", http.MethodGet, "/auth_configs", url.Values{"connector_key": known, "page_size": {"5"}}, nil, finds(known, "connector_key"))
	}
}

// valuesOf are the first two values that differ of a field, which may have several
// names.
func valuesOf(list []map[string]any, names ...string) []string {
	var out []string

	for _, object := range list {
		if value := valueOf(object, names); value != "" && !slices.Contains(out, value) && len(out) < 2 {
			out = append(out, value)
		}
	}

	return out
}

// valueOf is a string under the first of the names that has one.
func valueOf(object map[string]any, names []string) string {
	for _, name := range names {
		if value, _ := object[name].(string); value != "" {
			return value
		}
	}

	return ""
}

// finds notes whether the objects of a list have the values that were asked for,
// and whether each of these comes.
func finds(values []string, names ...string) look {
	return func(answer any, header http.Header, e *exchange) {
		found := objects(answer)

		each(func(object map[string]any) bool { return slices.Contains(values, valueOf(object, names)) })(answer, header, e)

		e.said[everyComes] = !slices.ContainsFunc(values, func(value string) bool {
			return !slices.ContainsFunc(found, func(object map[string]any) bool { return valueOf(object, names) == value })
		})
		e.said[severalValues] = len(values) > 1
	}
}

// first is the first object for which a condition holds, nil when there is none.
func first(list []map[string]any, holds func(map[string]any) bool) map[string]any {
	if i := slices.IndexFunc(list, holds); i >= 0 {
		return list[i]
	}

	return nil
}

func whichever(map[string]any) bool { return true }

func (p *prober) readErrors(ctx context.Context) {
	p.getAccount(ctx, "no account", p.client, nobody, nil)
	p.getAccount(ctx, "wrong key", p.stranger, nobody, nil)
}
