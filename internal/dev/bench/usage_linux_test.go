package main

import (
	"bufio"
	"context"
	"io"
	"testing"
	"time"
)

func TestProviderDiesWithThePlugin(t *testing.T) {
	t.Parallel()
	// The deadline only ends a test that has failed.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	folder := t.TempDir()
	cmd := plugin(ctx, t, folder, "wait")

	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = stdin.Close() }()

	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	reader := bufio.NewReader(stdout)
	if line, err := reader.ReadString('\n'); line != "waiting\n" {
		t.Fatalf("the provider wrote %q: %v", line, err)
	}

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The provider holds the other end of the pipe as long as it lives.
	if rest, err := io.ReadAll(reader); err != nil || len(rest) > 0 {
		t.Errorf("after the kill the provider wrote %q: %v", rest, err)
	}

	if err := cmd.Wait(); err == nil || ctx.Err() != nil {
		t.Errorf("the plugin ended with %v, %v; want it killed", err, ctx.Err())
	}

	if _, err := collectUsage(folder); err == nil {
		t.Error("collectUsage() does not miss the killed plugin")
	}
}
