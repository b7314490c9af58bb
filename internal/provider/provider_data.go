package provider

import (
	"context"
	"sync"
	"sync/atomic"

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
	// usableSessions counts the valid sessions that this run has removed, replacedSessions
	// those that its plan replaces.
	usableSessions, replacedSessions atomic.Int64
	// removedSessions maps an owner to a removedSession.
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

// lazyClient creates one client per provider instance on first use.
func lazyClient(s settings) func() (*stackone.Client, error) {
	return sync.OnceValues(func() (*stackone.Client, error) {
		if len(s.unknown) > 0 {
			return nil, &unknownConfigurationError{attributes: s.unknown}
		}

		return stackone.New(s.client)
	})
}
