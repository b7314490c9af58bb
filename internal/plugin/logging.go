package plugin

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Environment variables that Terraform 1.11 and OpenTofu read.
const (
	envLog         = "TF_LOG"           // level of core and, by default, of providers
	envLogProvider = "TF_LOG_PROVIDER"  // level of providers
	envLogTemp     = "TF_TEMP_LOG_PATH" // file that receives every line whatever the levels
)

// Environment variables that the loggers of terraform-plugin-go v0.31.0 and
// terraform-plugin-framework v1.19.0 read.
const (
	envLogSDK          = "TF_LOG_SDK"               // the SDK
	envLogSDKProto     = "TF_LOG_SDK_PROTO"         // the part of it that speaks the protocol
	envLogSDKFramework = "TF_LOG_SDK_FRAMEWORK"     // the framework
	envLogStackOne     = "TF_LOG_PROVIDER_STACKONE" // the provider's own lines
)

const (
	levelOff   = "off"
	levelTrace = "trace"
)

// LimitLogging limits the loggers of this process to the level that Terraform shows. By default
// they write every TRACE line, which is half of a plugin's work, and Terraform drops most of them.
// Call it before serving the provider, but not with -debug, where standard error goes to a person.
func LimitLogging(getenv func(string) string, setenv func(name, value string) error) error {
	levels := logLevels(getenv)

	var errs []error
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		errs = append(errs, setenv(name, levels[name]))
	}

	return errors.Join(errs...)
}

// logLevels returns the variables to set: the shown level, unless the user set another. The
// parts of the SDK need variables of their own: the loggers check these before they compose
// a line, and that of the SDK only afterwards.
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

// shownLevel returns the lowest level that Terraform shows. As in Terraform, unknown levels
// and JSON mean TRACE.
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
