//go:build !unix

package terraformcli

import "os/exec"

// inOwnGroup does nothing: groups of processes are a notion of Unix.
func inOwnGroup(*exec.Cmd) {}
