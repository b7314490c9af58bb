package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// pluginLine matches level, message and fields of the provider's lines in Terraform's log.
	pluginLine = regexp.MustCompile(`(?m)\[(TRACE|DEBUG|INFO|WARN|ERROR)\] +provider\.terraform-provider-stackone[^:]*: (.*?): (\S+=.*)$`)
	loggerName = regexp.MustCompile(`@module=\S+`)
)

// shownLines applies one session and counts the provider's lines in Terraform's log by level,
// logger and message.
func shownLines(t *testing.T, variables []string) map[string]int {
	t.Helper()

	a := newHarness(t).install(t, session("this"))
	a.env = append(a.env, variables...)
	lines := map[string]int{}

	for _, match := range pluginLine.FindAllStringSubmatch(a.apply("-parallelism=1"), -1) {
		lines[match[1]+" "+loggerName.FindString(match[3])+" "+match[2]]++
	}

	return lines
}

// Terraform's filters give the same lines whether or not the provider filters before.
func TestLogging_showsWhatTerraformAsksFor(t *testing.T) {
	t.Parallel()

	everything := []string{"TF_LOG_SDK=TRACE", "TF_LOG_SDK_PROTO=TRACE", "TF_LOG_SDK_FRAMEWORK=TRACE", "TF_LOG_PROVIDER_STACKONE=TRACE"}

	for variable, loggers := range map[string][]string{
		"TF_LOG=TRACE":          {"TRACE @module=sdk.proto", "TRACE @module=sdk.framework", "DEBUG @module=sdk.framework", "DEBUG @module=stackone"},
		"TF_LOG_PROVIDER=DEBUG": {"DEBUG @module=sdk.framework", "DEBUG @module=stackone"},
		"TF_LOG_CORE=TRACE":     nil,
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()

			got := shownLines(t, []string{variable})
			if want := shownLines(t, append(slices.Clone(everything), variable)); !maps.Equal(got, want) {
				t.Errorf("Terraform shows\n%v\nbut would show\n%v", got, want)
			}

			for _, logger := range loggers {
				if !slices.ContainsFunc(slices.Collect(maps.Keys(got)), func(line string) bool { return strings.HasPrefix(line, logger+" ") }) {
					t.Errorf("Terraform shows no line %s", logger)
				}
			}
		})
	}
}
