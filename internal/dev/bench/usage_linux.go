package main

import (
	"os"
	"syscall"
)

// dieWithParent has the kernel kill a process when its parent is gone.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// peakMemory is the greatest resident memory of an ended process in bytes.
// Linux counts that of the parent at the time of the start with it, so a
// process that never needed more than this program shows as much as that.
func peakMemory(state *os.ProcessState) int64 {
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		return int64(used.Maxrss) * 1024 //nolint:unconvert // 32 bits wide on some processors.
	}

	return 0
}
