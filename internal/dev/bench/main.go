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
	only := flags.String("phases", "", "comma-separated `names` of the phases to run (default all)")
	asJSON := flags.Bool("json", false, "print every sample and the medians as JSON")
	var others []subject
	flags.Func("with", "measure another provider binary too: `name=path[,VARIABLE=value]...`; may be repeated", func(v string) error {
		other, err := parseSubject(v)
		others = append(others, other)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if b.resources < 1 || b.rounds < 1 || b.parallelism < 1 || flags.NArg() > 0 {
		return errors.New("-n, -rounds and -parallelism must be positive, and there are no arguments")
	}
	if b.phases, err = parsePhases(*only); err != nil {
		return err
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
	samples, err := b.run(ctx, subjects)
	if err != nil {
		return err
	}
	summary := summarize(samples, b.phases, subjects)
	if *asJSON {
		return printJSON(os.Stdout, b.settings, samples, summary)
	}
	fmt.Printf("\n%d resources, medians of %d rounds, parallelism %d, latency %v, %s/%s, %d CPUs\n\n",
		b.resources, b.rounds, b.parallelism, b.latency, runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	return printTable(os.Stdout, summary)
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
