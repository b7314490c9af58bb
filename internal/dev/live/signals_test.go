//go:build unix

package main

import (
	"syscall"
	"testing"
)

func TestUntilInterrupted(t *testing.T) {
	t.Parallel()

	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		ctx, cancel := untilInterrupted(t.Context())

		if err := syscall.Kill(syscall.Getpid(), signal); err != nil {
			t.Fatal(err)
		}

		<-ctx.Done()
		cancel()
	}
}
