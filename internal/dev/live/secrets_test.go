package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// planted are secrets and what belongs to a customer, wherever an answer can hold
// something.
func planted() map[string]string {
	out := map[string]string{}

	for _, place := range []string{
		"token", "auth_link_url", "external_trigger_token", "id", "organization_id", "project_id", "label", "origin_owner_id", "origin_owner_name", "origin_username",
		"provider", "provider_name", "status", "code", "description", "name", "connector_key", "connector_label", "environment", "message", "timestamp", "created_at",
	} {
		out[place] = "planted/" + place
	}

	return out
}

// plant puts the secrets into an answer, as values and as names of fields.
func plant(value any) any {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			plant(element)
		}
	case map[string]any:
		for name, secret := range planted() {
			if _, there := value[name]; there {
				value[name] = secret
			}
		}

		for _, element := range value {
			plant(element)
		}

		if _, there := value["auth_link_url"]; there {
			value["auth_link_url"] = "https://planted-user:planted-password@app.stackone.com/planted-path?planted-name=planted-value&plantedlowercase#planted-end"
		}

		value["planted-field"], value["cs_PLANTED0"] = 1, 2
		value["metadata"] = map[string]any{"planted": map[string]any{"planted": 1}}
		value["credentials"] = map[string]any{"planted": "planted"}
		value["errors"] = []any{"planted"}
	}

	return value
}

func TestRun_tellsNoSecret(t *testing.T) {
	t.Parallel()

	const key = "v1.eu1.planted-key"

	s := stackonetest.New(t, stackonetest.Options{APIKey: key, UnknownNames: []string{"no_such_field"}})
	s.AddAccount(stackonetest.Account{ID: "planted-account", OriginOwnerName: "Planted Company"})
	s.AddAuthConfig(stackonetest.AuthConfig{ID: "planted-profile", Name: "planted", ConnectorKey: "planted"})

	for name, edit := range map[string]func(*http.Request, *http.Response){
		"as it is":   nil,
		"everywhere": func(_ *http.Request, resp *http.Response) { body(resp, plant) },
		"refused": func(req *http.Request, resp *http.Response) {
			if req.Method == http.MethodPost || strings.Contains(req.URL.Path, "planted") {
				resp.StatusCode = http.StatusBadRequest
				body(resp, func(any) any {
					return map[string]any{"message": "planted " + key, "data": map[string]any{"planted": json.Number("1")}}
				})
			}
		},
		"redirected": func(req *http.Request, resp *http.Response) {
			if req.Method == http.MethodPost {
				resp.StatusCode = http.StatusFound
				resp.Header.Set("Location", "https://planted:planted@login.example/planted?planted")
			}
		},
		"in headers": func(_ *http.Request, resp *http.Response) {
			resp.Header.Set("X-Request-Id", "planted")
			resp.Header.Set("Content-Type", "planted/planted")
			resp.Header.Set("Date", "planted")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, s, options{args: []string{"-mode", "sessions"}, edit: edit})
			if got.markdown == "" {
				t.Fatalf("no report: %s", got.stderr)
			}

			for line := range strings.Lines(got.stdout + got.stderr + got.markdown) {
				if strings.Contains(strings.ToLower(line), "planted") {
					t.Errorf("it tells: %s", line)
				}
			}

			for _, session := range s.Sessions() {
				if text := got.stdout + got.markdown; strings.Contains(text, session.Token) || strings.Contains(text, session.ID) || strings.Contains(text, session.ExternalTriggerToken) {
					t.Error("it tells of a session")
				}
			}
		})
	}
}

func TestRun_hidesNamesThatMayBeSecrets(t *testing.T) {
	t.Parallel()

	secrets := []string{"AcmeSecretName", "sk_live_aXbQz", "token_7f3a9c", "v1.eu1.secret", "acme-secret", "Ümlaut", "smalllettersthatarelongerthananyfieldhasever"}

	for _, probe := range []edit{
		onEach("origin_owner_id", named(secrets)), onEach("connector_label", named(secrets)), onEach("release_stage", named(secrets)), onEach("auth_link_url", named(secrets)), onEach("statusCode", named(secrets)),
	} {
		got := examineStandIn(t, furnished(t), options{args: []string{"-mode", "sessions"}, edit: probe})

		for _, secret := range secrets {
			if strings.Contains(got.stdout+got.stderr+got.markdown, secret) {
				t.Errorf("it tells %s", secret)
			}
		}

		if len(got.rows(otherwise)) > 0 && !strings.Contains(got.markdown, "names that are not shown") {
			t.Error("it does not tell that there are such names")
		}
	}
}

// named adds fields with those names to an object.
func named(names []string) func(map[string]any) {
	return func(object map[string]any) {
		for _, name := range names {
			object[name] = 1
		}
	}
}
