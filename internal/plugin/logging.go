package plugin

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Environment variables that Terraform reads (internal/logging and main.go of
// Terraform 1.11 and OpenTofu).
const (
	envLog         = "TF_LOG"           // level of core and, by default, of providers
	envLogProvider = "TF_LOG_PROVIDER"  // level of providers
	envLogTemp     = "TF_TEMP_LOG_PATH" // file that receives every line whatever the levels
)

// Environment variables that a plugin's loggers read (terraform-plugin-go
// v0.31.0 and terraform-plugin-framework v1.19.0, internal/logging).
const (
	envLogSDK          = "TF_LOG_SDK"               // the SDK
	envLogSDKProto     = "TF_LOG_SDK_PROTO"         // the part of it that speaks the protocol
	envLogSDKFramework = "TF_LOG_SDK_FRAMEWORK"     // the framework
	envLogStackOne     = "TF_LOG_PROVIDER_STACKONE" // the provider's own lines
)

// The levels that need to be named here.
const (
	levelOff   = "off"
	levelTrace = "trace"
)

// LimitLogging makes the loggers of this process write no more than Terraform
// shows. Left alone they write every TRACE line to standard error, which is
// half of a plugin's work, and Terraform, unless it is asked to show them,
// parses and drops each. It must be called before the provider is served, and
// not where standard error goes to a person, as it does with -debug.
//
// getenv and setenv are those of package os.
func LimitLogging(getenv func(string) string, setenv func(name, value string) error) error {
	levels := logLevels(getenv)

	var errs []error
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		errs = append(errs, setenv(name, levels[name]))
	}

	return errors.Join(errs...)
}

// logLevels returns the variables that LimitLogging sets: those that the user
// has not set, each with the level that Terraform shows. The two parts of the
// SDK follow the level of the whole. Their own levels make no line more or less,
// but the loggers look at them before they compose a line, and at the level of
// the whole only afterwards.
func logLevels(getenv func(string) string) map[string]string {
	shown := shownLevel(getenv)

	sdk := getenv(envLogSDK)
	if sdk == "" {
		sdk = shown
	}

	levels := map[string]string{
		envLogSDK:          sdk,
		envLogSDKProto:     sdk,
		envLogSDKFramework: sdk,
		envLogStackOne:     shown,
	}
	maps.DeleteFunc(levels, func(name, _ string) bool { return getenv(name) != "" })

	return levels
}

// shownLevel is the lowest level of a provider's lines that Terraform shows, as
// Terraform decides it: a level that it does not know means TRACE, and so does
// JSON, which asks for another format.
func shownLevel(getenv func(string) string) string {
	if getenv(envLogTemp) != "" {
		return levelTrace
	}

	asked := getenv(envLogProvider)
	if asked == "" {
		asked = getenv(envLog)
	}

	switch level := strings.ToLower(asked); level {
	case "":
		return levelOff
	case levelOff, "error", "warn", "info", "debug":
		return level
	default:
		return levelTrace
	}
}
