// Command live looks at StackOne's own API, through the client of the provider, and
// tells for each fact that the provider rests on whether it is as documented:
//
//	make live                # only reads
//	make live LIVE=sessions  # also makes connect sessions of type test
//	make live LIVE=sessions ACCOUNT=id  # one of them for that account
//	make live LIVE=account ACCOUNT=id  # also labels one account, and sets the old label back
//
// No account but that in ACCOUNT is ever used for more than reading. Each PATCH of the
// label fires StackOne's webhook account.updated and moves the account's updated_at.
//
// It needs a key in STACKONE_API_KEY; STACKONE_BASE_URL names another address than
// StackOne's. Its report holds names, types, lengths, status codes, and the hosts of
// StackOne and of that address, and nothing that belongs to the project of the key.
//
// Its exit code is 0 when nothing contradicts what the provider relies on, 1 when
// something does or no answer came, and 2 when it was called wrongly.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// The exit codes.
const (
	exitGood  = 0
	exitBad   = 1
	exitUsage = 2
)

func main() {
	ctx, cancel := untilInterrupted(context.Background())
	code := start(ctx)

	cancel()
	os.Exit(code)
}

// untilInterrupted ends with an interrupt, and when the terminal goes: what a run has
// changed is set back then too.
func untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

// start runs the program on this machine.
func start(ctx context.Context) int {
	transport, err := stackone.NewTransport(http.ProxyFromEnvironment, nil)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return exitBad
	}

	return run(ctx, os.Args[1:], world{
		getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr, transport: transport, clock: stackone.SystemClock(), terraform: terraformcli.New,
	})
}

// world is what a run needs of the machine.
type world struct {
	getenv         func(string) string
	stdout, stderr io.Writer
	transport      http.RoundTripper
	clock          stackone.Clock
	// terraform finds the real Terraform; nil leaves it out.
	terraform func(context.Context) (*terraformcli.Workspace, error)
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	flags := flag.NewFlagSet("live", flag.ContinueOnError)
	flags.SetOutput(w.stderr)
	wanted := flags.String("mode", string(reading), "how far to go: read, sessions or account")
	account := flags.String("account", "", "the `id` of the account to label in mode account, and of one to make a session for in mode sessions")
	file := flags.String("report", "", "write the report as Markdown to this `file`")

	if flags.Parse(args) != nil {
		return exitUsage
	}

	m := mode(*wanted)
	if flags.NArg() > 0 || m != reading && m != sessions && m != labelling || m == labelling && *account == "" || m == reading && *account != "" {
		_, _ = fmt.Fprintln(w.stderr, "LIVE is read (the default), sessions, with or without the id of an account in ACCOUNT, or account, together with ACCOUNT, the id of the account to label.")
		return exitUsage
	}

	// A report of before is not to be taken for that of this run.
	if *file != "" {
		_ = os.Remove(*file)
	}

	outcome, err := examine(ctx, m, *account, filepath.Dir(*file), w)
	// What was seen before a failure is worth a report.
	if len(outcome.rows) > 0 {
		err = errors.Join(outcome.publish(w.stdout, *file), err)
	}

	if err != nil {
		_, _ = fmt.Fprintln(w.stderr, err)
	}

	var wrong usage

	switch {
	case errors.As(err, &wrong):
		return exitUsage
	case err != nil || outcome.contradictions() > 0:
		return exitBad
	}

	return exitGood
}

// usage is what the user has to set right before anything can be asked.
type usage struct{ sentence string }

func (u usage) Error() string { return u.sentence }

// examine makes the requests of a mode and reports what they showed, also together
// with an error; without rows when nothing could be looked at. An old label that
// cannot be set back stays in a file in the folder.
func examine(ctx context.Context, m mode, account, folder string, w world) (report, error) {
	raw := w.getenv("STACKONE_API_KEY")
	if raw == "" {
		return report{}, usage{"Set STACKONE_API_KEY to a key of the project to look at."}
	}

	key, err := stackone.ParseAPIKey(raw)
	if err != nil {
		return report{}, usage{fmt.Sprintf("STACKONE_API_KEY holds no usable key: %v.", err)}
	}

	address := w.getenv("STACKONE_BASE_URL")
	if address == "" {
		address = stackone.DefaultBaseURL
	}

	base, err := stackone.ParseBaseURL(address)
	if err != nil {
		return report{}, usage{fmt.Sprintf("STACKONE_BASE_URL holds no usable address: %v.", err)}
	}

	p, err := newProber(base, key, w.transport, w.clock)
	if err != nil {
		return report{}, err
	}

	p.named, p.account = account, account

	if err := p.greet(ctx); err != nil {
		return report{}, err
	}

	if p.named != "" {
		if err := p.find(ctx, m); err != nil {
			return report{}, err
		}
	}

	err = p.look(ctx, m, folder, w)

	return newReport(base.Host, m, facts(), &p.evidence, err != nil), err
}

// look makes the requests that follow the first ones.
func (p *prober) look(ctx context.Context, m mode, folder string, w world) error {
	if err := p.read(ctx); err != nil {
		return err
	}

	switch m {
	case labelling:
		return p.label(ctx, folder)
	case reading:
		return nil
	}

	if err := p.createSessions(ctx); err != nil || w.terraform == nil {
		return err
	}

	return p.runTerraform(ctx, w.terraform)
}

// publish writes the report to a terminal, and as Markdown to a file if there is one.
func (r report) publish(stdout io.Writer, file string) error {
	if err := r.terminal(stdout); err != nil {
		return err
	}

	if file == "" {
		return nil
	}

	var text bytes.Buffer

	if err := r.markdown(&text); err != nil {
		return err
	}

	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		return err
	}

	_, err := fmt.Fprintf(stdout, "\nAs Markdown, to be pasted into an issue: %s\n", file)

	return err
}
