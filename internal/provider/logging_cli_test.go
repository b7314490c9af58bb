package provider_test

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// pluginLine matches level, message and fields of the provider's lines in Terraform's log.
	pluginLine = regexp.MustCompile(`(?m)\[(TRACE|DEBUG|INFO|WARN|ERROR)\] +provider\.terraform-provider-stackone[^:]*: (.*?): (\S+=.*)$`)
	// loggerName is the field with the name of the logger.
	loggerName = regexp.MustCompile(`@module=(\S+)`)
)

// shownLines applies one session and counts the provider's lines in Terraform's log by level,
// logger and message.
func shownLines(t *testing.T, variables []string) map[string]int {
	t.Helper()

	h := newHarness(t)
	w := cli(t)
	dir := w.module(t, h, session("this"))

	var stderr bytes.Buffer

	cmd := w.command(t, h, dir, "apply", "-auto-approve", "-no-color", "-parallelism=1")
	cmd.Env = append(cmd.Env, variables...)
	cmd.Stderr = &stderr

	if output, err := cmd.Output(); err != nil {
		t.Fatalf("apply with %q: %v\n%s", variables, err, output)
	}

	lines := map[string]int{}

	for _, match := range pluginLine.FindAllStringSubmatch(stderr.String(), -1) {
		name := "none"
		if logger := loggerName.FindStringSubmatch(match[3]); logger != nil {
			name = logger[1]
		}

		lines[strings.Join([]string{match[1], name, match[2]}, " ")]++
	}

	return lines
}

// Terraform's filters give the same lines whether or not the provider filters before.
func TestLogging_showsWhatTerraformAsksFor(t *testing.T) {
	t.Parallel()

	everything := []string{
		"TF_LOG_SDK=TRACE", "TF_LOG_SDK_PROTO=TRACE", "TF_LOG_SDK_FRAMEWORK=TRACE", "TF_LOG_PROVIDER_STACKONE=TRACE",
	}

	for _, test := range []struct {
		name      string
		variables []string
		loggers   []string
	}{
		{"trace", []string{"TF_LOG=TRACE"}, []string{"TRACE sdk.proto", "TRACE sdk.framework", "DEBUG sdk.framework", "DEBUG stackone"}},
		{"only providers", []string{"TF_LOG_PROVIDER=DEBUG"}, []string{"DEBUG sdk.framework", "DEBUG stackone"}},
		{"only core", []string{"TF_LOG_CORE=TRACE"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got := shownLines(t, test.variables)
			if want := shownLines(t, slices.Concat(test.variables, everything)); !maps.Equal(got, want) {
				t.Errorf("Terraform shows\n%v\nbut would show\n%v", got, want)
			}

			for _, logger := range test.loggers {
				if !slices.ContainsFunc(slices.Collect(maps.Keys(got)), func(line string) bool { return strings.HasPrefix(line, logger+" ") }) {
					t.Errorf("Terraform shows no line %s", logger)
				}
			}
		})
	}
}
