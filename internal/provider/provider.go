package provider

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// typeName is the prefix of all type names.
const typeName = "stackone"

var (
	_ provider.ProviderWithValidateConfig     = (*stackoneProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*stackoneProvider)(nil)
	_ provider.ProviderWithFunctions          = (*stackoneProvider)(nil)
	_ provider.ProviderWithListResources      = (*stackoneProvider)(nil)
)

// Options are the provider's dependencies. A released provider sets only Version.
type Options struct {
	// Version is the provider's version, without a leading "v".
	Version string
	// Clock defaults to the system's clock.
	Clock stackone.Clock
	// Getenv defaults to os.Getenv.
	Getenv func(string) string
}

// New returns the provider.
func New(o Options) provider.Provider {
	if o.Clock == nil {
		o.Clock = stackone.SystemClock()
	}

	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}

	return &stackoneProvider{o}
}

type stackoneProvider struct{ Options }

func (p *stackoneProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = typeName, p.Version
}

func (p *stackoneProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	precedence := func(env string) string {
		return fmt.Sprintf(" The attribute takes precedence over the environment variable `%s`", env)
	}

	text := func(description, env, otherwise string) schema.Attribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description + precedence(env) + ", " + otherwise}
	}

	number := func(maximum int, description, env string, standard int, unit string) schema.Attribute {
		return schema.NumberAttribute{Optional: true, MarkdownDescription: fmt.Sprintf(description, maximum) + precedence(env) + fmt.Sprintf(", which takes precedence over the default of %d %s.", standard, unit)}
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Creates StackOne connect sessions, with which your customers link their systems, and manages the linked accounts.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				CustomType: secretStringType{}, Optional: true, Sensitive: true,
				MarkdownDescription: "The StackOne API key, from the dashboard under Project Settings, API keys. It belongs to one project and needs the scope *Platform API* (read and write)." +
					precedence(envAPIKey) + ", which is the better place for a secret. There is no default: one of the two must be set.",
			},
			"base_url": text("The address of the StackOne API: `https`, or `http` for loopback addresses; a path prefix is allowed, credentials and a query are not.",
				envBaseURL, fmt.Sprintf("which takes precedence over the default `%s`.", stackone.DefaultBaseURL)),
			"ca_certificates": text("Certificates of certificate authorities, as PEM text, that are trusted in addition to the system's, for example that of a proxy that inspects TLS. Use `file(\"…\")` for the content of a file.",
				envCACertificates, "the name of a file. There is no default: only the system's authorities are trusted."),
			"request_timeout_seconds": number(maxRequestTimeoutSeconds, "How long one attempt of a request may take, in seconds, including reading the response, from 1 to %d.",
				envRequestTimeout, int(stackone.DefaultRequestTimeout.Seconds()), "seconds"),
			"max_retries": number(maxMaxRetries, "How many times a failed request is sent again, from 0 (never) to %d. None is sent during an outage.",
				envMaxRetries, stackone.DefaultMaxRetries, "retries"),
			"max_wait_seconds": number(maxMaxWaitSeconds, "How long requests wait for the end of an outage, in seconds, from 0 (not at all) to %d. After that, all waiting and later requests fail at once.",
				envMaxWait, int(stackone.DefaultMaxWait.Seconds()), "seconds"),
			"max_requests_per_minute": number(maxMaxRequestsPerMinute, "The most requests that the provider sends in any 60 seconds, from 0 (no limit) to %d; further requests wait. Lower it when other programs use the same key.",
				envMaxRequestsPerMinute, stackone.DefaultMaxRequestsPerMinute, "requests, StackOne's own limit for a key"),
		},
	}
}

// ValidateConfig reports all problems of the provider block. It reports a missing key only
// beside others, because "terraform validate" must work without credentials.
func (p *stackoneProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}

	_, diags := resolveSettings(config, p.Getenv)
	if len(diags) == 1 && diags[0].Equal(missingAPIKey()) {
		return
	}

	resp.Diagnostics.Append(diags...)
}

// Configure makes no network call. If its configuration is unknown it defers where Terraform
// allows that; otherwise the first API call fails and names what is missing.
func (p *stackoneProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}

	resolved, diags := resolveSettings(config, p.Getenv)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	if len(resolved.unknown) > 0 && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}

	resolved.client.Getenv = p.Getenv
	resolved.client.UserAgent = userAgent(p.Version, req.TerraformVersion, p.Getenv)
	resolved.client.Clock = p.Clock
	resolved.client.OnAttempt = attemptLogger()

	client := sync.OnceValues(func() (*stackone.Client, error) {
		if len(resolved.unknown) > 0 {
			return nil, &unknownConfigurationError{attributes: resolved.unknown}
		}

		return stackone.New(resolved.client)
	})

	data := &providerData{clock: p.Clock, client: client, apiKey: resolved.client.APIKey, claims: newAccountClaims()}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
}

func (p *stackoneProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newConnectSessionResource, newAccountResource, newPinnedVersionResource}
}

func (p *stackoneProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newConnectSessionEphemeral}
}

func (p *stackoneProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAccountDataSource, newAccountsDataSource, newConnectSessionDataSource,
		newConnectorProfilesDataSource, newConnectorProfileVersionsDataSource, newConnectorsDataSource,
	}
}

func (p *stackoneProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newAccountList, newPinnedVersionList}
}

func (p *stackoneProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newCategoriesFunction, newOAuthRedirectURIFunction}
}
