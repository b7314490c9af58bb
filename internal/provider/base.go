package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// providerData is what a configured provider hands to its resources, data
// sources and ephemeral resources.
type providerData struct {
	clock stackone.Clock
	// client builds the API client when it is first needed. It fails while the
	// provider's configuration is not known yet.
	client func() (*stackone.Client, error)
	// apiKey is kept for the masks of the logger alone; it is empty while unknown.
	apiKey stackone.Secret
	// gone are the linked accounts that a refresh of this run did not find, adopted
	// those that it has adopted.
	gone, adopted idSet
}

// idSet remembers identifiers. Terraform refreshes, plans and applies many
// resources at the same time.
type idSet struct{ ids sync.Map }

func (s *idSet) add(id string) { s.ids.Store(id, nil) }

func (s *idSet) has(id string) bool {
	_, found := s.ids.Load(id)

	return found
}

// maskKey hides the key and its Basic form from the provider's logger.
func (d *providerData) maskKey(ctx context.Context) context.Context {
	if d.apiKey.IsZero() {
		return ctx
	}

	return maskSecrets(ctx, d.apiKey, basicForm(d.apiKey))
}

// unknownConfigurationError says that a call was needed before Terraform knew
// the provider's configuration.
type unknownConfigurationError struct {
	attributes []string
}

func (e *unknownConfigurationError) Error() string {
	return "the provider configuration is not known yet: " + strings.Join(e.attributes, ", ")
}

// base is embedded by everything that the provider serves.
type base struct {
	data *providerData
}

// configure takes over the provider's data. Terraform also asks for validation
// before the provider is configured; then there is nothing to take over.
func (b *base) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}

	configured, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("The provider handed over a %T where it should hand over its own data. This is a bug in the provider: please report it.", data))

		return
	}

	b.data = configured
}

// resourceBase is the base of managed resources and list resources, whose
// Configure methods have the same signature.
type resourceBase struct{ base }

// Configure implements resource.ResourceWithConfigure.
func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase is the base of data sources.
type dataSourceBase struct{ base }

// Configure implements datasource.DataSourceWithConfigure.
func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// ephemeralBase is the base of ephemeral resources.
type ephemeralBase struct{ base }

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (b *ephemeralBase) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}
