package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// base is embedded by all resources, list resources, data sources and ephemeral
// resources.
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

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase is the base of data sources.
type dataSourceBase struct{ base }

func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// ephemeralBase is the base of ephemeral resources.
type ephemeralBase struct{ base }

func (b *ephemeralBase) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}
