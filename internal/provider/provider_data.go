package provider

import (
	"context"
	"sync"

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
	// usableSessions are removed while they are valid, forgottenAccounts stay at StackOne, and
	// deletedAccounts do not.
	usableSessions, forgottenAccounts, deletedAccounts namedWarnings
	// removedSessions maps an owner to a removedSession.
	removedSessions sync.Map
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

// namedWarnings limits the warnings of one kind in a run.
type namedWarnings struct {
	mu sync.Mutex
	// numbers counts the objects, from 0.
	numbers map[string]int
}

// limit returns the warnings about the first objects of a run, one that there are more, and
// then nothing, so that they do not hide others. Terraform may plan an object several times.
func (w *namedWarnings) limit(id string, warning, more diag.Diagnostic) diag.Diagnostics {
	w.mu.Lock()
	defer w.mu.Unlock()

	if w.numbers == nil {
		w.numbers = map[string]int{}
	}

	n, found := w.numbers[id]
	if !found {
		n = len(w.numbers)
		w.numbers[id] = n
	}

	switch {
	case n < maxNamed:
		return diag.Diagnostics{warning}
	case n == maxNamed:
		return diag.Diagnostics{more}
	}

	return nil
}

// maxNamed limits the warnings of one kind in a run, and the values in one message.
const maxNamed = 5

// privateWarned marks a planned removal in the private state, so that the apply does not
// repeat the warnings of the plan.
const privateWarned = "warned"

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
