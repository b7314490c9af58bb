//go:build unix

package terraformcli

import (
	"syscall"
	"testing"
)

func TestCommandDoesNotShareTheTerminalsInterrupt(t *testing.T) {
	t.Parallel()

	w, err := New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = w.Close() })

	cmd := w.Command(t.Context(), w.Root(), "version")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	group, err := syscall.Getpgid(cmd.Process.Pid) // known until Wait, also when the process has ended
	if err != nil {
		t.Error(err)
	}

	if group != cmd.Process.Pid {
		t.Errorf("the command is in the group %d, want its own, %d", group, cmd.Process.Pid)
	}

	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
