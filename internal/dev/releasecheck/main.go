// Command releasecheck proves that a release of this commit would work, without
// publishing, signing or listing anything:
//
//	go run ./internal/dev/releasecheck    # from the repository's folder
//
// GoReleaser checks .goreleaser.yml and makes the archives for this machine and
// for one target of each other big system. Each archive must hold what the
// registry asks for and no more. The archive for this machine is made twice and
// must have the same bytes; then the real Terraform installs it from a
// filesystem mirror, as a user's Terraform does, and applies a configuration
// with it against a stand-in for the API.
//
// It needs the go command and git. The first run compiles GoReleaser, which
// takes minutes; Go's build cache keeps it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"
)

func main() {
	flag.Parse()

	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "releasecheck: it takes no arguments, not %q\n", flag.Arg(0))
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "releasecheck:", err)
		stop()
		os.Exit(1) //nolint:gocritic // The deferred call has nothing left to do.
	}
}

// target is a pair of GOOS and GOARCH.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "_" + t.arch }

// targets lists what is built: this machine's target first, then the others
// that have file formats and file names of their own.
func targets(host target) []target {
	others := []target{{"windows", "amd64"}, {"darwin", "arm64"}}

	return append([]target{host}, slices.DeleteFunc(others, func(t target) bool { return t == host })...)
}

func run(ctx context.Context, out io.Writer) (err error) {
	progress := reporter(out, time.Now)

	root, err := os.MkdirTemp("", "stackone-release-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()

	if err := goreleaser(ctx, "check"); err != nil {
		return err
	}

	progress("%s is valid", configFile)

	host := target{runtime.GOOS, runtime.GOARCH}
	all := targets(host)

	built, err := snapshot(ctx, filepath.Join(root, "first"), all)
	if err != nil {
		return err
	}

	progress("GoReleaser made the archives of version %s", built.version)

	if err := built.verifyChecksums(); err != nil {
		return err
	}

	for _, t := range all {
		size, err := built.verifyArchive(t)
		if err != nil {
			return fmt.Errorf("%s: %w", built.archiveName(t), err)
		}

		progress("%s is complete; the provider in it has %.1f MB", built.archiveName(t), float64(size)/1e6)
	}

	again, err := snapshot(ctx, filepath.Join(root, "again"), []target{host})
	if err != nil {
		return err
	}

	if again.digests[host] != built.digests[host] {
		return errors.New("the same commit gave two different archives")
	}

	progress("%s has the same bytes when it is made again", again.archiveName(host))

	if err := install(ctx, built.version, built.archive(host)); err != nil {
		return err
	}

	progress("Terraform installed %s from a mirror and applied with it", built.archiveName(host))

	return nil
}

// reporter returns a function that writes a line with the seconds that have
// passed since the line before.
func reporter(out io.Writer, now func() time.Time) func(format string, arguments ...any) {
	last := now()

	return func(format string, arguments ...any) {
		current := now()
		_, _ = fmt.Fprintf(out, "%6.1f s  %s\n", current.Sub(last).Seconds(), fmt.Sprintf(format, arguments...))
		last = current
	}
}
