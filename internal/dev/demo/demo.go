// Command demo builds the provider, starts a local fake of the StackOne API, and runs the
// real Terraform against it to onboard three customers. It needs no account or API key, and
// exits with 0 only if every check succeeds.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/mattn/go-isatty"

	"github.com/StackOneHQ/terraform-provider-stackone/examples"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const (
	scenario  = "scenarios/onboard-customers" // in examples
	customers = 3                             // in that scenario
)

func main() {
	keep := flag.Bool("keep", false, "leave out the destroy, keep the folder, and leave the fake running until Ctrl-C")

	flag.Parse()

	// Otherwise, writing to a closed pipe would kill the demo before it removes its folder.
	ctx, stopPipe := signal.NotifyContext(context.Background(), syscall.SIGPIPE)
	defer stopPipe()

	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	context.AfterFunc(ctx, stop) // A second Ctrl-C kills the demo.

	// See https://no-color.org.
	color := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isatty.IsTerminal(os.Stdout.Fd())

	err := (&demo{out: os.Stdout, color: color, keep: *keep}).run(ctx)
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("the demo was stopped: %w", err)
	}

	if err != nil {
		fmt.Fprintf(os.Stderr, "\n%v\n", err)
		os.Exit(1) //nolint:gocritic // The process ends, and its signal handlers with it.
	}
}

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

	if d.api, err = newFake(d.keep); err != nil {
		return fmt.Errorf("starting the fake: %w", err)
	}
	defer d.api.Close()

	d.say("\nTerraform:      %s", d.workspace.Terraform())
	d.say("Configuration:  examples/%s/main.tf", scenario)
	d.say("Fake:           %s\n", d.api.URL())

	if err = d.show(ctx); err == nil && d.keep {
		d.keepRunning(ctx)
	}

	return err
}

func (d *demo) show(ctx context.Context) error {
	d.dir = filepath.Join(d.workspace.Root(), filepath.FromSlash(scenario))
	if err := os.CopyFS(d.workspace.Root(), examples.FS); err != nil {
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

// newFake starts a fake. If hub is set, its auth links open a local page.
func newFake(hub bool) (*stackonetest.Server, error) {
	s, err := stackonetest.Start(stackonetest.Options{Customers: hub})
	if err != nil {
		return nil, err
	}

	for _, c := range []stackonetest.Connector{
		{Key: "bamboohr", Name: "BambooHR", Categories: []string{"hris"}},
		{Key: "workday", Name: "Workday", Categories: []string{"hris", "ats"}},
		{Key: "greenhouse", Name: "Greenhouse", Categories: []string{"ats"}},
		{Key: "salesforce", Name: "Salesforce", Categories: []string{"crm"}},
	} {
		c.ReleaseStage, c.Authentication = "ga", []stackonetest.Authentication{{Key: "oauth2", Type: "oauth2", Label: "OAuth"}}
		s.AddConnector(c)
		s.AddConnectorProfile(stackonetest.ConnectorProfile{
			ID: "demo-" + c.Key, Name: c.Name, ConnectorKey: c.Key, ConnectorLabel: c.Name, Categories: c.Categories, Default: true,
		})
	}

	s.AddAccount(stackonetest.Account{Provider: "bamboohr", ProviderName: "BambooHR", OriginOwnerID: "umbrella", OriginOwnerName: "Umbrella", Label: "Umbrella"})

	return s, nil
}

func (d *demo) keepRunning(ctx context.Context) {
	d.heading("Try it by hand")
	d.say("The fake keeps running. In another terminal, set these variables:\n")

	export := "  export %s='%s'"
	if runtime.GOOS == "windows" {
		export = "  $env:%s = '%s'"
	}

	for _, variable := range d.workspace.Environ() {
		switch name, value, _ := strings.Cut(variable, "="); name {
		case "STACKONE_API_KEY", "STACKONE_BASE_URL", "TF_CLI_CONFIG_FILE":
			d.say(export, name, value)
		}
	}

	d.say("\nThen go to the folder and change something:\n")
	d.say("  cd '%s'", d.dir)
	d.say("  %s plan -var link_valid_days=7", d.command())
	d.say("\nThe variables also work for a configuration of your own, after %s init.", d.command())
	d.say("\nTo play the customer, open Acme's link in a browser and choose a connector:\n")
	d.say("  %s", d.issued()["acme"])
	d.say("\nOr without a browser:\n")
	d.say("  curl --data-urlencode 'link=%s' %s%s", d.issued()["acme"], d.api.URL(), stackonetest.ConnectPath)
	d.say("\nThe page %s/ lists the open links and the accounts.", d.api.URL())
	d.say("\nPress Ctrl-C to stop the fake.")

	<-ctx.Done()
	d.say("\nThe fake has stopped. You can remove %s\nMake may now report an error, which means nothing.", d.workspace.Root())
}
