package provider

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// The bounds allow any use, but catch milliseconds or a key in the wrong place.
const (
	maxRequestTimeoutSeconds = 3600
	maxMaxRetries            = 100
	maxMaxWaitSeconds        = 86_400
	maxMaxRequestsPerMinute  = 1_000_000
)

type providerModel struct {
	APIKey                secretString `tfsdk:"api_key"`
	BaseURL               types.String `tfsdk:"base_url"`
	CACertificates        types.String `tfsdk:"ca_certificates"`
	RequestTimeoutSeconds types.Number `tfsdk:"request_timeout_seconds"`
	MaxRetries            types.Number `tfsdk:"max_retries"`
	MaxWaitSeconds        types.Number `tfsdk:"max_wait_seconds"`
	MaxRequestsPerMinute  types.Number `tfsdk:"max_requests_per_minute"`
}

// settings are merged from configuration, environment and defaults.
type settings struct {
	client stackone.Config
	// unknown names the attributes with unknown values.
	unknown []string
}

// resolveSettings merges configuration, environment and defaults, in this order, and reports
// all problems at once. Terraform quotes the attribute of a problem, so problems of values
// that may be secret are on the provider block. The environment never replaces an unknown
// value.
func resolveSettings(config providerModel, getenv func(string) string) (settings, diag.Diagnostics) {
	r := resolver{getenv: getenv}

	r.apiKey(config.APIKey)
	r.baseURL(config.BaseURL)
	r.caCertificates(config.CACertificates)

	c := &r.out.client
	c.RequestTimeout = time.Second * time.Duration(r.wholeNumber("request_timeout_seconds", config.RequestTimeoutSeconds, envRequestTimeout,
		int64(stackone.DefaultRequestTimeout/time.Second), 1, maxRequestTimeoutSeconds))
	c.MaxRetries = int(r.wholeNumber("max_retries", config.MaxRetries, envMaxRetries,
		stackone.DefaultMaxRetries, 0, maxMaxRetries))
	c.MaxWait = time.Second * time.Duration(r.wholeNumber("max_wait_seconds", config.MaxWaitSeconds, envMaxWait,
		int64(stackone.DefaultMaxWait/time.Second), 0, maxMaxWaitSeconds))
	c.MaxRequestsPerMinute = int(r.wholeNumber("max_requests_per_minute", config.MaxRequestsPerMinute, envMaxRequestsPerMinute,
		stackone.DefaultMaxRequestsPerMinute, 0, maxMaxRequestsPerMinute))

	return r.out, r.diags
}

// userAgent builds the User-Agent header, including TF_APPEND_USER_AGENT, which Terraform's own
// providers honour. StackOne may refuse requests without the header.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := fmt.Sprintf("terraform-provider-stackone/%s Terraform/%s", version, cmp.Or(terraformVersion, "unknown"))

	// A control character would make every request fail without naming the variable.
	extra := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}

		return c
	}, getenv(envAppendUserAgent))

	return strings.TrimSpace(agent + " " + strings.TrimSpace(extra))
}

type resolver struct {
	getenv func(string) string
	out    settings
	diags  diag.Diagnostics
}

func (r *resolver) apiKey(configured secretString) {
	raw, source, ok := r.text("api_key", configured.text(), envAPIKey)

	switch key, err := stackone.ParseAPIKey(raw); {
	case !ok:
	case raw == "":
		r.diags.Append(missingAPIKey())
	case err != nil:
		r.diags.AddError("Invalid StackOne API key",
			fmt.Sprintf("%s is not a StackOne API key: %s. Keys start with \"v1.\", and the StackOne dashboard shows them only once. "+
				"If you no longer have the key, create another one there (Project Settings, API keys).", source, err))
	default:
		r.out.client.APIKey = key
	}
}

