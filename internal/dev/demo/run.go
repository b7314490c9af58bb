package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/StackOneHQ/terraform-provider-stackone/examples"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const (
	// scenario is the folder of the example that the demo applies.
	scenario = "scenarios/onboard-customers"
	// customers is how many customers the example onboards.
	customers = 3
)

// options are what the user wants.
type options struct {
	keep    bool
	picture string // the file to draw the run into, "" for none
	out     io.Writer
}

// outside is what the demo needs of the machine. Tests replace it.
type outside struct {
	lookPath  func(name string) (string, error)
	workspace func(ctx context.Context) (terraform, error)
	standIn   func(stackonetest.Options) (*stackonetest.Server, error)
}

// A demo is one run.
type demo struct {
	printer
	picture   string
	terraform terraform
	command   string // how the user calls Terraform
	api       *stackonetest.Server
	dir       string // of the example
	kept      bool   // whether the folder stays

	// What Terraform printed, with its colours.
	planned, applied, plannedAgain string
}

// run shows everything, cleans up, and reports what did not go as shown.
func run(ctx context.Context, o options, m outside) error {
	d := &demo{printer: printer{out: o.out}, picture: o.picture}

	err := d.run(ctx, o, m)
	if err != nil && ctx.Err() != nil {
		err = errStopped
	}

	err = errors.Join(err, d.clean())
	if d.err != nil {
		err = errors.Join(err, fmt.Errorf("writing the output of the demo: %w", d.err))
	}

	return err
}

func (d *demo) run(ctx context.Context, o options, m outside) error {
	d.say("%s", bold("Three customers onboarded to StackOne by Terraform, without an account:"))
	d.say("%s", bold("a stand-in on this machine takes the place of the StackOne API."))
	d.heading("Getting ready")

	if err := d.prepare(ctx, o, m); err != nil {
		return err
	}

	if err := d.show(ctx); err != nil {
		return err
	}

	if o.keep {
		d.keepRunning(ctx)
		return nil
	}

	return d.finish(ctx)
}

// clean stops the stand-in and, unless the user keeps it, removes the folder.
// Nothing else outlives a run.
func (d *demo) clean() error {
	if d.api != nil {
		d.api.Close()
	}

	if d.terraform == nil || d.kept {
		return nil
	}

	if err := d.terraform.Close(); err != nil {
		return fmt.Errorf("removing what the demo has made: %w", err)
	}

	d.say("\nEverything temporary is removed.")

	return nil
}

// prepare gets hold of everything, builds the provider and initialises a copy of
// the example.
func (d *demo) prepare(ctx context.Context, o options, m outside) (err error) {
	if _, err := m.lookPath("go"); err != nil {
		return advise(fmt.Errorf("the demo builds the provider, but there is no Go on PATH: %w", err),
			"Install Go from https://go.dev/dl/ and run the demo again.")
	}

	if !onPath(m.lookPath, "terraform") && !onPath(m.lookPath, "tofu") {
		d.note("Neither terraform nor tofu is on PATH: downloading Terraform for this run.")
	}

	if d.terraform, err = m.workspace(ctx); err != nil {
		return advise(err, "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu "+
			"(https://opentofu.org/docs/intro/install/), so that terraform or tofu is on PATH,\nand run the demo again.")
	}

	d.command = commandName(d.terraform.Terraform())
	d.say("Terraform:  %s", d.terraform.Terraform())

	// A link that leads to the stand-in is of use only while the stand-in runs.
	if d.api, err = m.standIn(stackonetest.Options{Customers: o.keep}); err != nil {
		return advise(fmt.Errorf("the stand-in for the StackOne API cannot listen on this machine: %w", err),
			"Let programs listen on a free port of 127.0.0.1 and run the demo again.")
	}

	for _, a := range authConfigs() {
		d.api.AddAuthConfig(a)
		d.api.AddConnector(stackonetest.Connector{
			Key: a.ConnectorKey, Name: a.ConnectorLabel, Categories: a.Categories, ReleaseStage: "ga", Authentication: []stackonetest.Authentication{{Key: "oauth2", Type: "oauth2", Label: "OAuth"}},
		})
	}

	if o.keep {
		d.api.AddAccount(accountOfAnother())
	}

	d.say("Stand-in:   %s", d.api.URL())
	d.terraform.Setenv("STACKONE_API_KEY", d.api.APIKey())
	d.terraform.Setenv("STACKONE_BASE_URL", d.api.URL())

	d.say("Example:    examples/%s/main.tf", scenario)
	d.say("Provider:   built from this repository; the first build takes a minute")

	if _, err := d.terraform.BuildProvider(ctx); err != nil {
		return advise(err, "If the demo was not started in the folder of the repository, start it there: go run ./internal/dev/demo")
	}

	if d.dir, err = d.terraform.Folder(path.Base(scenario)); err != nil {
		return err
	}

	if err := copyExample(examples.FS, scenario, d.dir); err != nil {
		return err
	}

	_, err = d.quietly(ctx, "init")

	return err
}

// show is the demo itself, up to what -keep leaves to the user.
func (d *demo) show(ctx context.Context) error {
	for _, step := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"The plan", d.plan},
		{"The apply", d.apply},
		{"The auth link of each customer", d.links},
		{"The requests that arrived at the stand-in", d.requests},
		{"A second plan", d.planAgain},
	} {
		d.heading(step.title)

		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.title, err)
		}
	}

	if d.picture == "" {
		return nil
	}

	return d.draw()
}

// finish destroys and sums up.
func (d *demo) finish(ctx context.Context) error {
	const title = "The destroy"
	d.heading(title)

	if err := d.destroy(ctx); err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}

	d.heading("Done")
	d.say("%d customers, %d requests, %d auth links, no change in the second plan.", customers, customers, customers)
	d.say("To go on by hand, run the demo with -keep.")

	return nil
}

// visibly runs a Terraform command before the eyes of the user. Any exit code other
// than 0 and those allowed is an error.
func (d *demo) visibly(ctx context.Context, args []string, allowed ...int) (output string, code int, err error) {
	d.prompt(d.commandLine(args))

	var transcript bytes.Buffer

	code, err = d.terraform.Exec(ctx, d.dir, io.MultiWriter(&transcript, &d.printer), args...)
	if err == nil && code != 0 && !slices.Contains(allowed, code) {
		err = fmt.Errorf("%s ended with exit code %d; the reason is above", d.commandLine(args), code)
	}

	return transcript.String(), code, err
}

// quietly runs a Terraform command whose output only an error shows.
func (d *demo) quietly(ctx context.Context, args ...string) (string, error) {
	var transcript bytes.Buffer

	code, err := d.terraform.Exec(ctx, d.dir, &transcript, args...)
	if err == nil && code != 0 {
		err = fmt.Errorf("%s ended with exit code %d:\n%s", d.commandLine(args), code, plain(transcript.String()))
	}

	return transcript.String(), err
}
