package provider

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// providerData is what a configured provider hands to its resources, list resources,
// data sources and ephemeral resources.
type providerData struct {
	clock stackone.Clock
	// client builds the API client when it is first needed. It fails while the
	// provider's configuration is not known yet.
	client func() (*stackone.Client, error)
	// apiKey is kept for the masks of the logger alone; it is empty while unknown.
	apiKey stackone.Secret
	// claims guard linked accounts against deletion by a plan that also keeps them.
	claims accountClaims
	// lists guard linked accounts against deletion because a list has missed them.
	lists accountLists
	// usableSessions counts the sessions that this run has removed while they were valid,
	// replacedSessions those that its plan replaces.
	usableSessions, replacedSessions atomic.Int64
	// removedSessions has the removedSession of an owner.
	removedSessions sync.Map
	// forgottenAccounts counts the accounts that this run has left at StackOne.
	forgottenAccounts atomic.Int64
}

// maskKey hides the key and its Basic form from the provider's logger.
func (d *providerData) maskKey(ctx context.Context) context.Context {
	if d.apiKey.IsZero() {
		return ctx
	}

	return maskSecrets(ctx, d.apiKey, basicForm(d.apiKey))
}

// lazyClient builds the one client of this provider instance when it is first
// called, so that a run that needs no call opens nothing.
func lazyClient(s settings) func() (*stackone.Client, error) {
	return sync.OnceValues(func() (*stackone.Client, error) {
		if len(s.unknown) > 0 {
			return nil, &unknownConfigurationError{attributes: s.unknown}
		}

		return stackone.New(s.client)
	})
}
