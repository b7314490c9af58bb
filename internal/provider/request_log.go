package provider

import (
	"context"
	"encoding/base64"
	"sync"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// attemptLogger returns logAttempt for concurrent use: the pages of a list share a context,
// and terraform-plugin-log 0.11.0 masks its fields in place, which crashes the process when
// two goroutines log at the same time, at any level.
func attemptLogger() func(context.Context, stackone.Attempt) {
	var mu sync.Mutex

	return func(ctx context.Context, a stackone.Attempt) {
		mu.Lock()
		defer mu.Unlock()

		logAttempt(ctx, a)
	}
}

// logAttempt logs each attempt of a request, but no body, header or query.
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

	if a.Retry && !a.HealthCheck {
		fields["wait_ms"] = a.Wait.Milliseconds()

		if a.Open {
			fields["circuit"] = "open"
		}
	}

	switch {
	case a.HealthCheck:
		tflog.Debug(ctx, "StackOne API health check", fields)
	case !a.Retry:
		tflog.Debug(ctx, "StackOne API request", fields)
	case a.MayDuplicate:
		tflog.Warn(ctx, "StackOne API request is sent again although the lost one may have created a connect session; its token is lost, and it expires unused", fields)
	default:
		tflog.Info(ctx, "StackOne API request is sent again", fields)
	}
}

// maskSecrets masks secrets in the provider's logs, should one ever be logged.
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

// basicForm is the key as encoded in the Authorization header.
func basicForm(key stackone.Secret) stackone.Secret {
	return stackone.NewSecret(base64.StdEncoding.EncodeToString([]byte(key.Reveal() + ":")))
}
