package provider

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// providerData is shared by everything that the provider serves.
type providerData struct {
	clock stackone.Clock
	// client creates the API client on first use. It fails while the configuration is unknown.
	client func() (*stackone.Client, error)
	// apiKey is used only to mask logs; it is empty while unknown.
	apiKey stackone.Secret
	// claims guard linked accounts against deletion by a plan that also keeps them.
	claims *accountClaims
	// lists guard linked accounts against deletion because of an incomplete list.
	lists accountLists
	// usableSessions counts the valid sessions that this run has removed.
	usableSessions atomic.Int64
	// removedSessions maps an owner to a removedSession.
	removedSessions sync.Map
	// forgottenAccounts counts the accounts that this run has left at StackOne, deletedAccounts
	// those that its plan deletes.
	forgottenAccounts, deletedAccounts atomic.Int64
}

// maskKey hides the key and its Basic form from the provider's logger.
func (d *providerData) maskKey(ctx context.Context) context.Context {
	if d.apiKey.IsZero() {
		return ctx
	}

	return maskSecrets(ctx, d.apiKey, basicForm(d.apiKey))
}

// call calls a method of the API client, unless the configuration is unknown.
func call[In, Out any](ctx context.Context, data *providerData, method func(*stackone.Client, context.Context, In) (Out, error), in In) (out Out, err error) {
	client, err := data.client()
	if err != nil {
		return out, err
	}

	return method(client, data.maskKey(ctx), in)
}

// limited returns one of the first warnings of a kind in a run, then once that there are more,
// then nothing, so that they do not hide others.
func limited(count *atomic.Int64, warning, more diag.Diagnostic) diag.Diagnostics {
	switch n := count.Add(1); {
	case n <= maxNamed:
		return diag.Diagnostics{warning}
	case n == maxNamed+1:
		return diag.Diagnostics{more}
	}

	return nil
}

// maxNamed limits the warnings of one kind in a run, and the values in one message.
const maxNamed = 5

type base struct{ data *providerData }

// configure stores what the provider's Configure returned, or nil during validation.
func (b *base) configure(data any) { b.data, _ = data.(*providerData) }

// resourceBase also serves list resources: their Metadata and Configure have the same signatures.
type resourceBase struct {
	base
	// name lacks the provider's prefix.
	name string
}

func (b *resourceBase) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + b.name
}

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	b.configure(req.ProviderData)
}
