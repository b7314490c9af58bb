// Bench measures the provider under a real Terraform:
//
//	go run ./internal/dev/bench -n 1000 -rounds 3
//
// It applies, plans, refreshes and destroys connect sessions against a stand-in
// for the API on this machine, beside as many terraform_data resources with the
// same inputs. Those need no plugin, so they are the floor: what Terraform
// itself needs. Absolute times say something about one machine alone, the ratio
// to the floor is comparable. Since the state holds the inputs of terraform_data
// twice, the ratio depends on how many there are: -every-input sets all. It needs
// the go command, and downloads Terraform when none is on PATH.
//
// To compare two builds in one run, name others with -with:
//
//	go run ./internal/dev/bench -with before=/tmp/old-provider -with gc100=/tmp/provider,GOGC=100
//
// To compare one run with several at once, each with its share of the sessions in
// a state of its own, on one key whose limit they may share:
//
//	go run ./internal/dev/bench -n 1000 -shards 4 -limit 1000
//
// To plan large states without applying them, with one table for each size:
//
//	go run ./internal/dev/bench -state 1000,2000,5000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

func main() {
	if provider := os.Getenv(envPlugin); provider != "" {
		os.Exit(runPlugin(provider, os.Getenv(envUsage)))
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := benchmark(ctx, os.Args[1:])

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func benchmark(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)

	var b bench
	flags.IntVar(&b.resources, "n", 1000, "number of `resources`")
	flags.BoolVar(&b.everyInput, "every-input", false, "set every input that goes with the others, instead of the seven of a usual session")
	flags.IntVar(&b.rounds, "rounds", 3, "number of `rounds`; the medians are shown")
	flags.IntVar(&b.parallelism, "parallelism", 10, "how many `requests` Terraform makes at a time")
	flags.DurationVar(&b.latency, "latency", 0, "`time` that the API takes to answer")
	flags.IntVar(&b.limit, "limit", 0, "`requests` a minute that the API admits, and that each run keeps to as well (default no limit)")
	shards := flags.Int("shards", 1, "also spread the resources over so many `states`, with a run for each at once")

	var sizes []int

	flags.Func("state", "comma-separated `sizes` of states to plan, and to plan the destruction of, instead of -n and -phases", func(v string) (err error) {
		sizes, err = parseSizes(v)
		return err
	})
	only := flags.String("phases", "", "comma-separated `names` of the phases to run (default all)")

	var others []subject

	flags.Func("with", "measure another provider binary too: `name=path[,VARIABLE=value]...`; may be repeated", func(v string) error {
		other, err := parseSubject(v)
		others = append(others, other)

		return err
	})

	if err := flags.Parse(args); err != nil {
		return err
	}

	if b.phases, err = parsePhases(*only); err != nil {
		return err
	}

	if b.state = sizes != nil; b.state {
		b.phases = statePhases()
	} else {
		sizes = []int{b.resources}
	}

	if slices.Min(sizes) < *shards || *shards < 1 || b.rounds < 1 || b.parallelism < 1 || b.limit < 0 || flags.NArg() > 0 {
		return errors.New("-n, -state, -shards, -rounds and -parallelism must be positive, there is a resource for each shard at least, and there are no arguments")
	}

	if b.self, err = os.Executable(); err != nil {
		return err
	}

	if b.workspace, err = terraformcli.New(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.workspace.Close()) }()

	binary, err := b.workspace.BuildProvider(ctx)
	if err != nil {
		return err
	}

	b.progress = func(format string, args ...any) { fmt.Fprintf(os.Stderr, format, args...) }

	subjects := append([]subject{{name: floorName}, {name: "stackone", provider: binary}}, others...)
	if *shards > 1 {
		subjects = append(subjects, subject{name: fmt.Sprintf("%d-shards", *shards), provider: binary, shards: *shards})
	}

	for _, b.resources = range sizes {
		samples, err := b.run(ctx, subjects)
		if err != nil {
			return err
		}

		fmt.Printf("\n%d resources, medians of %d rounds, parallelism %d, latency %v, limit %d a minute, %s/%s, %d CPUs\n\n",
			b.resources, b.rounds, b.parallelism, b.latency, b.limit, runtime.GOOS, runtime.GOARCH, runtime.NumCPU())

		if err := printTable(os.Stdout, summarize(samples, b.phases, subjects)); err != nil {
			return err
		}
	}

	return nil
}

// parseSizes reads the value of -state.
func parseSizes(v string) (sizes []int, err error) {
	for size := range strings.SplitSeq(v, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return nil, err
		}

		sizes = append(sizes, n)
	}

	return sizes, nil
}

// parsePhases reads the value of -phases.
func parsePhases(v string) ([]phase, error) {
	if v == "" {
		return phases(), nil
	}

	var chosen []phase

	for name := range strings.SplitSeq(v, ",") {
		i := slices.IndexFunc(phases(), func(p phase) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no phase %q", name)
		}

		chosen = append(chosen, phases()[i])
	}

	return chosen, nil
}

// parseSubject reads the value of -with.
func parseSubject(v string) (subject, error) {
	name, rest, ok := strings.Cut(v, "=")

	path, variables, _ := strings.Cut(rest, ",")
	if !ok || path == "" || name == "" || name != filepath.Base(name) {
		return subject{}, fmt.Errorf("%q is not of the form name=path[,VARIABLE=value]", v)
	}

	s := subject{name: name, provider: path}
	if variables != "" {
		s.env = strings.Split(variables, ",")
	}

	return s, nil
}
