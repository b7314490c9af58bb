package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// checkLabel is what the one account is labelled with for a moment.
const checkLabel = "terraform-provider-stackone live check"

// timeToRestore bounds setting the old label back after an interrupt.
const timeToRestore = 2 * time.Minute

const (
	labelled = "the label is the one that was set"
	asBefore = "the label is the old one"
	removes  = "it removes the label"
)

// find finds the account that the user has named, and reads its label, if that is to
// change, exactly as the answer has it. The client's own reading will not do: a label
// that it cannot read is nil to it, as one of blanks is, and would be removed in the
// end.
func (p *prober) find(ctx context.Context, m mode) error {
	found, told := false, false

	look := func(answer any, _ http.Header, _ *exchange) {
		object, _ := answer.(map[string]any)
		p.oldLabel, told = object["label"]

		if text, isText := p.oldLabel.(string); isText {
			// What is no Unicode is lost in reading.
			told = !strings.ContainsRune(text, utf8.RuneError)
		} else {
			told = told && p.oldLabel == nil
		}
	}

	p.watch(ctx, "named account", look, func() error {
		_, err := p.client.GetAccount(ctx, p.account)
		found = err == nil

		return err
	})

	switch kept := p.recorder.kept(); {
	case p.err != nil:
		return p.err
	case !found && kept.status == http.StatusNotFound:
		return stop{"The project of the key has no account with the id in ACCOUNT."}
	case !found:
		return stop{"The account with the id in ACCOUNT could not be read, so nothing was changed."}
	case !told && m == labelling:
		return stop{"StackOne does not tell the label of the account with the id in ACCOUNT as a string or null, and it could not be set back, so nothing was changed."}
	}

	return nil
}

// label sets a label on one account and sets the old one back, whatever happens in
// between: after an interrupt, and when the answer to the change was lost. A file
// in the folder keeps the old one for as long.
func (p *prober) label(ctx context.Context, folder string) (err error) {
	file, err := p.save(folder)
	if err != nil {
		return stop{"The old label cannot be kept in a file, so nothing was changed: " + err.Error()}
	}

	defer func() { err = errors.Join(err, p.restore(ctx, file)) }()

	look := func(answer any, _ http.Header, e *exchange) {
		object, _ := answer.(map[string]any)
		e.said[labelled] = text(object, "label") == checkLabel
	}

	p.watch(ctx, "label", look, func() error {
		_, err := p.client.UpdateAccount(ctx, p.account, stackone.AccountUpdate{Label: new(checkLabel)})
		return err
	})
	p.getAccount(ctx, "labelled account", p.client, p.account, look)

	return p.err
}

// save writes the request that restores the old label into a file that nobody else
// can read.
func (p *prober) save(folder string) (string, error) {
	body, err := json.Marshal(map[string]any{"label": p.oldLabel})
	if err != nil {
		return "", err
	}

	file, err := os.CreateTemp(folder, "live-old-label-*.json")
	if err != nil {
		return "", err
	}

	_, err = file.Write(body)

	return file.Name(), errors.Join(err, file.Close())
}

// restore sets the old label back, and removes the file with it. The documents do
// not say how a label is removed: null is tried first, then the empty string.
func (p *prober) restore(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeToRestore)
	defer cancel()

	attempts := []any{nil, ""}
	if p.oldLabel != nil {
		// Once more, should an attempt have been lost.
		attempts = []any{p.oldLabel, p.oldLabel}
	}

	for _, label := range attempts {
		name := "label restored"
		if label == nil {
			name = "label of null"
		}

		// Neither an interrupt nor a lost answer keeps this from being tried.
		p.err = nil

		p.send(ctx, name, http.MethodPatch, "/accounts/"+url.PathEscape(p.account), nil, map[string]any{"label": label}, nil)
		write := p.recorder.kept()
		p.err = nil
		restored := false

		p.getAccount(ctx, "account as before", p.client, p.account, func(answer any, _ http.Header, e *exchange) {
			object, _ := answer.(map[string]any)
			label, told := object["label"]
			restored = told && e.status == http.StatusOK && text(object, "id") == p.account && label == p.oldLabel
			e.said[asBefore] = restored
		})

		if p.err == nil && write != nil {
			write.said[removes] = restored
		}

		if restored {
			return os.Remove(file)
		}
	}

	return stop{fmt.Sprintf("The old label of the account could not be set back. It is in %s, which nobody else can read: set it in the dashboard, or with "+
		`curl -u "$STACKONE_API_KEY:" -X PATCH -H "Content-Type: application/json" --data @%s "%s/accounts/$ACCOUNT"`, file, file, p.base)}
}

func labelFacts() []fact {
	rows := []fact{
		{about: aboutLabel, name: "PATCH of label", needs: labelling, reliesOn: inAccounts, documented: "200", covers: []string{"AccountUpdate.label"}, check: status("label", http.StatusOK)},
		{about: aboutLabel, name: "label in the answer", needs: labelling, reliesOn: inAccounts, documented: "as sent, a string (inferred)", check: said("label", labelled, "as sent", "another, or none")},
		{about: aboutLabel, name: "label when read again", needs: labelling, reliesOn: inAccounts, documented: "as sent", check: said("labelled account", labelled, "as sent", "another, or none")},
		{about: aboutLabel, name: "the old label, set back", needs: labelling, reliesOn: inAccounts, documented: "as before", check: said("account as before", asBefore, "as before", "another, or none")},
		{about: aboutLabel, name: "null as label", needs: labelling, documented: "unknown; removing it is likely", check: said("label of null", removes, "removes it", "leaves it")},
	}

	for _, name := range []string{"origin_owner_id", "origin_owner_name", "origin_username", "type", "shared", "metadata"} {
		rows = append(rows, fact{about: aboutLabel, name: "PATCH of " + name, needs: labelling, reliesOn: inAccounts, documented: "200", covers: []string{"AccountUpdate." + name},
			check: func(*evidence) (verdict, string) { return notSeen, "no run changes that" }})
	}

	return rows
}
