//go:build unix

// Bench measures the provider under a real Terraform, against a fake of the API:
//
//	go run ./internal/dev/bench
//
// The scenario "floor" uses terraform_data, which needs no plugin, as a baseline for
// "sessions". Compare two builds in one run:
//
//	go run ./internal/dev/bench -only accounts -with before=/tmp/before
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)

	var err error
	if provider := os.Getenv(envPlugin); provider != "" {
		err = runPlugin(provider)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type build struct{ name, path string }

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	only := flags.String("only", "", "comma-separated `scenarios` (default all)")
	n := flags.Int("n", 0, "number of `resources` (default that of the scenario)")
	shards := flags.Int("shards", 4, "number of `states` in the scenario shards")
	builds := []build{{name: "current"}}

	flags.Func("with", "also measure another `name=binary`; may be repeated", func(v string) error {
		name, path, _ := strings.Cut(v, "=")
		path, err := filepath.Abs(path)
		builds = append(builds, build{name, path})

		return err
	})

	_ = flags.Parse(args) // It exits on an error.

	w, err := terraformcli.New(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()

	builds[0].path, err = w.BuildProvider(ctx)
	self, errSelf := os.Executable()

	if err := errors.Join(err, errSelf, w.Install(self)); err != nil {
		return err
	}

	_, _ = fmt.Fprintf(out, rowFormat, "scenario", "build", "phase", "wall", "plugin CPU", "plugin peak", "requests")

	for _, s := range scenarios(*shards) {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), s.name) {
			continue
		}

		s.n = cmp.Or(*n, s.n)

		for _, b := range builds {
			if err := s.run(ctx, w, b, out); err != nil {
				return fmt.Errorf("%s of %s: %w", s.name, b.name, err)
			}
		}
	}

	return nil
}
