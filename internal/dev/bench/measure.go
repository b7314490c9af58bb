package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// floorName is the subject that all others are compared with.
const floorName = "terraform_data"

// phases returns the commands that a round can run, in this order.
func phases() []phase {
	return []phase{
		{"plan", []string{"plan"}},
		{"apply", []string{"apply", "-auto-approve"}},
		{"replan", []string{"plan", "-detailed-exitcode"}},
		{"refresh", []string{"plan", "-refresh-only"}},
		{"destroy", []string{"destroy", "-auto-approve"}},
	}
}

// A phase is a Terraform command on the configuration as the one before left it.
// "replan", the plan of what is already there, fails if it finds a difference.
type phase struct {
	name string
	args []string
}

// A subject is what is measured.
type subject struct {
	name     string
	provider string   // path of the binary; empty for the floor
	env      []string // NAME=VALUE for the provider alone
	shards   int      // states that the resources are spread over, each with a run of its own; 0 is 1
}

// A sample is what one phase of one subject took in one round, all its runs
// of Terraform together.
type sample struct {
	Subject string
	Phase   string
	Round   int

	Wall        time.Duration
	AllCPU      time.Duration // Terraform and its plugins
	PluginCPU   time.Duration // 0 for the floor
	PluginPeak  int64         // the peaks of runs at once added; 0 for the floor and where unknown
	Requests    int
	Refused     int // of the requests, with 429
	Connections int // opened, not open at a time
	State       int64
}

// settings are what the flags say.
type settings struct {
	resources   int
	everyInput  bool
	rounds      int
	parallelism int
	latency     time.Duration
	limit       int  // requests a minute, of the API and of the provider; 0 is none
	state       bool // begin with a state of all resources, made from that of one
	phases      []phase
}

// bench runs the phases.
type bench struct {
	settings
	workspace *terraformcli.Workspace
	self      string // path of this program, installed as the provider
	progress  func(format string, args ...any)
}

// run measures the subjects. In each round every phase runs once for each of
// them, in turn, so that whatever else the machine does meets all alike.
func (b *bench) run(ctx context.Context, subjects []subject) ([]sample, error) {
	if err := b.workspace.Install(b.self); err != nil {
		return nil, err
	}

	var samples []sample

	for round := 1; round <= b.rounds; round++ {
		measured, err := b.round(ctx, round, subjects)
		if err != nil {
			return nil, err
		}

		samples = append(samples, measured...)
	}

	return samples, nil
}

func (b *bench) round(ctx context.Context, round int, subjects []subject) ([]sample, error) {
	var prepared []*run
	defer func() {
		for _, r := range prepared {
			r.close()
		}
	}()

	for i := range subjects {
		// Another one is first in the next round.
		r, err := b.prepare(ctx, round, subjects[(i+round)%len(subjects)])
		if err != nil {
			return nil, err
		}

		prepared = append(prepared, r)
	}

	var samples []sample

	for _, p := range b.phases {
		for _, r := range prepared {
			s, err := b.measure(ctx, r, p)
			if err != nil {
				return nil, fmt.Errorf("%s of %s in round %d: %w", p.name, r.subject.name, round, err)
			}

			s.Round = round
			b.progress("round %d  %-10s  %-15s  %6.2f s\n", round, p.name, r.subject.name, s.Wall.Seconds())
			samples = append(samples, s)
		}
	}

	return samples, nil
}

// A run is one subject in one round: a folder with a state for each shard, and
// an API that they share and that has no session yet.
type run struct {
	subject subject
	folders []string
	api     *stackonetest.Server
}

func (r *run) close() {
	r.api.Close()

	for _, folder := range r.folders {
		_ = os.RemoveAll(folder) // goes with the workspace in any case
	}
}

