package provider

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

const testKey = "v1.eu1.unit-test-key"

func getenvFrom(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func secretOf(text string) secretString { return newSecretString(stackone.NewSecret(text)) }

func number(n int64) types.Number { return types.NumberValue(new(big.Float).SetInt64(n)) }

// onBlock is a problem of the whole provider block.
const onBlock = "provider block"

func nullProviderModel() providerModel {
	return providerModel{APIKey: secretString{}}
}

func TestResolveSettings_precedence(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		config providerModel
		env    map[string]string
		want   func(stackone.Config) bool
	}{
		"defaults": {
			config: nullProviderModel(), env: map[string]string{envAPIKey: testKey},
			want: func(c stackone.Config) bool {
				return c.APIKey.Reveal() == testKey && c.BaseURL.String() == "https://api.stackone.com" &&
					c.RequestTimeout == time.Minute && c.MaxRetries == 10 && c.MaxWait == 5*time.Minute && c.MaxRequestsPerMinute == 1000
			},
		},
		"environment over defaults": {
			config: nullProviderModel(),
			env: map[string]string{
				envAPIKey: testKey, envBaseURL: "https://api.eu1.stackone.com/", envRequestTimeout: "7", envMaxRetries: " 0\n", envMaxWait: "0", envMaxRequestsPerMinute: "0",
			},
			want: func(c stackone.Config) bool {
				return c.BaseURL.Host == "api.eu1.stackone.com" && c.RequestTimeout == 7*time.Second && c.MaxRetries == 0 && c.MaxWait == 0 && c.MaxRequestsPerMinute == 0
			},
		},
		"at the upper bounds": {
			config: nullProviderModel(),
			env: map[string]string{
				envAPIKey: testKey, envRequestTimeout: "3600", envMaxRetries: "100", envMaxWait: "86400", envMaxRequestsPerMinute: "1000000",
			},
			want: func(c stackone.Config) bool {
				return c.RequestTimeout == time.Hour && c.MaxRetries == 100 && c.MaxWait == 24*time.Hour && c.MaxRequestsPerMinute == 1_000_000
			},
		},
		"configuration over environment": {
			config: providerModel{
				APIKey: secretOf("v1.us1.configured"), BaseURL: types.StringValue("http://127.0.0.1:8080"), RequestTimeoutSeconds: number(3),
				MaxRetries: number(1), MaxWaitSeconds: number(20), MaxRequestsPerMinute: number(10),
			},
			env: map[string]string{
				envAPIKey: testKey, envBaseURL: "https://elsewhere.example", envRequestTimeout: "7", envMaxRetries: "9", envMaxWait: "99", envMaxRequestsPerMinute: "99",
			},
			want: func(c stackone.Config) bool {
				return c.APIKey.Reveal() == "v1.us1.configured" && c.BaseURL.Host == "127.0.0.1:8080" && c.RequestTimeout == 3*time.Second &&
					c.MaxRetries == 1 && c.MaxWait == 20*time.Second && c.MaxRequestsPerMinute == 10
			},
		},
		"what is configured hides a broken environment": {
			config: providerModel{APIKey: secretOf(testKey), MaxRetries: number(2)},
			env:    map[string]string{envMaxRetries: "many", envAPIKey: "two\nlines"},
			want:   func(c stackone.Config) bool { return c.MaxRetries == 2 },
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, diags := resolveSettings(test.config, getenvFrom(test.env))
			if diags.HasError() {
				t.Fatalf("unexpected problems: %v", diags)
			}

			if !test.want(got.client) || len(got.unknown) != 0 {
				t.Errorf("unexpected settings: %+v", got)
			}
		})
	}
}

