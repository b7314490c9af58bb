package provider

import (
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"

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

func TestResolveSettings_precedence(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config providerModel
		env    map[string]string
		// want has the key, the base URL, the timeout, the retries, the wait and the rate.
		want string
	}{
		"defaults": {
			env:  map[string]string{envAPIKey: testKey},
			want: testKey + " https://api.stackone.com 1m0s 10 5m0s 1000",
		},
		"environment over defaults": {
			env: map[string]string{
				envAPIKey: testKey, envBaseURL: "https://api.eu1.stackone.com/", envRequestTimeout: "7", envMaxRetries: " 0\n", envMaxWait: "0", envMaxRequestsPerMinute: "0",
			},
			want: testKey + " https://api.eu1.stackone.com 7s 0 0s 0",
		},
		"at the upper bounds": {
			env:  map[string]string{envAPIKey: testKey, envRequestTimeout: "3600", envMaxRetries: "100", envMaxWait: "86400", envMaxRequestsPerMinute: "1000000"},
			want: testKey + " https://api.stackone.com 1h0m0s 100 24h0m0s 1000000",
		},
		"configuration over environment": {
			config: providerModel{
				APIKey: secretOf("v1.us1.configured"), BaseURL: types.StringValue("http://127.0.0.1:8080"), RequestTimeoutSeconds: number(3),
				MaxRetries: number(1), MaxWaitSeconds: number(20), MaxRequestsPerMinute: number(10),
			},
			// The last two are wrong.
			env: map[string]string{
				envBaseURL: "https://elsewhere.example", envRequestTimeout: "7", envMaxWait: "99", envMaxRequestsPerMinute: "99", envMaxRetries: "many", envAPIKey: "two\nlines",
			},
			want: "v1.us1.configured http://127.0.0.1:8080 3s 1 20s 10",
		},
	} {
		got, diags := resolveSettings(test.config, getenvFrom(test.env))
		c := got.client

		if text := fmt.Sprint(c.APIKey.Reveal(), " ", c.BaseURL, c.RequestTimeout, c.MaxRetries, c.MaxWait, c.MaxRequestsPerMinute); text != test.want || len(diags)+len(got.unknown) > 0 {
			t.Errorf("%s: %s, want %s; %v, unknown: %v", name, text, test.want, diags, got.unknown)
		}
	}
}

