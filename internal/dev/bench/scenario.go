//go:build unix

package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const rowFormat = "%-16s  %-8s  %-10s  %9s  %10s  %11s  %s\n"

//go:embed *.tf
var configurations embed.FS

type scenario struct {
	name    string
	config  string
	n       int // resources, and accounts of the API
	shards  int // states that the resources are spread over
	latency time.Duration
	limit   int    // requests a minute, of the API and of the provider; 0 is none
	apply   string // what to apply
}

func scenarios(shards int) []scenario {
	return []scenario{
		{"floor", "floor.tf", 1000, 1, 0, 0, "-auto-approve"},
		{"sessions", "sessions.tf", 1000, 1, 0, 0, "-auto-approve"},
		{"shards", "sessions.tf", 1000, shards, 0, 0, "-auto-approve"},
		{"accounts", "accounts.tf", 300, 1, 100 * time.Millisecond, 1000, "plan"},
		{"account-ids", "account-ids.tf", 300, 1, 100 * time.Millisecond, 1000, "plan"},
	}
}

func (s scenario) run(ctx context.Context, w *terraformcli.Workspace, b build, out io.Writer) error {
	api, err := stackonetest.Start(stackonetest.Options{Latency: s.latency})
	if err != nil {
		return err
	}
	defer api.Close()

	api.LimitRate(s.limit, time.Minute)

	for i := range s.n {
		api.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%05d", i)})
	}

	config, err := configurations.ReadFile(s.config)
	if err != nil {
		return err
	}

	folders := make([]string, s.shards)
	for i := range folders {
		folders[i] = filepath.Join(w.Root(), fmt.Sprintf("%s-%s-%d", s.name, b.name, i))
		if err := errors.Join(os.Mkdir(folders[i], 0o700), os.WriteFile(filepath.Join(folders[i], "main.tf"), config, 0o600)); err != nil {
			return err
		}

		if output, err := w.Command(ctx, folders[i], "init", "-no-color").CombinedOutput(); err != nil {
			return fmt.Errorf("init: %w\n%s", err, output)
		}
	}

	for _, phase := range []struct{ name, args string }{
		{"plan", "plan -out=plan"},
		{"apply", "apply " + s.apply},
		{"plan again", "plan -detailed-exitcode"}, // fails if there is a difference
		{"refresh", "plan -refresh-only"},
		{"destroy", "destroy -auto-approve"},
	} {
		usageFile, errs, before := filepath.Join(folders[0], phase.name+".usage"), make([]error, s.shards), len(api.Requests())
		start, running := time.Now(), sync.WaitGroup{}

		for i, folder := range folders {
			cmd := w.Command(ctx, folder, strings.Fields(phase.args)...)
			cmd.Env = append(cmd.Env, envPlugin+"="+b.path, envUsage+"="+usageFile, fmt.Sprintf("TF_VAR_n=%d", (s.n+i)/s.shards),
				"TF_CLI_ARGS=-no-color", "STACKONE_BASE_URL="+api.URL(), "STACKONE_API_KEY="+api.APIKey(), fmt.Sprintf("STACKONE_MAX_REQUESTS_PER_MINUTE=%d", s.limit))

			running.Go(func() {
				if output, err := cmd.CombinedOutput(); err != nil {
					errs[i] = fmt.Errorf("%s: %w\n%s", phase.name, err, output[max(0, len(output)-4096):])
				}
			})
		}

		running.Wait()

		wall := time.Since(start)
		cpu, peak, err := readUsage(usageFile)

		if err := errors.Join(append(errs, err)...); err != nil {
			return err
		}

		_, _ = fmt.Fprintf(out, rowFormat, fmt.Sprint(s.n, " ", s.name), b.name, phase.name, fmt.Sprintf("%.2f s", wall.Seconds()),
			fmt.Sprintf("%.2f s", cpu.Seconds()), fmt.Sprintf("%.1f MiB", float64(peak)/(1<<20)), kinds(api.Requests()[before:]))
	}

	return nil
}

func kinds(requests []stackonetest.Request) string {
	counts := map[string]int{}

	for _, r := range requests {
		kind := strings.ToLower(r.Method)
		if r.Method == http.MethodGet && strings.Count(r.Path, "/") == 1 {
			kind = "list"
		}

		counts[kind]++

		if r.Status == http.StatusTooManyRequests {
			counts["refused"]++
		}
	}

	return strings.TrimPrefix(fmt.Sprint(counts), "map")
}