func TestResolveSettings_problems(t *testing.T) {
	t.Parallel()

	key := map[string]string{envAPIKey: testKey}

	tests := map[string]struct {
		config providerModel
		env    map[string]string
		// want maps attributes to a part of the message; problems of secrets are on the block.
		want map[string]string
	}{
		"no key":                 {config: nullProviderModel(), want: map[string]string{"api_key": envAPIKey}},
		"empty key":              {config: providerModel{APIKey: secretStringOf(types.StringValue(""))}, env: key, want: map[string]string{"api_key": "empty string"}},
		"key with line break":    {config: providerModel{APIKey: secretStringOf(types.StringValue("v1.eu1.secret\nword"))}, want: map[string]string{onBlock: "attribute api_key"}},
		"key in quotation marks": {config: nullProviderModel(), env: map[string]string{envAPIKey: `"v1.eu1.secret"`}, want: map[string]string{onBlock: "quotation mark"}},
		"key in a typographer's": {config: providerModel{APIKey: secretStringOf(types.StringValue("“v1.eu1.secret”"))}, want: map[string]string{onBlock: "quotation mark"}},
		"key with a colon":       {config: nullProviderModel(), env: map[string]string{envAPIKey: "v1.eu1.secret:"}, want: map[string]string{onBlock: envAPIKey}},
		"plain http":             {config: providerModel{BaseURL: types.StringValue("http://api.stackone.com")}, env: key, want: map[string]string{"base_url": "https"}},
		"credentials in URL":     {config: providerModel{BaseURL: types.StringValue("https://user:secret@api.stackone.com")}, env: key, want: map[string]string{onBlock: "attribute base_url"}},
		"query in URL":           {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envBaseURL: "https://api.stackone.com/?a=secret"}, want: map[string]string{onBlock: envBaseURL}},
		"no URL":                 {config: providerModel{BaseURL: types.StringValue("api.stackone.com")}, env: key, want: map[string]string{"base_url": "https://api.stackone.com"}},
		"URL in quotes":          {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envBaseURL: "'https://secret'"}, want: map[string]string{"base_url": "quotation mark"}},
		"URL, line break":        {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envBaseURL: "https://secret\n"}, want: map[string]string{"base_url": "line break"}},
		"no certificates":        {config: providerModel{CACertificates: types.StringValue("secret.pem")}, env: key, want: map[string]string{onBlock: "attribute ca_certificates"}},
		"empty certificates":     {config: providerModel{CACertificates: types.StringValue("")}, env: key, want: map[string]string{"ca_certificates": envCACertificates}},
		"a private key":          {config: providerModel{CACertificates: types.StringValue("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n")}, env: key, want: map[string]string{onBlock: "private key"}},
		"no such file":           {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envCACertificates: "/no/secret.pem"}, want: map[string]string{onBlock: "the name of a file"}},
		"a folder":               {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envCACertificates: "."}, want: map[string]string{onBlock: envCACertificates}},
		"another file":           {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envCACertificates: "settings_test.go"}, want: map[string]string{onBlock: "cannot be used: it contains"}},
		"PEM for a file name":    {config: nullProviderModel(), env: map[string]string{envAPIKey: testKey, envCACertificates: "-----BEGIN PRIVATE KEY-----\nsecret"}, want: map[string]string{onBlock: "the name of a file"}},
		"empty URL":              {config: providerModel{BaseURL: types.StringValue("")}, env: key, want: map[string]string{"base_url": "empty string"}},
		"all at once": {
			config: providerModel{BaseURL: types.StringValue("ftp://x"), RequestTimeoutSeconds: number(0), MaxRetries: number(-1)},
			env:    map[string]string{envMaxRequestsPerMinute: "1e3"},
			want: map[string]string{
				"api_key": envAPIKey, "base_url": "begin with https", "request_timeout_seconds": "from 1 to 3600", "max_retries": "attribute max_retries",
				"max_requests_per_minute": envMaxRequestsPerMinute,
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, diags := resolveSettings(test.config, getenvFrom(test.env))

			got := map[string]string{}

			for _, d := range diags {
				where := onBlock
				if onPath, ok := d.(diag.DiagnosticWithPath); ok {
					where = onPath.Path().String()
				}

				got[where] += d.Summary() + ": " + d.Detail()
			}

			for attribute, part := range test.want {
				if !strings.Contains(got[attribute], part) {
					t.Errorf("%s: got %q, want a message with %q", attribute, got[attribute], part)
				}
			}

			if len(got) != len(test.want) {
				t.Errorf("got problems %v, want %v", got, test.want)
			}

			for _, message := range got {
				if strings.Contains(message, "secret") {
					t.Errorf("the message gives a secret away: %q", message)
				}
			}
		})
	}
}

func TestResolveSettings_unknown(t *testing.T) {
	t.Parallel()

	config := providerModel{
		APIKey: secretString{unknown: true}, BaseURL: types.StringUnknown(), RequestTimeoutSeconds: types.NumberUnknown(),
	}

	got, diags := resolveSettings(config, getenvFrom(map[string]string{envAPIKey: testKey, envBaseURL: "https://elsewhere.example"}))
	if diags.HasError() {
		t.Fatalf("an unknown value is no problem: %v", diags)
	}

	if strings.Join(got.unknown, " ") != "api_key base_url request_timeout_seconds" {
		t.Errorf("unknown attributes: %v", got.unknown)
	}

	if !got.client.APIKey.IsZero() {
		t.Error("the environment must not stand in for a value that is configured but unknown")
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ terraform, appended, want string }{
		"plain":              {"1.11.4", "", "terraform-provider-stackone/1.2.3 Terraform/1.11.4"},
		"appended":           {"1.11.4", " pipeline/7 ~!é ", "terraform-provider-stackone/1.2.3 Terraform/1.11.4 pipeline/7 ~!"},
		"no version":         {"", "", "terraform-provider-stackone/1.2.3 Terraform/unknown"},
		"control characters": {"1.11.4", "a\r\nX-Evil: 1", "terraform-provider-stackone/1.2.3 Terraform/1.11.4 aX-Evil: 1"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := userAgent("1.2.3", test.terraform, getenvFrom(map[string]string{envAppendUserAgent: test.appended})); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
