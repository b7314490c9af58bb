package main

import (
	"errors"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()

	const source = "stackonehq/stackone"

	for name, test := range map[string]struct {
		args   []string
		cookie string
		fails  error
		// code is the exit code; served and attach are what was started.
		code           int
		served, attach bool
		// stdout and stderr are parts of two lines each.
		stdout, stderr string
	}{
		"by Terraform":    {cookie: "c", served: true},
		"for a debugger":  {args: []string{"-debug"}, served: true, attach: true},
		"a failure":       {cookie: "c", fails: errors.New("no pipe"), served: true, code: 1, stderr: "no pipe"},
		"by a person":     {code: 1, stderr: source},
		"--version":       {args: []string{"--version"}, stdout: "terraform-provider-stackone dev\n" + address},
		"-help":           {args: []string{"-help"}, stdout: source},
		"-h":              {args: []string{"-h"}, stdout: source},
		"an unknown flag": {args: []string{"-upgrade"}, cookie: "c", code: 2, stderr: address},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var (
				stdout, stderr strings.Builder
				served, attach bool
			)

			getenv := func(name string) string {
				if name != "TF_PLUGIN_MAGIC_COOKIE" {
					t.Errorf("%s is read", name)
				}

				return test.cookie
			}

			code := run(test.args, getenv, &stdout, &stderr, func(a bool) error {
				served, attach = true, a
				return test.fails
			})

			if code != test.code || served != test.served || attach != test.attach {
				t.Errorf("exit code %d, served %t, attach %t", code, served, attach)
			}

			if !strings.Contains(stdout.String(), test.stdout) || (test.stdout == "") != (stdout.Len() == 0) {
				t.Errorf("standard output: %q", stdout.String())
			}

			if !strings.Contains(stderr.String(), test.stderr) || (test.stderr == "") != (stderr.Len() == 0) {
				t.Errorf("standard error: %q", stderr.String())
			}

			if test.stdout != "" && strings.Count(stdout.String(), "\n") != 2 {
				t.Errorf("these are no two lines: %q", stdout.String())
			}
		})
	}
}
