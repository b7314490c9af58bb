//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// With these variables, which Terraform passes on to plugins, this program runs a provider
// as a child, and appends its usage to a file.
const (
	envPlugin = "BENCH_PLUGIN"
	envUsage  = "BENCH_USAGE"
)

func runPlugin(provider string) error {
	cmd := exec.Command(provider, os.Args[1:]...) //nolint:gosec,noctx // It ends when Terraform asks it to.

	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}

	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss //nolint:forcetypeassert // It is one on Unix.
	if runtime.GOOS != "darwin" {
		peak <<= 10 // from KiB
	}

	file, err := os.OpenFile(os.Getenv(envUsage), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The benchmark's own file.
	if err != nil {
		return err
	}

	_, err = fmt.Fprintln(file, int64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()), peak)

	return errors.Join(err, file.Close())
}

// readUsage returns the total CPU time and the largest peak of all plugins of a phase.
// Without a plugin there is no file.
func readUsage(path string) (cpu time.Duration, peak int64, err error) {
	content, err := os.ReadFile(path) //nolint:gosec // The benchmark's own file.
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}

	for line := range strings.Lines(string(content)) {
		var c, p int64
		if _, err := fmt.Sscan(line, &c, &p); err != nil {
			return 0, 0, err
		}

		cpu, peak = cpu+time.Duration(c), max(peak, p)
	}

	return cpu, peak, nil
}
