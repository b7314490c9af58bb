//go:build unix

package terraformcli

import (
	"os/exec"
	"syscall"
)

// inOwnGroup protects the command from a Ctrl-C at the terminal, which interrupts
// the whole process group. Command interrupts Terraform itself, and a second
// interrupt would make Terraform exit without saving the state.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
