package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

// envTestProvider makes the test binary the provider that a plugin runs. Its
// value says what the provider does.
const envTestProvider = "BENCH_TEST_PROVIDER"

// What the provider of the tests needs to know to serve in place of another one.
const (
	envTestServed = "BENCH_TEST_SERVED" // path of the other one
	envTestLog    = "BENCH_TEST_LOG"    // file for its standard error
)

// TestMain lets the test binary be what the program is: the plugin that
// Terraform starts. In the tests it is also the provider that the plugin runs.
func TestMain(m *testing.M) {
	if task := os.Getenv(envTestProvider); task != "" {
		os.Exit(beProvider(task))
	}

	if provider := os.Getenv(envPlugin); provider != "" {
		os.Exit(runPlugin(provider, os.Getenv(envUsage)))
	}
	// A binary with the race detector stays a second after its end, and this one is
	// started again with every command of Terraform. Races are reported all the same.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		panic(err)
	}

	os.Exit(m.Run())
}

// stage is a workspace with the provider built in it, and the path of this binary.
func stage(t *testing.T) (workspace *terraformcli.Workspace, provider, self string) {
	t.Helper()

	workspace, err := terraformcli.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := workspace.Close(); err != nil {
			t.Error(err)
		}
	})

	if provider, err = workspace.BuildProvider(t.Context()); err != nil {
		t.Fatal(err)
	}

	if self, err = os.Executable(); err != nil {
		t.Fatal(err)
	}

	return workspace, provider, self
}

// testPeak is what the provider of the tests needs at least, in bytes.
const testPeak = 64 << 20

func beProvider(task string) (exitCode int) {
	switch task {
	case "work":
		block := bytes.Repeat([]byte{1}, testPeak)
		for start := time.Now(); time.Since(start) < 20*time.Millisecond; {
			block[0]++
		}

		fmt.Println("worked", len(block), os.Getenv("TF_PLUGIN_MAGIC_COOKIE"), os.Args[1:])

		return 7
	case "serve": // a provider, as if it were this process, with its standard error in a file
		return serveWithLog(os.Getenv(envTestServed), os.Getenv(envTestLog))
	case "wait":
		fmt.Println("waiting")

		_, _ = io.Copy(io.Discard, os.Stdin)

		return 0
	default:
		return 1
	}
}

// plugin is a command as Terraform starts it, whose provider does the task.
func plugin(ctx context.Context, t *testing.T, folder, task string) *exec.Cmd {
	t.Helper()

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(ctx, self, "argument")
	cmd.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=cookie",
		envPlugin+"="+self, envUsage+"="+folder, envExtra+"="+envTestProvider+"="+task)

	return cmd
}

func TestPluginRunsTheProvider(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cmd := plugin(t.Context(), t, folder, "work")

	output, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 7 {
		t.Errorf("the plugin ended with %d (%v), want the provider's 7", code, err)
	}

	if want := fmt.Sprintln("worked", testPeak, "cookie", []string{"argument"}); string(output) != want {
		t.Errorf("the provider wrote %q, want %q", output, want)
	}

	used, err := collectUsage(folder)
	if err != nil {
		t.Fatal(err)
	}

	if used.CPU <= 0 {
		t.Error("the provider used no CPU time")
	}

	if used.Peak != 0 && used.Peak < testPeak { // 0 where the system does not tell
		t.Errorf("the peak is %d bytes, the provider needs %d", used.Peak, testPeak)
	}
}

func TestCollectUsage(t *testing.T) {
	t.Parallel()

	write := func(folder, name, content string) {
		t.Helper()

		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	folder := t.TempDir()
	if used, err := collectUsage(folder); err != nil || used != (usage{}) {
		t.Errorf("collectUsage() of no plugin = %v, %v, want zero", used, err)
	}

	write(folder, "1", `{"cpu_ns": 5, "peak_bytes": 300}`)
	write(folder, "2", `{"cpu_ns": 7, "peak_bytes": 200}`)

	if used, err := collectUsage(folder); err != nil || used != (usage{CPU: 12, Peak: 300}) {
		t.Errorf("collectUsage() of two plugins = %v, %v, want 12 ns and 300 bytes", used, err)
	}

	write(folder, "3", "")

	if _, err := collectUsage(folder); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("collectUsage() of a killed plugin: %v", err)
	}
}
