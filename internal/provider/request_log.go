package provider

import (
	"context"
	"encoding/base64"
	"sync"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// attemptLogger returns logAttempt for concurrent use: several pages of a list share a
// context, and terraform-plugin-log 0.11.0 masks the fields of a context in place, which
// ends the process when two goroutines log at the same time, at any log level.
func attemptLogger() func(context.Context, stackone.Attempt) {
	var mu sync.Mutex

	return func(ctx context.Context, a stackone.Attempt) {
		mu.Lock()
		defer mu.Unlock()

		logAttempt(ctx, a)
	}
}

// logAttempt writes one line per attempt of a request: what a maintainer needs to
// follow retries, and nothing of a body, a header or a query.
func logAttempt(ctx context.Context, a stackone.Attempt) {
	fields := map[string]any{
		"method":      a.Method,
		"route":       a.Route,
		"attempt":     a.Number,
		"duration_ms": a.Duration.Milliseconds(),
	}

	if a.Queued > 0 {
		fields["queued_ms"] = a.Queued.Milliseconds()
	}

	if a.Status != 0 {
		fields["status"] = a.Status
	}

	if a.RequestID != "" {
		fields["request_id"] = a.RequestID
	}

	if a.Err != nil {
		fields["error"] = a.Err.Error()
	}

	if a.HealthCheck {
		tflog.Debug(ctx, "StackOne API health check", fields)
		return
	}

	if !a.Retry {
		tflog.Debug(ctx, "StackOne API request", fields)
		return
	}

	fields["wait_ms"] = a.Wait.Milliseconds()

	if a.Open {
		fields["circuit"] = "open"
	}

	if a.MayDuplicate {
		tflog.Warn(ctx, "StackOne API request is sent again although the lost one may have created a connect session; "+
			"nobody knows the token of such a session, and it ends by itself", fields)

		return
	}

	tflog.Info(ctx, "StackOne API request is sent again", fields)
}

// maskSecrets makes the provider's logger replace secrets wherever they occur in
// this context. It is a second line: nothing is meant to log them in the first place.
func maskSecrets(ctx context.Context, secrets ...stackone.Secret) context.Context {
	words := make([]string, 0, len(secrets))

	for _, secret := range secrets {
		if !secret.IsZero() {
			words = append(words, secret.Reveal())
		}
	}

	ctx = tflog.MaskAllFieldValuesStrings(ctx, words...)

	return tflog.MaskMessageStrings(ctx, words...)
}

// basicForm is the key as the Authorization header spells it.
func basicForm(key stackone.Secret) stackone.Secret {
	return stackone.NewSecret(base64.StdEncoding.EncodeToString([]byte(key.Reveal() + ":")))
}
