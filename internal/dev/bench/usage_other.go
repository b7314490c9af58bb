//go:build !linux

package main

import (
	"os"
	"syscall"
)

// dieWithParent is for Linux alone.
func dieWithParent() *syscall.SysProcAttr { return nil }

// peakMemory is for Linux alone: 0 means unknown.
func peakMemory(*os.ProcessState) int64 { return 0 }