func TestResolveSettings_problems(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		config providerModel
		// env is in addition to a key.
		env map[string]string
		// want maps attributes to a part of the message; problems of secrets are on the block.
		want map[string]string
	}{
		"no key":                 {env: map[string]string{envAPIKey: ""}, want: map[string]string{"api_key": envAPIKey}},
		"empty key":              {config: providerModel{APIKey: secretStringOf(types.StringValue(""))}, want: map[string]string{"api_key": "empty string"}},
		"key with line break":    {config: providerModel{APIKey: secretStringOf(types.StringValue("v1.eu1.secret\nword"))}, want: map[string]string{onBlock: "attribute api_key"}},
		"key in quotation marks": {env: map[string]string{envAPIKey: `"v1.eu1.secret"`}, want: map[string]string{onBlock: "quotation mark"}},
		"key in a typographer's": {config: providerModel{APIKey: secretStringOf(types.StringValue("“v1.eu1.secret”"))}, want: map[string]string{onBlock: "quotation mark"}},
		"key with a colon":       {env: map[string]string{envAPIKey: "v1.eu1.secret:"}, want: map[string]string{onBlock: envAPIKey}},
		"plain http":             {config: providerModel{BaseURL: types.StringValue("http://api.stackone.com")}, want: map[string]string{"base_url": "https"}},
		"credentials in URL":     {config: providerModel{BaseURL: types.StringValue("https://user:secret@api.stackone.com")}, want: map[string]string{onBlock: "attribute base_url"}},
		"query in URL":           {env: map[string]string{envBaseURL: "https://api.stackone.com/?a=secret"}, want: map[string]string{onBlock: envBaseURL}},
		"no URL":                 {config: providerModel{BaseURL: types.StringValue("api.stackone.com")}, want: map[string]string{"base_url": "https://api.stackone.com"}},
		"URL in quotes":          {env: map[string]string{envBaseURL: "'https://secret'"}, want: map[string]string{"base_url": "quotation mark"}},
		"URL, line break":        {env: map[string]string{envBaseURL: "https://secret\n"}, want: map[string]string{"base_url": "line break"}},
		"no certificates":        {config: providerModel{CACertificates: types.StringValue("secret.pem")}, want: map[string]string{onBlock: "attribute ca_certificates"}},
		"empty certificates":     {config: providerModel{CACertificates: types.StringValue("")}, want: map[string]string{"ca_certificates": envCACertificates}},
		"a private key":          {config: providerModel{CACertificates: types.StringValue("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n")}, want: map[string]string{onBlock: "private key"}},
		"no such file":           {env: map[string]string{envCACertificates: "/no/secret.pem"}, want: map[string]string{onBlock: "the name of a file"}},
		"a folder":               {env: map[string]string{envCACertificates: "."}, want: map[string]string{onBlock: envCACertificates}},
		"another file":           {env: map[string]string{envCACertificates: "settings_test.go"}, want: map[string]string{onBlock: "cannot be used: it contains"}},
		"PEM for a file name":    {env: map[string]string{envCACertificates: "-----BEGIN PRIVATE KEY-----\nsecret"}, want: map[string]string{onBlock: "the name of a file"}},
		"empty URL":              {config: providerModel{BaseURL: types.StringValue("")}, want: map[string]string{"base_url": "empty string"}},
		"all at once": {
			config: providerModel{BaseURL: types.StringValue("ftp://x"), RequestTimeoutSeconds: number(0), MaxRetries: number(-1)},
			env:    map[string]string{envAPIKey: "", envMaxRequestsPerMinute: "1e3"},
			want: map[string]string{
				"api_key": envAPIKey, "base_url": "begin with https", "request_timeout_seconds": "from 1 to 3600", "max_retries": "attribute max_retries",
				"max_requests_per_minute": envMaxRequestsPerMinute,
			},
		},
	} {
		env := map[string]string{envAPIKey: testKey}
		maps.Copy(env, test.env)

		_, diags := resolveSettings(test.config, getenvFrom(env))

		got := map[string]string{}

		for _, d := range diags {
			where := onBlock
			if onPath, ok := d.(diag.DiagnosticWithPath); ok {
				where = onPath.Path().String()
			}

			got[where] += d.Summary() + ": " + d.Detail()
		}

		for attribute, part := range test.want {
			if !strings.Contains(got[attribute], part) || len(got) != len(test.want) {
				t.Errorf("%s: %v, want messages with %v", name, got, test.want)
			}
		}

		if strings.Contains(fmt.Sprint(got), "secret") {
			t.Errorf("%s: a message gives a secret away: %q", name, got)
		}
	}
}

func TestResolveSettings_unknown(t *testing.T) {
	t.Parallel()

	config := providerModel{
		APIKey: secretStringOf(types.StringUnknown()), BaseURL: types.StringUnknown(), RequestTimeoutSeconds: types.NumberUnknown(),
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

	for name, test := range map[string]struct{ terraform, appended, want string }{
		"plain":              {"1.11.4", "", "terraform-provider-stackone/1.2.3 Terraform/1.11.4"},
		"appended":           {"1.11.4", " pipeline/7 ~!é ", "terraform-provider-stackone/1.2.3 Terraform/1.11.4 pipeline/7 ~!"},
		"no version":         {"", "", "terraform-provider-stackone/1.2.3 Terraform/unknown"},
		"control characters": {"1.11.4", "a\r\nX-Evil: 1", "terraform-provider-stackone/1.2.3 Terraform/1.11.4 aX-Evil: 1"},
	} {
		if got := userAgent("1.2.3", test.terraform, getenvFrom(map[string]string{envAppendUserAgent: test.appended})); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
