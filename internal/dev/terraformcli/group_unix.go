//go:build unix

package terraformcli

import (
	"os/exec"
	"syscall"
)

// inOwnGroup protects the command from a Ctrl-C at the terminal. Command also interrupts
// Terraform, and a second interrupt would make it exit without saving the state.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
