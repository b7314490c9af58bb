package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

const (
	userAgent = "terraform-provider-stackone-live"
	// timeout bounds one attempt: StackOne gives up on its own work after 60 seconds.
	timeout = 70 * time.Second
	retries = 2
)

// A prober makes the requests. It holds identifiers of the project, for requests
// that need one, and hands out evidence alone.
type prober struct {
	client *stackone.Client
	// stranger has a wrong key.
	stranger *stackone.Client
	plain    *http.Client
	base     *url.URL
	key      stackone.Secret
	recorder *recorder
	evidence evidence
	// err is why no further probe is made.
	err error

	// named is the account that the user allows to be used, "" for none; account is
	// another one where that is so, and is only read.
	named, account, authConfig, connectorKey string
	// known are values that accounts have, by the filter that finds them.
	known map[string][]string
	// oldLabel is that of the account to label, a string, or nil for null.
	oldLabel any
}

func newProber(base *url.URL, key stackone.Secret, transport http.RoundTripper, clock stackone.Clock) (*prober, error) {
	p := &prober{base: base, key: key, recorder: &recorder{next: transport, clock: clock}, evidence: evidence{probes: map[string]*exchange{}, untried: map[string]string{}}}

	another, err := stackone.ParseAPIKey(wrongKey)
	if err != nil {
		return nil, err
	}

	if p.stranger, err = p.clientWith(another); err != nil {
		return nil, err
	}

	p.client, err = p.clientWith(key)
	p.plain = &http.Client{
		Transport: p.recorder, Timeout: timeout,
		// The key goes to no other host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}

	return p, err
}

func (p *prober) clientWith(key stackone.Secret) (*stackone.Client, error) {
	return stackone.New(stackone.Config{
		BaseURL: p.base, APIKey: key, UserAgent: userAgent, RequestTimeout: timeout, MaxRetries: retries, Clock: p.recorder.clock, Transport: p.recorder,
	})
}

// watch makes the requests of one probe and keeps the last exchange under its
// name. An error answer is evidence; that no answer came is an error, after which no
// further probe is made.
func (p *prober) watch(ctx context.Context, name string, l look, do func() error) {
	if p.err != nil {
		return
	}

	p.recorder.begin(l)

	err, kept := do(), p.recorder.kept()

	if kept != nil {
		p.evidence.probes[name] = kept
		p.evidence.all = p.recorder.all
	}

	var failure *stackone.Error
	if err != nil && (kept == nil || !errors.As(err, &failure) || failure.Kind != stackone.ErrorStatus && failure.Kind != stackone.ErrorAnswer) {
		// Go's text may hold what the server sent.
		p.err = unreachable(ctx, p.base)
	}
}

// send makes a request that the client does not offer, with the client's headers.
func (p *prober) send(ctx context.Context, name, method, path string, query url.Values, fields map[string]any, l look) {
	p.watch(ctx, name, l, func() error {
		var body []byte

		if fields != nil {
			var err error

			if body, err = json.Marshal(fields); err != nil {
				return err
			}
		}

		req, err := http.NewRequestWithContext(ctx, method, p.base.String()+path, bytes.NewReader(body))
		if err != nil {
			return err
		}

		req.URL.RawQuery = query.Encode()
		req.SetBasicAuth(p.key.Reveal(), "")
		req.Header.Set("User-Agent", userAgent)
		req.Header.Set("Accept", "application/json")

		if fields != nil {
			req.Header.Set("Content-Type", "application/json")
		}

		resp, err := p.plain.Do(req)
		if err != nil {
			return err
		}

		return resp.Body.Close()
	})
}

// getAccount makes a probe of an account.
func (p *prober) getAccount(ctx context.Context, probe string, client *stackone.Client, id string, l look) {
	p.watch(ctx, probe, l, func() error {
		_, err := client.GetAccount(ctx, id)
		return err
	})
}

// text is a string or a number of an answer, "" for all else.
func text(object map[string]any, name string) string {
	switch value := object[name].(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}

	return ""
}

// objects are those of a list, bare or under data.
func objects(answer any) []map[string]any {
	if envelope, ok := answer.(map[string]any); ok {
		answer = envelope["data"]
	}

	list, _ := answer.([]any)

	var out []map[string]any

	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			out = append(out, object)
		}
	}

	return out
}

// each notes whether every object of a list satisfies the condition.
func each(condition func(object map[string]any) bool) look {
	return func(answer any, _ http.Header, e *exchange) {
		e.said[everyMatches] = !slices.ContainsFunc(objects(answer), func(object map[string]any) bool { return !condition(object) })
	}
}

// mentions reports whether an error's messages name a field.
func mentions(answer any, field string) bool {
	object, _ := answer.(map[string]any)

	for _, name := range []string{"message", "errors"} {
		said, _ := json.Marshal(object[name])
		if strings.Contains(string(said), field) {
			return true
		}
	}

	return false
}
