package provider_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const liveOwner = "terraform-provider-stackone-live-test"

// liveCheck is one call and the response that the provider needs.
type liveCheck struct {
	call   func(ctx context.Context, c *stackone.Client) error
	status int
	// fields are the JSON types that the provider can read. A time is a string in RFC 3339.
	fields map[string]string
}

const optional = "|null|absent"

func liveChecks() map[string]liveCheck {
	create := func(ctx context.Context, c *stackone.Client) (*stackone.ConnectSession, error) {
		return c.CreateConnectSession(ctx, stackone.ConnectSessionRequest{OriginOwnerID: liveOwner, OriginOwnerName: liveOwner, Type: new("test"), ExpiresIn: new(int64(60))})
	}
	readMissing := func(ctx context.Context, c *stackone.Client) error {
		_, err := c.GetAccount(ctx, liveOwner)
		return err
	}

	return map[string]liveCheck{
		"session": {func(ctx context.Context, c *stackone.Client) error {
			_, err := create(ctx, c)
			return err
		}, http.StatusCreated, map[string]string{
			"id": "number|string", "organization_id": "string|number", "project_id": "string", "created_at": "time", "token": "string",
			"auth_link_url": "string", "external_trigger_token": "string" + optional,
		}},
		"session by id": {func(ctx context.Context, c *stackone.Client) error {
			created, err := create(ctx, c)
			if err == nil {
				_, err = c.GetConnectSession(ctx, created.ID)
			}

			return err
		}, http.StatusOK, map[string]string{
			"id": "number|string", "origin_owner_id": "string", "origin_owner_name": "string", "latest_connection_attempt": "object" + optional,
		}},
		"accounts": {func(ctx context.Context, c *stackone.Client) error {
			return drain(c.Accounts(ctx, stackone.AccountFilter{}))
		}, http.StatusOK, map[string]string{
			"id": "string", "provider": "string", "provider_name": "string" + optional, "status": "string", "status_reasons": "array" + optional,
			"origin_owner_id": "string", "origin_owner_name": "string", "origin_username": "string" + optional, "label": "string" + optional, "type": "string" + optional, "categories": "array" + optional,
			"shared": "boolean" + optional, "created_at": "time", "updated_at": "time",
		}},
		"connector profiles": {func(ctx context.Context, c *stackone.Client) error {
			return drain(c.ConnectorProfiles(ctx, stackone.ConnectorProfileFilter{}))
		}, http.StatusOK, map[string]string{
			"id": "string", "name": "string", "connector_key": "string", "connector_label": "string", "categories": "array", "active": "boolean",
			"default": "boolean", "release_stage": "string", "connector_version": "string" + optional, "connector_pinned_version": "string" + optional,
			"connector_owner": "string" + optional, "environment": "string" + optional, "authentication_config_key": "string" + optional, "authentication_config_label": "string" + optional,
			"created_at": "time", "updated_at": "time",
		}},
		"connectors": {func(ctx context.Context, c *stackone.Client) error {
			return drain(c.Connectors(ctx, stackone.ConnectorFilter{}))
		}, http.StatusOK, map[string]string{
			"key": "string", "name": "string" + optional, "version": "string" + optional, "categories": "array" + optional, "release_stage": "string" + optional, "authentication": "array" + optional, "scope_definitions": "array" + optional,
		}},
		"missing account": {readMissing, http.StatusNotFound, map[string]string{"statusCode": "number", "message": "string|array"}},
		"wrong key":       {readMissing, http.StatusUnauthorized, nil},
	}
}

func drain[T any](list iter.Seq2[T, error]) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}

	return nil
}

// run sends the call and returns problems: field names with JSON types, never values.
func (l liveCheck) run(t *testing.T, config stackone.Config) (problems []string) {
	t.Helper()

	received := &liveRecorder{}
	config.Transport = received

	if l.status == http.StatusUnauthorized {
		config.APIKey = stackone.NewSecret("v1.eu1." + liveOwner)
	}

	client, err := stackone.New(config)
	if err != nil {
		return []string{err.Error()}
	}

	err = l.call(t.Context(), client)
	if failure := (*stackone.Error)(nil); errors.As(err, &failure) && failure.Kind == stackone.ErrorStatus && failure.Status == l.status {
		err = nil
	}

	switch {
	case received.status == 0:
		problems = append(problems, fmt.Sprintf("no response: %v", err))
	case received.status != l.status:
		problems = append(problems, fmt.Sprintf("status %d, want %d", received.status, l.status))
	case err != nil:
		problems = append(problems, "the client cannot use the response") // The error may quote it.
	}

	t.Logf("status %d, %d objects", received.status, len(received.objects))

	found := map[string]bool{}

	for _, object := range received.objects {
		for _, name := range slices.Concat(slices.Collect(maps.Keys(object)), slices.Collect(maps.Keys(l.fields))) {
			got, want := jsonType(object, name), l.fields[name]
			found[fmt.Sprintf("  %-28s %s", name, got)] = true

			if problem := fmt.Sprintf("%s is %s, want %s", name, got, want); want != "" && !slices.Contains(strings.Split(want, "|"), got) && !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
		}
	}

	t.Log(strings.Join(slices.Sorted(maps.Keys(found)), "\n"))

	return problems
}

