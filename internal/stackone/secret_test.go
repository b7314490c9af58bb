package stackone_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

const word = "hunter2-hunter2-hunter2"

// Secrets are redacted at any depth, in exported and unexported fields.
func TestSecret_neverPrints(t *testing.T) {
	t.Parallel()

	secret := stackone.NewSecret(word)

	base, err := stackone.ParseBaseURL("https://api.example")
	if err != nil {
		t.Fatal(err)
	}

	config := stackone.Config{BaseURL: base, APIKey: secret, UserAgent: "test", Transport: http.DefaultTransport}

	client, err := stackone.New(config)
	if err != nil {
		t.Fatal(err)
	}

	session := stackone.ConnectSession{ID: "1", Token: secret, AuthLinkURL: secret, ExternalTriggerToken: secret, CreatedAt: time.Now()}
	values := []any{
		secret, &secret, []stackone.Secret{secret}, map[string]stackone.Secret{"a": secret}, session, &session, config, &config, client,
		struct{ inner any }{secret}, struct{ inner *stackone.ConnectSession }{&session}, struct{ inner stackone.Config }{config},
		stackone.ConnectSessionRequest{Metadata: []byte(`{}`)}, &stackone.Error{Kind: stackone.ErrorStatus},
	}

	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, word) || strings.Contains(text, fmt.Sprintf("%x", word)) {
				t.Errorf("%s of %T prints the secret", verb, value)
			}
		}

		if encoded, err := json.Marshal(value); err == nil && bytes.Contains(encoded, []byte(word)) {
			t.Errorf("the JSON of %T contains the secret", value)
		}

		var log bytes.Buffer

		slog.New(slog.NewTextHandler(&log, nil)).Info("test", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("test", "value", value)

		if strings.Contains(log.String()+secret.String(), word) {
			t.Errorf("the log of %T contains the secret", value)
		}
	}
}

func TestSecret_Equal(t *testing.T) {
	t.Parallel()

	if !stackone.NewSecret("a").Equal(stackone.NewSecret("a")) || stackone.NewSecret("a").Equal(stackone.NewSecret("b")) {
		t.Error("secrets are equal when their strings are")
	}
}
