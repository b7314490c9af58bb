//go:build unix

package terraformcli

import (
	"os/exec"
	"syscall"
)

// inOwnGroup keeps a Ctrl-C at the terminal from the command: the terminal sends
// it to the whole group of processes, and Terraform, which Command interrupts as
// well, would take the second interrupt as the order to leave its work undone.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
