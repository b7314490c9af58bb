package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type base struct {
	data *providerData
}

// configure stores the provider's data, which is nil during validation.
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

// resourceBase also serves list resources: their Configure has the same signature.
type resourceBase struct{ base }

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

type ephemeralBase struct{ base }

func (b *ephemeralBase) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}
