//go:build !unix

package terraformcli

import "syscall"

// ownGroup does nothing: only Unix has process groups.
func ownGroup() *syscall.SysProcAttr { return nil }
