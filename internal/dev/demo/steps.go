package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// The files that Terraform keeps its plans in.
const (
	planFile    = "onboarding.tfplan"
	removalFile = "removal.tfplan"
)

func (d *demo) plan(ctx context.Context) (err error) {
	d.planned, _, err = d.visibly(ctx, []string{"plan", "-out=" + planFile})
	if err != nil {
		return err
	}

	if n := len(d.api.Requests()); n != 0 {
		return fmt.Errorf("the plan sent %d requests, expected none", n)
	}

	return nil
}

func (d *demo) apply(ctx context.Context) (err error) {
	d.applied, _, err = d.visibly(ctx, []string{"apply", planFile})
	return err
}

// links shows what Terraform hands on, and compares it with what the stand-in
// issued.
func (d *demo) links(ctx context.Context) error {
	args := []string{"output", "-json", "auth_links"}
	d.prompt(d.commandLine(args))

	output, err := d.quietly(ctx, args...)
	if err != nil {
		return err
	}

	var links map[string]string
	if err := json.Unmarshal([]byte(output), &links); err != nil {
		return fmt.Errorf("the output is not a map of links: %w", err)
	}

	owners := slices.Sorted(maps.Keys(links))
	d.table(owners, func(owner string) string { return links[owner] })
	d.say("")
	d.note("A link is a secret: who has it can connect a system in the customer's name.")
	d.note("These come from the stand-in, so StackOne does not know them.")

	if len(links) != customers {
		return fmt.Errorf("there are %d auth links, expected %d", len(links), customers)
	}

	issued := d.issuedLinks()
	for _, owner := range owners {
		if links[owner] == "" || links[owner] != issued[owner] {
			return fmt.Errorf("the auth link of %s is not the one that the stand-in issued", owner)
		}
	}

	return nil
}

// requests shows what Terraform has sent so far.
func (d *demo) requests(context.Context) error {
	requests := d.api.Requests()
	for _, r := range requests {
		d.say("%s %s → %d", bold(r.Method), bold(r.Path), r.Status)
		d.table(slices.Sorted(maps.Keys(r.Fields)), func(field string) string { return shown(field, r.Fields[field]) })
	}

	d.say("")
	d.note("Each carried the API key as HTTP Basic authentication, which is not shown.")

	for _, r := range requests {
		if r.Method != http.MethodPost || r.Path != "/connect_sessions" || r.Status != 201 {
			return fmt.Errorf("%s %s was answered with %d; expected only POST /connect_sessions with 201", r.Method, r.Path, r.Status)
		}
	}

	return d.noFurtherRequest()
}

func (d *demo) planAgain(ctx context.Context) error {
	const changes = 2 // the exit code that says that there are changes

	output, code, err := d.visibly(ctx, []string{"plan", "-detailed-exitcode"}, changes)
	if err != nil {
		return err
	}

	d.plannedAgain = output
	if code == changes || !strings.Contains(plain(output), "No changes.") {
		return fmt.Errorf("the second plan is not empty: exit code %d", code)
	}

	d.say("")
	d.say("Exit code 0: nothing to change. The plan sent no request.")

	return d.noFurtherRequest()
}

// destroy shows the removal alone: the plan of it would repeat every value.
func (d *demo) destroy(ctx context.Context) error {
	args := []string{"plan", "-destroy", "-out=" + removalFile}
	d.prompt(d.commandLine(args))

	if _, err := d.quietly(ctx, args...); err != nil {
		return err
	}

	d.note("Left out here: each of the values above, marked for removal.")
	d.say("")

	output, _, err := d.visibly(ctx, []string{"apply", removalFile})
	if err != nil {
		return err
	}

	if text := plain(output); !strings.Contains(text, "Warning:") || !strings.Contains(text, "usable") {
		return errors.New("there is no warning that the links stay usable")
	}

	if state, err := d.quietly(ctx, "state", "list"); err != nil || strings.TrimSpace(state) != "" {
		return errors.Join(err, fmt.Errorf("the state still holds %q", strings.Fields(state)))
	}

	return d.noFurtherRequest()
}

// noFurtherRequest checks that there was one request for each customer, and no
// other.
func (d *demo) noFurtherRequest() error {
	if n := len(d.api.Requests()); n != customers {
		return fmt.Errorf("there were %d requests, expected %d", n, customers)
	}

	return nil
}

// shown is a field of a request body as the demo prints it. A field that it does
// not know might be secret.
func shown(field string, value json.RawMessage) string {
	known := []string{
		"account_id", "categories", "connector_profile_id", "expires_in", "integration_id", "label", "metadata", "multiple", "origin_owner_id",
		"origin_owner_name", "origin_username", "provider", "provider_version", "relink", "shared", "type",
	}
	if !slices.Contains(known, field) {
		return "(not shown)"
	}

	return string(value)
}

// issuedLinks are the auth links that the stand-in issued, by customer.
func (d *demo) issuedLinks() map[string]string {
	links := map[string]string{}
	for _, s := range d.api.Sessions() {
		links[s.Text("origin_owner_id")] = s.AuthLinkURL
	}

	return links
}
