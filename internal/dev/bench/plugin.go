package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Variables that make this program a plugin. Terraform hands its environment on
// to the plugins that it starts.
const (
	envPlugin = "BENCH_PLUGIN" // path of the provider to run
	envUsage  = "BENCH_USAGE"  // folder for what it used
	envExtra  = "BENCH_ENV"    // NAME=VALUE pairs for the provider alone, a line each
)

// usage is what one plugin process used in its life. It leaves it in a file of the
// folder of envUsage, which is empty until then.
type usage struct {
	CPU  time.Duration `json:"cpu_ns"`     // user and system
	Peak int64         `json:"peak_bytes"` // resident memory, 0 when unknown
}

// runPlugin runs the provider in the place of this program: Terraform has
// started this program as the plugin, and speaks with the provider over the
// inherited standard streams and environment. Only a parent learns exactly what
// a process used, so this program waits for the provider and writes it down.
//
// Terraform asks a plugin to end and waits, so the provider ends first. Should
// this program be killed, the provider is killed with it where the system can.
func runPlugin(provider, folder string) (exitCode int) {
	// dieWithParent is about the thread that starts the process, not the process.
	runtime.LockOSThread()
	// An interrupt goes to the whole process group: the provider decides.
	signal.Ignore(os.Interrupt)

	name := filepath.Join(folder, fmt.Sprint(os.Getpid()))
	if err := os.WriteFile(name, nil, 0o600); err != nil { //nolint:gosec // The benchmark's own folder.
		return failPlugin(err)
	}

	cmd := exec.Command(provider, os.Args[1:]...) //nolint:gosec,noctx // The point of this program, and it lives as long as the provider.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr

	cmd.Env = append(os.Environ(), strings.Fields(os.Getenv(envExtra))...)
	cmd.SysProcAttr = dieWithParent()

	err := cmd.Run()
	if cmd.ProcessState == nil {
		return failPlugin(err)
	}

	used := usage{
		CPU:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		Peak: peakMemory(cmd.ProcessState),
	}

	content, err := json.Marshal(used)
	if err != nil {
		return failPlugin(err)
	}

	if err := os.WriteFile(name, content, 0o600); err != nil { //nolint:gosec // The benchmark's own folder.
		return failPlugin(err)
	}

	return cmd.ProcessState.ExitCode()
}

func failPlugin(err error) int {
	fmt.Fprintln(os.Stderr, "bench: running the provider:", err)
	return 1
}

// collectUsage adds up what the plugins of one command left in folder: the sum
// of their CPU time, and the greatest peak. It is an error if one of them ended
// without leaving anything.
func collectUsage(folder string) (usage, error) {
	files, err := os.ReadDir(folder)
	if err != nil {
		return usage{}, err
	}

	var total usage

	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(folder, file.Name())) //nolint:gosec // The benchmark's own folder.
		if err != nil {
			return usage{}, err
		}

		if len(content) == 0 {
			return usage{}, errors.New("a plugin was killed before it could say what it used")
		}

		var one usage
		if err := json.Unmarshal(content, &one); err != nil {
			return usage{}, err
		}

		total.CPU += one.CPU
		total.Peak = max(total.Peak, one.Peak)
	}

	return total, nil
}