func (r *resolver) baseURL(configured types.String) {
	raw, source, ok := r.text("base_url", configured, envBaseURL)
	if !ok {
		return
	}

	base, err := stackone.ParseBaseURL(cmp.Or(raw, stackone.DefaultBaseURL))
	if err != nil {
		var problem diag.Diagnostic = diag.NewErrorDiagnostic("Invalid StackOne base URL",
			fmt.Sprintf("%s is not a valid base URL: %s. Set none unless StackOne gave you another address; the default is %s.", source, err, stackone.DefaultBaseURL))

		// User information and a query may be secret.
		if !strings.ContainsAny(raw, "@?#") {
			problem = diag.WithPath(path.Root("base_url"), problem)
		}

		r.diags.Append(problem)
	}

	r.out.client.BaseURL = base
}

// caCertificates reads PEM text, or the file that the environment names.
func (r *resolver) caCertificates(configured types.String) {
	raw, source, ok := r.text("ca_certificates", configured, envCACertificates)
	if !ok || raw == "" {
		return
	}

	text, hint := []byte(raw), " To read a file, write ca_certificates = file(\"…\")."

	if configured.IsNull() {
		hint = ""
		source = "The file that the environment variable " + envCACertificates + " names"

		content, err := os.ReadFile(raw) //nolint:gosec // The user names the file.
		if err != nil {
			// The name of the file may be a key in the wrong place.
			if failed, ok := errors.AsType[*fs.PathError](err); ok {
				err = failed.Err
			}

			r.diags.AddError("Invalid CA certificates",
				fmt.Sprintf("%s cannot be read: %s. Set the variable to the name of a file, not to its content.", source, err))

			return
		}

		text = content
	}

	certificates, err := stackone.ParseCertificates(text)
	if err != nil {
		r.diags.AddError("Invalid CA certificates",
			fmt.Sprintf("%s cannot be used: %s. It must contain one or more CA certificates in PEM format.%s", source, err, hint))
	}

	r.out.client.CACertificates = certificates
}

// text picks a string by precedence and describes its source. It is not ok if the value is
// unknown or configured as an empty string.
func (r *resolver) text(attribute string, configured types.String, env string) (value, source string, ok bool) {
	switch {
	case configured.IsUnknown():
		r.out.unknown = append(r.out.unknown, attribute)
		return "", "", false
	case configured.IsNull():
		return r.getenv(env), "The value of the environment variable " + env, true
	case configured.ValueString() == "":
		r.diags.AddAttributeError(path.Root(attribute), "Empty provider attribute",
			fmt.Sprintf("The attribute %s is an empty string. Set it, or omit it (or set it to null) to use the environment variable %s.", attribute, env))

		return "", "", false
	default:
		return configured.ValueString(), "The value of the attribute " + attribute, true
	}
}

// wholeNumber picks a number by precedence and checks its bounds.
func (r *resolver) wholeNumber(attribute string, configured types.Number, env string, standard, minimum, maximum int64) int64 {
	if configured.IsUnknown() {
		r.out.unknown = append(r.out.unknown, attribute)
		return standard
	}

	value, exact := whole(configured)
	source := "The attribute " + attribute

	if configured.IsNull() {
		raw := r.getenv(env)
		if raw == "" {
			return standard
		}

		source = "The environment variable " + env

		parsed, err := strconv.ParseInt(strings.TrimSpace(raw), 10, 64)
		value, exact = parsed, err == nil
	}

	if !exact || value < minimum || value > maximum {
		r.diags.AddAttributeError(path.Root(attribute), "Provider setting out of range",
			fmt.Sprintf("%s must be a whole number from %d to %d. The default is %d.", source, minimum, maximum, standard))
	}

	return value
}

// missingAPIKey is the only problem that "terraform validate" tolerates.
func missingAPIKey() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("api_key"), "Missing StackOne API key",
		fmt.Sprintf("Set the environment variable %s (recommended) or the provider attribute api_key. "+
			"Create a key in the StackOne dashboard under Project Settings, API keys.", envAPIKey))
}