func jsonType(object map[string]any, name string) string {
	value, present := object[name]
	if !present {
		return "absent"
	}

	if _, err := time.Parse(time.RFC3339Nano, fmt.Sprint(value)); err == nil && strings.HasSuffix(name, "_at") {
		return "time"
	}

	return strings.NewReplacer("float64", "number", "bool", "boolean", "[]interface {}", "array", "map[string]interface {}", "object", "<nil>", "null").
		Replace(fmt.Sprintf("%T", value))
}

// liveRecorder keeps the last status and every JSON object, also those in lists.
type liveRecorder struct {
	status  int
	objects []map[string]any
}

func (l *liveRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}

	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	l.status = resp.StatusCode

	var (
		object map[string]any
		list   []map[string]any
		page   struct{ Data []map[string]any }
	)

	switch {
	case json.Unmarshal(body, &list) == nil:
		l.objects = append(l.objects, list...)
	case json.Unmarshal(body, &page) == nil && page.Data != nil:
		l.objects = append(l.objects, page.Data...)
	case json.Unmarshal(body, &object) == nil:
		l.objects = append(l.objects, object)
	}

	return resp, err
}

// liveRun makes every check, then creates and destroys a session by Terraform.
func liveRun(t *testing.T, options provider.Options) {
	t.Helper()

	checks := liveChecks()
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		t.Log(name)

		for _, problem := range checks[name].run(t, liveConfig(t, options)) {
			t.Errorf("%s: %s", name, problem)
		}
	}

	a := (&harness{provider: options}).attach(t, `
resource "stackone_connect_session" "live" {
  origin_owner_id   = "`+liveOwner+`"
  origin_owner_name = "`+liveOwner+`"
  type              = "test"
  expires_in        = 60
}
`)

	// Terraform prints identifiers, so a failure shows only the summaries of errors.
	for _, step := range []struct{ command, want string }{
		{"plan -detailed-exitcode -out=first.tfplan", "exit status 2"},
		{"apply first.tfplan", "<nil>"},
		{"plan -detailed-exitcode", "<nil>"},
		{"destroy -auto-approve", "<nil>"},
	} {
		out, err := a.try(append(strings.Fields(step.command), "-no-color")...)
		if got := fmt.Sprint(err); got != step.want {
			t.Fatalf("terraform %s: %s, want %s: %q", step.command, got, step.want, regexp.MustCompile(`Error: .*`).FindAllString(out, -1))
		}
	}
}

func liveConfig(t *testing.T, options provider.Options) stackone.Config {
	t.Helper()

	base, err := stackone.ParseBaseURL(cmp.Or(options.Getenv("STACKONE_BASE_URL"), stackone.DefaultBaseURL))
	if err != nil {
		t.Fatal(err)
	}

	key := stackone.NewSecret(options.Getenv("STACKONE_API_KEY"))

	return stackone.Config{BaseURL: base, APIKey: key, UserAgent: liveOwner, MaxRetries: 2, Clock: options.Clock}
}

// The variable of "make live" keeps "make test" off the real service even if a key is set.
func TestLive(t *testing.T) {
	t.Parallel()

	if os.Getenv("STACKONE_API_KEY") == "" || os.Getenv("STACKONE_LIVE") != "1" {
		t.Skip("this test talks to StackOne's own API: run make live with a key in STACKONE_API_KEY")
	}

	liveRun(t, provider.Options{Version: "0.0.0-live", Clock: stackone.SystemClock(), Getenv: os.Getenv})
}

func TestLive_fake(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{})
	h.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "profile-1", Name: "BambooHR", ConnectorKey: "bamboohr"})
	h.AddConnector(stackonetest.Connector{Key: "bamboohr"})
	liveRun(t, h.provider)

	// The checks fail if a response lacks something that the provider needs.
	for name, check := range liveChecks() {
		h.Script(stackonetest.Fault{Status: http.StatusForbidden})

		if got, want := check.run(t, liveConfig(t, h.provider)), fmt.Sprintf("status 403, want %d", check.status); !slices.Equal(got, []string{want}) {
			t.Errorf("%s with another status: %q", name, got)
		}

		if name != "session" && name != "accounts" {
			continue
		}

		for field, types := range check.fields {
			remove := func(object map[string]any) { delete(object, field) }
			h.EditResponse(remove)
			h.EditAccountResponses(remove)

			problems := check.run(t, liveConfig(t, h.provider))
			if slices.Contains(problems, field+" is absent, want "+types) == strings.HasSuffix(types, optional) {
				t.Errorf("%s without %s: %q", name, field, problems)
			}
		}
	}
}
