// Command demo builds the provider, starts a local fake of the StackOne API, and runs the
// real Terraform against it to onboard three customers. It needs no account or API key, and
// exits with 0 only if every check succeeds.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"
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
