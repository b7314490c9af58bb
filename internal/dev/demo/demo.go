package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/StackOneHQ/terraform-provider-stackone/examples"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const (
	scenario  = "scenarios/onboard-customers" // in examples
	customers = 3                             // in that scenario
)

type demo struct {
	out         io.Writer
	color, keep bool
	workspace   *terraformcli.Workspace
	api         *stackonetest.Server
	dir         string // of the configuration
}

func (d *demo) run(ctx context.Context) (err error) {
	d.say("Terraform onboards three customers to StackOne. You need no account: a local")
	d.say("fake of the StackOne API takes the requests.")
	d.heading("Setup")

	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("the demo builds the provider, which needs Go: %w\n\nInstall Go from https://go.dev/dl/ and try again", err)
	}

	d.say("Building the provider; the first time takes a minute, and Terraform is downloaded")
	d.say("if neither terraform nor tofu is on PATH.")

	if d.workspace, err = terraformcli.New(ctx); err != nil {
		return fmt.Errorf("%w\n\nInstall Terraform from https://developer.hashicorp.com/terraform/install and try again", err)
	}

	defer func() {
		if err == nil && d.keep {
			return
		}

		if err = errors.Join(err, d.workspace.Close()); err == nil {
			d.heading("Done")
			d.say("Three customers, three requests, no change in the second plan. The temporary")
			d.say("files are removed.\n\nTo try it by hand: make demo-keep")
		}
	}()

	if _, err := d.workspace.BuildProvider(ctx); err != nil {
		return fmt.Errorf("%w\n\nRun the demo from the root of the repository", err)
	}

	if d.dir, err = d.workspace.Folder(path.Base(scenario)); err != nil {
		return err
	}

	if d.api, err = newFake(d.keep); err != nil {
		return fmt.Errorf("starting the fake: %w", err)
	}
	defer d.api.Close()

	d.say("\nTerraform:      %s", d.workspace.Terraform())
	d.say("Configuration:  examples/%s/main.tf", scenario)
	d.say("Fake:           %s\n", d.api.URL())

	if err := d.show(ctx); err != nil {
		return err
	}

	if d.keep {
		d.keepRunning(ctx)
	}

	return nil
}

func (d *demo) show(ctx context.Context) error {
	example, err := fs.Sub(examples.FS, scenario)
	if err != nil {
		return err
	}

	if err := os.CopyFS(d.dir, example); err != nil {
		return err
	}

	d.workspace.Setenv("STACKONE_API_KEY", d.api.APIKey())
	d.workspace.Setenv("STACKONE_BASE_URL", d.api.URL())

	if _, err := d.capture(ctx, "init"); err != nil {
		return err
	}

	steps := []struct {
		title    string
		run      func(context.Context) error
		requests int // in all, after the step
	}{
		{"Plan", d.visibly("plan", "-out=onboarding.tfplan"), 0},
		{"Apply", d.visibly("apply", "onboarding.tfplan"), customers},
		{"Auth links", d.links, customers},
		{"Requests to the fake", d.requests, customers},
		{"Second plan", d.visibly("plan", "-detailed-exitcode"), customers},
		{"Destroy", d.destroy, customers},
	}
	if d.keep {
		steps = steps[:len(steps)-1]
	}

	for _, step := range steps {
		d.heading(step.title)

		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.title, err)
		}

		if got := len(d.api.Requests()); got != step.requests {
			return fmt.Errorf("%s: the fake has received %d requests, expected %d", step.title, got, step.requests)
		}
	}

	return nil
}

func (d *demo) links(ctx context.Context) error {
	output, err := d.capture(ctx, "output", "-json", "auth_links")
	if err != nil {
		return err
	}

	var links map[string]string
	if err := json.Unmarshal([]byte(output), &links); err != nil {
		return fmt.Errorf("decoding the output: %w", err)
	}

	for _, owner := range slices.Sorted(maps.Keys(links)) {
		d.say("  %-8s %s", owner, links[owner])
	}

	d.say("\nA link is a secret: anyone who has it can connect a system as this customer.")
	d.say("These links come from the fake. StackOne does not know them.")

	if !maps.Equal(links, d.issued()) {
		return errors.New("the links differ from those that the fake issued")
	}

	return nil
}

func (d *demo) requests(context.Context) error {
	for _, r := range d.api.Requests() {
		d.say("%s %s → %d", r.Method, r.Path, r.Status)

		for _, field := range []string{"origin_owner_id", "origin_owner_name", "origin_username", "categories", "expires_in", "label", "metadata"} {
			d.say("  %-18s %s", field, r.Fields[field])
		}

		if r.Method != http.MethodPost || r.Path != "/connect_sessions" || r.Status != http.StatusCreated {
			return errors.New("expected POST /connect_sessions → 201")
		}
	}

	d.say("\nEach request also carried the API key, in its Authorization header.")

	return nil
}

func (d *demo) issued() map[string]string {
	links := map[string]string{}
	for _, s := range d.api.Sessions() {
		links[s.Text("origin_owner_id")] = s.AuthLinkURL
	}

	return links
}

func (d *demo) destroy(ctx context.Context) error {
	output, err := d.capture(ctx, "destroy", "-auto-approve")
	if err != nil {
		return err
	}

	_, output, _ = strings.Cut(output, "\nPlan:") // What comes before repeats every value.
	d.say("…\nPlan:%s", strings.TrimRight(output, "\n"))

	if !strings.Contains(output, "Warning:") || !strings.Contains(output, "usable") {
		return errors.New("expected a warning that the links stay usable")
	}

	return nil
}

func (d *demo) visibly(args ...string) func(context.Context) error {
	return func(ctx context.Context) error { return d.exec(ctx, d.out, d.color, args) }
}

func (d *demo) capture(ctx context.Context, args ...string) (string, error) {
	var output bytes.Buffer
	if err := d.exec(ctx, &output, false, args); err != nil {
		return "", fmt.Errorf("%w\n\n%s", err, bytes.TrimSpace(output.Bytes()))
	}

	return output.String(), nil
}

func (d *demo) exec(ctx context.Context, out io.Writer, color bool, args []string) error {
	line := d.command() + " " + strings.Join(args, " ")
	d.say("%s", d.bold("$ "+line))

	cmd := d.workspace.Command(ctx, d.dir, args...)

	cmd.Stdout, cmd.Stderr = out, out
	if !color {
		cmd.Env = append(cmd.Env, "TF_CLI_ARGS=-no-color")
	}

	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}

	return nil
}

// command returns the command line for the same Terraform.
func (d *demo) command() string {
	if file := d.workspace.Terraform(); strings.HasPrefix(file, d.workspace.Root()) {
		return file // Downloaded for this run.
	}

	return strings.TrimSuffix(filepath.Base(d.workspace.Terraform()), ".exe")
}

func (d *demo) heading(title string) {
	d.say("\n%s %s\n", d.bold("── "+title), strings.Repeat("─", 74-utf8.RuneCountInString(title)))
}

func (d *demo) say(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) bold(text string) string {
	if d.color {
		return "\x1b[1m" + text + "\x1b[0m"
	}

	return text
}
