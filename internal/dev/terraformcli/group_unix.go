//go:build unix

package terraformcli

import "syscall"

// ownGroup protects a command from a Ctrl-C at the terminal. Command also interrupts
// Terraform, and a second interrupt would make it exit without saving the state.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
