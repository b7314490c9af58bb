package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// checkLabel is what the one account is labelled with for a moment.
const checkLabel = "terraform-provider-stackone live check"

// timeToRestore bounds setting the old label back after an interrupt.
const timeToRestore = 2 * time.Minute

const (
	labelled = "the label is the one that was set"
	asBefore = "the label is the old one"
)

// label sets a label on one account and sets the old one back, whatever happens in
// between: after an interrupt, and when the answer to the change was lost.
func (p *prober) label(ctx context.Context, id string) (err error) {
	var old *string

	known := false

	err = p.watch("account to label", nil, func() error {
		account, err := p.client.GetAccount(ctx, id)
		if err == nil {
			old, known = account.Label, true
		}

		return err
	})

	switch {
	case err != nil:
		return p.explain(ctx, err)
	case !known && p.evidence.probes["account to label"].status == http.StatusNotFound:
		return stop{"The project of the key has no account with the id in ACCOUNT."}
	case !known:
		return stop{"The account with the id in ACCOUNT could not be read, so nothing was changed."}
	}

	defer func() { err = errors.Join(err, p.restore(ctx, id, old)) }()

	look := func(answer any, _ http.Header, e *exchange) {
		object, _ := answer.(map[string]any)
		e.said[labelled] = text(object, "label") == checkLabel
	}

	err = p.watch("label", look, func() error {
		_, err := p.client.UpdateAccount(ctx, id, stackone.AccountUpdate{Label: new(checkLabel)})

		return err
	})
	if err != nil {
		return p.explain(ctx, err)
	}

	err = p.watch("labelled account", look, func() error {
		_, err := p.client.GetAccount(ctx, id)

		return err
	})
	if err != nil {
		return p.explain(ctx, err)
	}

	return nil
}

// restore sets the old label back. The documents do not say how a label is
// removed: null is tried first, then the empty string.
func (p *prober) restore(ctx context.Context, id string, old *string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeToRestore)
	defer cancel()

	attempts := []any{nil, ""}
	if old != nil {
		// Once more, should an attempt have been lost.
		attempts = []any{*old, *old}
	}

	for i, label := range attempts {
		name := "label restored"
		if old == nil && i == 0 {
			name = "label of null"
		}

		wrote := p.send(ctx, name, http.MethodPatch, "/accounts/"+url.PathEscape(id), nil, map[string]any{"label": label}, nil)

		restored := false

		read := p.watch("account as before", func(answer any, _ http.Header, e *exchange) {
			object, isObject := answer.(map[string]any)
			label := text(object, "label")

			restored = isObject && e.status == http.StatusOK && (old == nil && label == "" || old != nil && label == *old)
			e.said[asBefore] = restored
		}, func() error {
			_, err := p.client.GetAccount(ctx, id)

			return err
		})

		if wrote == nil && read == nil && old == nil && i == 0 {
			p.evidence.probes[name].said["it removes the label"] = restored
		}

		if restored {
			return nil
		}
	}

	was := "It had none"
	if old != nil {
		// Whoever runs this needs it to repair the account; no report holds it.
		was = fmt.Sprintf("It was %q", *old)
	}

	return stop{"The old label of the account could not be set back. " + was + ": set it in the dashboard."}
}

func labelFacts() []fact {
	const about = "Label of an account"

	rows := []fact{
		{about: about, name: "PATCH of label", needs: labelling, reliesOn: inAccounts, documented: "200", covers: []string{"AccountUpdate.label"}, check: status("label", http.StatusOK)},
		{about: about, name: "label in the answer", needs: labelling, reliesOn: inAccounts, documented: "as sent, a string (inferred)", check: said("label", labelled, "as sent", "another, or none")},
		{about: about, name: "label when read again", needs: labelling, reliesOn: inAccounts, documented: "as sent", check: said("labelled account", labelled, "as sent", "another, or none")},
		{about: about, name: "the old label, set back", needs: labelling, reliesOn: inAccounts, documented: "as before", check: said("account as before", asBefore, "as before", "another, or none")},
		{about: about, name: "null as label", needs: labelling, documented: "removes it (inferred)", check: said("label of null", "it removes the label", "removes it", "leaves it")},
	}

	for _, name := range []string{"origin_owner_id", "origin_owner_name", "origin_username", "type", "shared", "metadata"} {
		rows = append(rows, fact{about: about, name: "PATCH of " + name, needs: labelling, reliesOn: inAccounts, documented: "200", covers: []string{"AccountUpdate." + name},
			check: func(*evidence) (verdict, string) { return notSeen, "no run changes that" }})
	}

	return rows
}
