package plugin

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// LimitLogging limits the loggers of this process to the level that Terraform shows, unless the
// user set another. By default they write every TRACE line, which is half of a plugin's work, and
// Terraform drops most of them. Call it before serving the provider, but not with -debug, where
// standard error goes to a person.
func LimitLogging(getenv func(string) string, setenv func(name, value string) error) error {
	shown := shownLevel(getenv)
	sdk := cmp.Or(getenv("TF_LOG_SDK"), shown)

	var errs []error

	// The variables that the loggers of terraform-plugin-go v0.31.0 and terraform-plugin-framework
	// v1.19.0 read. The parts of the SDK need variables of their own: the loggers check these before
	// they compose a line, and that of the SDK only afterwards.
	for _, variable := range [][2]string{
		{"TF_LOG_SDK", sdk}, {"TF_LOG_SDK_PROTO", sdk}, {"TF_LOG_SDK_FRAMEWORK", sdk}, {"TF_LOG_PROVIDER_STACKONE", shown},
	} {
		if getenv(variable[0]) == "" {
			errs = append(errs, setenv(variable[0], variable[1]))
		}
	}

	return errors.Join(errs...)
}

// shownLevel returns the lowest level that Terraform 1.11 and OpenTofu show. As there, unknown
// levels and JSON mean TRACE, and the file of TF_TEMP_LOG_PATH receives every line.
func shownLevel(getenv func(string) string) string {
	level := strings.ToLower(cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"), "off"))
	if getenv("TF_TEMP_LOG_PATH") != "" || !slices.Contains([]string{"off", "error", "warn", "info", "debug"}, level) {
		return "trace"
	}

	return level
}