func (b *bench) prepare(ctx context.Context, round int, s subject) (_ *run, err error) {
	api, err := stackonetest.Start(stackonetest.Options{Latency: b.latency})
	if err != nil {
		return nil, err
	}

	api.LimitRate(b.limit, time.Minute)
	api.AddAccount(stackonetest.Account{ID: accountID})
	r := &run{subject: s, api: api}

	defer func() {
		if err != nil {
			r.close()
		}
	}()

	shards := max(1, s.shards)
	for i := range shards {
		folder, err := b.workspace.Folder(fmt.Sprintf("%s-%d-%d", s.name, round, i))
		if err != nil {
			return nil, err
		}

		r.folders = append(r.folders, folder)
		resources := (b.resources + i) / shards // adds up to all of them

		first := resources
		if b.state {
			first = 1
		}

		if err := b.configure(s, folder, first); err != nil {
			return nil, err
		}

		if _, err := b.workspace.Run(ctx, folder, "init", "-no-color"); err != nil {
			return nil, err
		}

		if !b.state {
			continue
		}

		if _, err := b.command(ctx, r, folder, "apply", "-auto-approve"); err != nil {
			return nil, err
		}

		if err := errors.Join(repeatInstance(filepath.Join(folder, stateFile), resources), b.configure(s, folder, resources)); err != nil {
			return nil, err
		}
	}

	return r, nil
}

// configure writes the configuration of a subject with n resources.
func (b *bench) configure(s subject, folder string, n int) error {
	configuration := sessionConfiguration(n, b.everyInput)
	if s.provider == "" {
		configuration = floorConfiguration(n, b.everyInput)
	}

	return os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600)
}

const stateFile = "terraform.tfstate"

// measure runs a phase in all folders of a run at once.
func (b *bench) measure(ctx context.Context, r *run, p phase) (sample, error) {
	requests, connections := len(r.api.Requests()), r.api.Connections()
	parts, errs := make([]sample, len(r.folders)), make([]error, len(r.folders))

	var running sync.WaitGroup

	start := time.Now()

	for i, folder := range r.folders {
		running.Go(func() { parts[i], errs[i] = b.command(ctx, r, folder, p.args...) })
	}

	running.Wait()

	total := sample{Subject: r.subject.name, Phase: p.name, Wall: time.Since(start)}
	for _, part := range parts {
		total.AllCPU += part.AllCPU
		total.PluginCPU += part.PluginCPU
		total.PluginPeak += part.PluginPeak
		total.State += part.State
	}

	sent := r.api.Requests()[requests:]

	total.Requests = len(sent)
	for _, one := range sent {
		if one.Status == http.StatusTooManyRequests {
			total.Refused++
		}
	}

	total.Connections = r.api.Connections() - connections

	return total, errors.Join(errs...)
}

// command runs Terraform in one folder and returns what that took by itself.
func (b *bench) command(ctx context.Context, r *run, folder string, args ...string) (sample, error) {
	usageFolder, err := os.MkdirTemp(b.workspace.Root(), "usage-")
	if err != nil {
		return sample{}, err
	}

	args = slices.Concat(args, []string{"-no-color", fmt.Sprintf("-parallelism=%d", b.parallelism)})
	cmd := b.workspace.Command(ctx, folder, args...)
	cmd.Env = append(cmd.Env,
		envPlugin+"="+r.subject.provider,
		envUsage+"="+usageFolder,
		envExtra+"="+strings.Join(r.subject.env, "\n"),
		"STACKONE_BASE_URL="+r.api.URL(),
		"STACKONE_API_KEY="+r.api.APIKey(),
		fmt.Sprintf("STACKONE_MAX_REQUESTS_PER_MINUTE=%d", b.limit),
	)

	var output bytes.Buffer

	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, tail(output.Bytes()))
	}

	used, err := collectUsage(usageFolder)
	if err != nil {
		return sample{}, err
	}

	return sample{
		AllCPU:     cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		PluginCPU:  used.CPU,
		PluginPeak: used.Peak,
		State:      fileSize(filepath.Join(folder, stateFile)),
	}, nil
}

// tail is the end of what a command wrote, which holds its errors.
func tail(output []byte) []byte {
	const enough = 4 << 10
	return bytes.TrimSpace(output[max(0, len(output)-enough):])
}

// fileSize is 0 for a file that is not there.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}

	return info.Size()
}
