// Command releasecheck proves that a release of this commit would work, without
// publishing, signing or listing anything:
//
//	go run ./internal/dev/releasecheck    # from the repository's folder
//
// GoReleaser checks .goreleaser.yml and makes the archives of its build "usual",
// twice: the same commit must give the same bytes. Each archive must hold what the
// registry asks for and no more. Then the real Terraform installs the one for this machine from
// a filesystem mirror, as a user's Terraform does, and applies a configuration
// with it against a stand-in for the API.
//
// It needs the go command and git, and replaces the folder dist. The first run
// compiles GoReleaser, and the provider for each target, which takes minutes; Go's
// build cache keeps both.
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

func run(ctx context.Context, out io.Writer) (err error) {
	progress := reporter(out, time.Now)
	host := target{runtime.GOOS, runtime.GOARCH}

	if !slices.Contains(targets(), host) {
		return fmt.Errorf("it runs on one of %v, which it can install a release on; this machine is %s", targets(), host)
	}

	if err := goreleaser(ctx, "check"); err != nil {
		return err
	}

	progress("%s is valid", configFile)

	defer func() { err = errors.Join(err, os.RemoveAll(dist)) }()

	built, err := snapshot(ctx)
	if err != nil {
		return err
	}

	progress("GoReleaser made the archives of version %s", built.version)

	again, err := snapshot(ctx)
	if err != nil {
		return err
	}

	if again != built {
		return fmt.Errorf("the same commit gave two different releases:\n%s\n%s", built.checksums, again.checksums)
	}

	progress("the archives have the same bytes when they are made again")

	if err := built.verifyChecksums(); err != nil {
		return err
	}

	for _, t := range targets() {
		size, err := built.verifyArchive(t)
		if err != nil {
			return fmt.Errorf("%s: %w", built.archiveName(t), err)
		}

		progress("%s is complete; the provider in it has %.1f MB", built.archiveName(t), float64(size)/1e6)
	}

	archive := built.archiveName(host)
	if err := install(ctx, built.version, filepath.Join(dist, archive)); err != nil {
		return err
	}

	progress("Terraform installed %s from a mirror and applied with it", archive)

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
