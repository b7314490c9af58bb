// Command demo shows the provider at work, without an account and without a key:
// it builds the provider, starts a stand-in for the StackOne API on this machine,
// and lets the real Terraform onboard three customers against it.
//
//	go run ./internal/dev/demo              # from the repository's folder
//	go run ./internal/dev/demo -keep        # go on by hand afterwards
//	go run ./internal/dev/demo -svg FILE    # draw a picture of the run too
//
// It needs Go, and downloads Terraform when neither terraform nor tofu is on PATH.
// Its exit code is 0 only if each step did what the demo says.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terminalsvg"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func main() { os.Exit(start()) }

// start reads the flags, runs the demo and returns its exit code.
func start() int {
	keep := flag.Bool("keep", false, "stop before the destroy, keep the folder and leave the stand-in running until Ctrl-C")
	svg := flag.String("svg", "", "write a picture of the run to this `file`")

	flag.Parse()

	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "The demo takes flags alone, not %q.\n", flag.Arg(0))
		flag.Usage()

		return 2
	}

	// When nobody reads the output any more, the demo ends as after Ctrl-C, and
	// what it still writes must not kill it before it has cleaned up. A second
	// Ctrl-C does kill it.
	ctx, stopPipe := signal.NotifyContext(context.Background(), syscall.SIGPIPE)
	defer stopPipe()

	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	context.AfterFunc(ctx, stop)

	err := run(ctx, options{keep: *keep, picture: *svg, out: output(os.Stdout)}, outside{
		lookPath:  exec.LookPath,
		workspace: newWorkspace,
		standIn:   stackonetest.Start,
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "\n%v\n", err)
		return 1
	}

	return 0
}

// output is f, or f without colours where nobody would see them: in a file, in a
// pipe, or with NO_COLOR set (https://no-color.org).
func output(f *os.File) io.Writer {
	if os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isatty.IsTerminal(f.Fd()) {
		return f
	}

	return terminalsvg.Strip(f)
}

func newWorkspace(ctx context.Context) (terraform, error) {
	w, err := terraformcli.New(ctx)
	if err != nil {
		return nil, err
	}

	return workspace{w}, nil
}
