//go:build !unix

package terraformcli

import "os/exec"

// inOwnGroup does nothing: only Unix has process groups.
func inOwnGroup(*exec.Cmd) {}
