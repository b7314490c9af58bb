package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestFaults_signals(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		stop         func(cmd *exec.Cmd)
		want, refuse string
	}{
		"the provider is killed": {func(cmd *exec.Cmd) { killChildren(t, cmd.Process.Pid) }, "Error:", "was interrupted"},
		// A cancelled CI job sends SIGTERM to the whole process group; the provider must not stop early.
		"the group is terminated": {func(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }, "was interrupted", "did not respond"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			output, _ := interrupted(t, 5, 15, stackonetest.Fault{Hang: true}, test.stop)
			if !strings.Contains(output, test.want) || strings.Contains(output, test.refuse) {
				t.Errorf("the output does not explain the interruption:\n%s", output)
			}
		})
	}
}

// Only Linux lists the children of a process in a file.
func killChildren(t *testing.T, pid int) {
	t.Helper()

	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	killed := 0

	for _, file := range tasks {
		raw, _ := os.ReadFile(file) // The task may have ended.

		for child := range strings.FieldsSeq(string(raw)) {
			var id int
			if _, err := fmt.Sscan(child, &id); err == nil && syscall.Kill(id, syscall.SIGKILL) == nil {
				killed++
			}
		}
	}

	if killed == 0 {
		t.Error("no plugin was found to kill")
	}
}
