package main

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// nobody is an identifier, an owner and a connector that no project has. It is no
// secret: it begins with what it is for.
const nobody = "terraform-provider-stackone-live-check-does-not-exist"

// wrongKey has the form of a key.
const wrongKey = "v1.eu1.terraform-provider-stackone-live-check-wrong-key"

// What is compared while an answer is read.
const (
	everyMatches     = "every object matches"
	askedFor         = "it is the one that was asked for"
	differsFromFirst = "it differs from the first page"
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
		if found := objects(answer); p.account == "" && len(found) > 0 {
			p.account = text(found[0], "id")
		}
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

func (p *prober) readAccounts(ctx context.Context) {
	p.readPages(ctx, "/accounts")

	for _, filter := range []string{"account_ids", "origin_owner_ids", "providers"} {
		p.send(ctx, "accounts by "+filter, http.MethodGet, "/accounts", url.Values{filter: {nobody}, "page": {"1"}, "page_size": {"5"}}, nil, nil)
	}

	p.send(ctx, "accounts by status", http.MethodGet, "/accounts", url.Values{"status": {"active"}, "page": {"1"}, "page_size": {"5"}}, nil,
		each(func(object map[string]any) bool { return text(object, "status") == "active" }))

	if p.account == "" {
		return
	}

	p.getAccount(ctx, "account", p.client, p.account, func(answer any, _ http.Header, e *exchange) {
		object, _ := answer.(map[string]any)
		e.said[askedFor] = text(object, "id") == p.account
	})
}

// readPages asks for a page of the size that the API chooses, and for two pages of
// one object each.
func (p *prober) readPages(ctx context.Context, path string) {
	p.send(ctx, path+" as usual", http.MethodGet, path, nil, nil, nil)

	first := ""

	for _, number := range []string{"1", "2"} {
		p.readPage(ctx, path, number, url.Values{"page": {number}}, &first)
	}
}

// readPage asks for a page of one object, compares it with the first one, and returns
// the cursor of the next one, if any.
func (p *prober) readPage(ctx context.Context, path, number string, query url.Values, first *string) (next string) {
	query.Set("page_size", "1")

	p.send(ctx, path+" page "+number, http.MethodGet, path, query, nil, func(answer any, _ http.Header, e *exchange) {
		if found := objects(answer); len(found) > 0 {
			id := cmp.Or(text(found[0], "id"), text(found[0], "key"))
			e.said[differsFromFirst] = id != *first
			*first = cmp.Or(*first, id)
		}

		envelope, _ := answer.(map[string]any)
		next = text(envelope, "next")
	})

	return next
}

// readConnectors looks at the catalogue, without the actions, which are most of it.
func (p *prober) readConnectors(ctx context.Context) {
	p.watch(ctx, "connectors", nil, func() error { return firstPage(p.client.Connectors(ctx, stackone.ConnectorFilter{})) })

	query := url.Values{"exclude": {"actions"}, "group_by": {"connector"}}
	first := ""

	if next := p.readPage(ctx, "/actions", "1", query, &first); next != "" {
		query.Set("next", next)
		p.readPage(ctx, "/actions", "2", query, &first)
	}

	query.Del("next")
	query.Set("page_size", "5")
	query.Set("filter[connectors]", nobody)

	p.send(ctx, "connectors by key", http.MethodGet, "/actions", query, nil, nil)
}

func (p *prober) readAuthConfigs(ctx context.Context) {
	p.watch(ctx, "auth configs", func(answer any, _ http.Header, _ *exchange) {
		if found := objects(answer); len(found) > 0 {
			p.authConfig, p.connectorKey = text(found[0], "id"), text(found[0], "connector_key")
		}
	}, func() error { return firstPage(p.client.AuthConfigs(ctx, stackone.AuthConfigFilter{})) })

	p.readPages(ctx, "/auth_configs")

	for _, enabled := range []string{"true", "false"} {
		p.send(ctx, "auth configs enabled="+enabled, http.MethodGet, "/auth_configs", url.Values{"enabled": {enabled}, "page_size": {"25"}}, nil,
			each(func(object map[string]any) bool {
				active, known := object["active"].(bool)
				return !known || active == (enabled == "true")
			}))
	}

	p.send(ctx, "auth configs by connector_key", http.MethodGet, "/auth_configs", url.Values{"connector_key": {nobody}, "page_size": {"5"}}, nil, nil)
}

func (p *prober) readErrors(ctx context.Context) {
	p.getAccount(ctx, "no account", p.client, nobody, nil)
	p.getAccount(ctx, "wrong key", p.stranger, nobody, nil)
}
