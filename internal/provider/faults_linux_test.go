package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Only Linux lists the children of a process in a file.
func TestFaults_providerKilled(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	dir, output, _ := interrupted(t, h, 30, func(cmd *exec.Cmd) { killChildren(t, cmd.Process.Pid) })

	if !strings.Contains(output, "Error:") {
		t.Errorf("the output does not explain the interruption:\n%s", output)
	}

	checkRecovery(t, h, dir, 30)
}

// A cancelled CI job sends SIGTERM to the whole process group; the provider must not stop early.
func TestFaults_groupTerminated(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	dir, output, _ := interrupted(t, h, 30, func(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) })

	if strings.Contains(output, "did not respond") || !strings.Contains(output, "was interrupted") {
		t.Errorf("it looks like a crash:\n%s", output)
	}

	checkRecovery(t, h, dir, 30)
}

func killChildren(t *testing.T, pid int) {
	t.Helper()

	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Error(err)
	}

	killed := 0

	for _, file := range tasks {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue
		}

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
