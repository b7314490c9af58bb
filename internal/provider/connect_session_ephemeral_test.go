package provider_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ephemeralSession is a configuration with the required attributes and further lines.
func ephemeralSession(lines ...string) string {
	return strings.Replace(session("this", lines...), "resource", "ephemeral", 1)
}

// opening needs the token when it creates a resource.
func opening(lines ...string) string {
	return ephemeralSession(lines...) + `
resource "terraform_data" "this" {
  input = 1

  provisioner "local-exec" {
    command = "true"
    environment = {
      TOKEN = ephemeral.stackone_connect_session.this.token
    }
  }
}
`
}

// echo is the echo provider. It records whether each configuration had data.
type echo struct {
	tfprotov6.ProviderServer

	mu  sync.Mutex
	got []string
}

func (e *echo) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := req.Config.Unmarshal(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"data": tftypes.DynamicPseudoType}})
	if err != nil {
		return nil, err
	}

	var attributes map[string]tftypes.Value
	if err := config.As(&attributes); err != nil {
		return nil, err
	}

	e.mu.Lock()
	defer e.mu.Unlock()

	switch data := attributes["data"]; {
	case !data.IsKnown():
		e.got = append(e.got, "unknown")
	case data.IsNull():
		e.got = append(e.got, "none")
	default:
		e.got = append(e.got, "token")
	}

	return e.ProviderServer.ConfigureProvider(ctx, req)
}

// take returns and clears got.
func (e *echo) take() string {
	e.mu.Lock()
	defer e.mu.Unlock()

	got := strings.Join(e.got, " ")
	e.got = nil

	return got
}

func (a *attached) serveEcho(h *harness) *echo {
	a.t.Helper()

	server, err := h.factories()["echo"]()
	if err != nil {
		a.t.Fatal(err)
	}

	e := &echo{ProviderServer: server}

	a.serve("hashicorp/echo", func() tfprotov6.ProviderServer { return e })

	return e
}

// Inputs that the plan does not know defer the session to the apply.
func TestConnectSessionEphemeral_results(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
resource "terraform_data" "other" {
  input = "customer-9"
}

provider "echo" {
  data = ephemeral.stackone_connect_session.this
}

resource "echo" "this" {}
`+strings.Replace(ephemeralSession(`expires_in = 60`, `metadata = jsonencode({ a = [1] })`, `categories = ["hrisLegacy"]`), `"customer-1"`, `terraform_data.other.output`, 1))

	needs(t, "1.10.0", "1.11.0")
	a.serveEcho(h)
	a.apply()

	issued := h.Sessions()[0]
	contains(t, compact(t, []byte(a.state())), `"id":"`+issued.ID+`"`, `"token":"`+issued.Token+`"`, `"auth_link_url":"`+issued.AuthLinkURL+`"`, `"external_trigger_token":"`+issued.ExternalTriggerToken+`"`,
		`"organization_id":"5001"`, `"project_id":"acme-27270"`, `"created_at":"2031-03-01T12:00:00Z"`, `"expires_at":"2031-03-01T12:01:00Z"`, `"origin_owner_id":"customer-9"`, `"label":null`)

	if got, want := h.sent(t), `{"categories":["hris-legacy"],"expires_in":60,"metadata":{"a":[1]},"origin_owner_id":"customer-9","origin_owner_name":"Customer One"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}

	h.wantSessions(t, 1)
}

func TestConnectSessionEphemeral_problems(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, ephemeralSession(`categories = ["hriss"]`, `label = ""`, `metadata = jsonencode([])`, `account_id = "1"`, `multiple = true`))

	needs(t, "1.10.0", "1.11.0")
	contains(t, oneLine(a.fails("label must not be empty", "validate")), `Did you mean "hris"?`, "it is an array", "The attribute multiple has no effect")

	h.env["STACKONE_API_KEY"] = "v1.eu1.another-key"

	a.write("main.tf", ephemeralSession())
	contains(t, oneLine(a.fails("Cannot create the connect session", "plan")), "did not accept the API key", "api_key or the environment variable STACKONE_API_KEY")
}

// An unknown key is an error only if the ephemeral resource does not wait for the apply.
func TestConnectSessionEphemeral_unknownKey(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	key := "resource \"terraform_data\" \"key\" {\n  input = \"" + h.APIKey() + "\"\n}\n\nprovider \"stackone\" {\n  api_key = terraform_data.key.output\n}\n"
	a := h.attach(t, key+opening())

	needs(t, "1.10.0", "1.11.0")

	out := a.fails("known only after apply: api_key. First apply the resources", "plan")
	contains(t, oneLine(out), "set open = terraform.applying instead.")

	a.write("main.tf", key+opening("open = terraform.applying"))
	a.apply()
	h.wantSessions(t, 1)
}

func TestConnectSessionEphemeral_counts(t *testing.T) {
	t.Parallel()

	for line, test := range map[string]struct{ plan, apply, applySaved, destroy int }{
		"":                          {1, 2, 1, 1},
		"open = terraform.applying": {0, 1, 1, 0},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, opening(line)+"\nresource \"terraform_data\" \"imported\" {\n}\n")

			needs(t, "1.10.0", "1.11.0")

			for _, command := range []struct {
				want int
				args []string
			}{
				{test.plan, []string{"import", "terraform_data.imported", "1"}},
				{test.plan, []string{"plan", "-out=saved"}},
				{test.applySaved, []string{"apply", "saved"}},
				{test.plan, []string{"refresh"}},
				{test.apply, []string{"apply", "-auto-approve", "-replace=terraform_data.this"}},
				{test.destroy, []string{"destroy", "-auto-approve"}},
			} {
				before := len(h.created())

				a.terraform(command.args...)

				if got := len(h.created()) - before; got != command.want {
					t.Errorf("%v opened %d sessions, want %d", command.args, got, command.want)
				}
			}
		})
	}
}

// Terraform configures a provider in each phase of a command, so each phase opens a session.
// Where open is false, the other provider gets no token.
func TestConnectSessionEphemeral_countsInProviderConfiguration(t *testing.T) {
	t.Parallel()

	type phases struct {
		sessions int
		tokens   string
	}

	for line, test := range map[string]struct {
		plan, apply, applySaved phases
		// OpenTofu, unlike Terraform, treats the last phase of a destroy as an apply.
		destroy, destroyByOpenTofu phases
	}{
		"": {
			phases{1, "token"}, phases{2, "token token"}, phases{1, "token"},
			phases{3, "token token token"}, phases{3, "token token token"},
		},
		"open = terraform.applying": {
			phases{0, "none"}, phases{1, "none token"}, phases{1, "token"},
			phases{0, "none none none"}, phases{1, "none none token"},
		},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, ephemeralSession(line)+"\nprovider \"echo\" {\n  data = ephemeral.stackone_connect_session.this.token\n}\n\nresource \"echo\" \"this\" {}\n")

			needs(t, "1.10.0", "1.11.0")

			other := a.serveEcho(h)

			if cli(t).IsOpenTofu() {
				test.destroy = test.destroyByOpenTofu
			}

			for _, command := range []struct {
				want phases
				args []string
			}{
				{test.plan, []string{"plan", "-out=saved"}},
				{test.applySaved, []string{"apply", "saved"}},
				{test.apply, []string{"apply", "-auto-approve", "-replace=echo.this"}},
				{test.destroy, []string{"destroy", "-auto-approve"}},
			} {
				before := len(h.created())

				a.terraform(command.args...)

				if got := (phases{len(h.created()) - before, other.take()}); got != command.want {
					t.Errorf("%v: %+v, want %+v", command.args, got, command.want)
				}
			}
		})
	}
}
