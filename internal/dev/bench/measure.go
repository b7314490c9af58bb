package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
}

// A sample is what one phase of one subject took in one round.
type sample struct {
	Subject string `json:"subject"`
	Phase   string `json:"phase"`
	Round   int    `json:"round"`

	Wall        time.Duration `json:"wall_ns"`
	AllCPU      time.Duration `json:"all_cpu_ns"`        // Terraform and its plugins
	PluginCPU   time.Duration `json:"plugin_cpu_ns"`     // 0 for the floor
	PluginPeak  int64         `json:"plugin_peak_bytes"` // 0 for the floor and where unknown
	Requests    int           `json:"requests"`
	Connections int           `json:"connections"` // opened, not open at a time
	State       int64         `json:"state_bytes"`
}

// settings are what the flags say.
type settings struct {
	resources   int
	everyInput  bool
	rounds      int
	parallelism int
	latency     time.Duration
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
	if err := b.workspace.InstallProvider(b.self); err != nil {
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

// A run is one subject in one round: a folder with its state, and an API that
// has no session yet.
type run struct {
	subject subject
	folder  string
	api     *stackonetest.Server
}

func (r *run) close() {
	r.api.Close()
	_ = os.RemoveAll(r.folder) // goes with the workspace in any case
}

func (b *bench) prepare(ctx context.Context, round int, s subject) (*run, error) {
	folder, err := b.workspace.Folder(fmt.Sprintf("%s-%d", s.name, round))
	if err != nil {
		return nil, err
	}
	configuration := sessionConfiguration(b.resources, b.everyInput)
	if s.provider == "" {
		configuration = floorConfiguration(b.resources, b.everyInput)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	if _, err := b.workspace.Run(ctx, folder, "init", "-no-color"); err != nil {
		return nil, err
	}
	api, err := stackonetest.Start(stackonetest.Options{Latency: b.latency})
	if err != nil {
		return nil, err
	}
	return &run{subject: s, folder: folder, api: api}, nil
}

func (b *bench) measure(ctx context.Context, r *run, p phase) (sample, error) {
	usageFolder, err := os.MkdirTemp(b.workspace.Root(), "usage-")
	if err != nil {
		return sample{}, err
	}
	requests, connections := len(r.api.Requests()), r.api.Connections()

	args := slices.Concat(p.args, []string{"-no-color", fmt.Sprintf("-parallelism=%d", b.parallelism)})
	cmd := b.workspace.Command(ctx, r.folder, args...)
	cmd.Env = append(cmd.Env,
		envPlugin+"="+r.subject.provider,
		envUsage+"="+usageFolder,
		envExtra+"="+strings.Join(r.subject.env, "\n"),
		"STACKONE_BASE_URL="+r.api.URL(),
		"STACKONE_API_KEY="+r.api.APIKey(),
		"STACKONE_MAX_REQUESTS_PER_MINUTE=0", // the stand-in has no limit
	)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	start := time.Now()
	err = cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, tail(output.Bytes()))
	}

	used, err := collectUsage(usageFolder)
	if err != nil {
		return sample{}, err
	}
	return sample{
		Subject: r.subject.name, Phase: p.name,
		Wall:        wall,
		AllCPU:      cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		PluginCPU:   used.CPU,
		PluginPeak:  used.Peak,
		Requests:    len(r.api.Requests()) - requests,
		Connections: r.api.Connections() - connections,
		State:       fileSize(filepath.Join(r.folder, "terraform.tfstate")),
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
