package provider_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Only an echo shows an ephemeral session.
func ephemeralSession(lines ...string) string {
	return fmt.Sprintf(`
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  %s
}

provider "echo" {
  data = ephemeral.stackone_connect_session.this
}

resource "echo" "this" {}
`, strings.Join(lines, "\n  "))
}

func TestConnectSessionEphemeral_results(t *testing.T) {
	t.Parallel()
	needs(t, "1.10.0", "1.11.0")

	h := newHarness(t)

	data := func(name string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey(name), knownvalue.NotNull())
	}

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: ephemeralSession(`expires_in = 60`, `metadata = jsonencode({ a = [1] })`, `categories = ["hrisLegacy"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				data("id"), data("organization_id"), data("project_id"), data("token"), data("auth_link_url"), data("external_trigger_token"),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("created_at"), knownvalue.StringExact("2031-03-01T12:00:00Z")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("expires_at"), knownvalue.StringExact("2031-03-01T12:01:00Z")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("origin_owner_id"), knownvalue.StringExact("customer-1")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("label"), knownvalue.Null()),
			},
		}},
	})

	fields := h.created()[0].Fields
	if got := string(fields["categories"]) + string(fields["metadata"]) + string(fields["expires_in"]); got != `["hris-legacy"]{"a":[1]}60` {
		t.Errorf("sent: %s", got)
	}

	if _, sent := fields["open"]; sent {
		t.Error("open must not be sent")
	}
}

func TestConnectSessionEphemeral_notOpened(t *testing.T) {
	t.Parallel()
	needs(t, "1.10.0", "1.11.0")

	h := newHarness(t)

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: ephemeralSession(`open = false`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("token"), knownvalue.Null()),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("auth_link_url"), knownvalue.Null()),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("id"), knownvalue.Null()),
			},
		}},
	})

	if got := len(h.Requests()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

func TestConnectSessionEphemeral_validation(t *testing.T) {
	t.Parallel()
	needs(t, "1.10.0", "1.11.0")

	for line, want := range map[string]string{
		`categories = ["hriss"]`:    `Did you mean\s+"hris"\?`,
		`label = ""`:                `must not be empty`,
		`metadata = jsonencode([])`: `it is an array`,
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			h.run(t, resource.TestCase{
				Steps: []resource.TestStep{{Config: ephemeralSession(line), ExpectError: regexp.MustCompile(want)}},
			})

			if got := len(h.Requests()); got != 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}

func TestConnectSessionEphemeral_warning(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, `
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  account_id        = "1"
  multiple          = true
}
`)

	needs(t, "1.10.0", "1.11.0")
	contains(t, a.terraform("validate", "-no-color"), "The attribute multiple has no effect")
}

func TestConnectSessionEphemeral_unknownInputsDefer(t *testing.T) {
	t.Parallel()
	needs(t, "1.10.0", "1.11.0")

	h := newHarness(t)

	config := strings.Replace(ephemeralSession(), `"customer-1"`, `terraform_data.other.output`, 1) + `
resource "terraform_data" "other" {
  input = "customer-9"
}
`

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("origin_owner_id"), knownvalue.StringExact("customer-9")),
			},
		}},
	})
}

func TestConnectSessionEphemeral_error(t *testing.T) {
	t.Parallel()
	needs(t, "1.10.0", "1.11.0")

	h := newHarness(t)
	h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
		return &stackonetest.Fault{Status: 401, ContentType: "application/json", Body: `{"statusCode": 401, "message": "Unauthorized"}`}
	})

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: ephemeralSession(), ExpectError: regexp.MustCompile(`(?s)Cannot create the connect session.*STACKONE_API_KEY`),
		}},
	})
}

func TestConnectSessionEphemeral_counts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		line                             string
		plan, apply, applySaved, destroy int
	}{
		"absent":   {"", 1, 2, 1, 1},
		"true":     {"open = true", 1, 2, 1, 1},
		"applying": {"open = terraform.applying", 0, 1, 1, 0},
		"false":    {"open = false", 0, 0, 0, 0},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, `
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  `+test.line+`
}

resource "terraform_data" "this" {
  input = 1

  provisioner "local-exec" {
    command = "true"
    environment = {
      TOKEN = ephemeral.stackone_connect_session.this.token
    }
  }
}

resource "terraform_data" "imported" {
}
`)

			needs(t, "1.10.0", "1.11.0")

			count := func(command string, want int, args ...string) {
				before := len(h.created())

				a.terraform(append(args, "-no-color")...)

				if got := len(h.created()) - before; got != want {
					t.Errorf("%s opened %d sessions, want %d", command, got, want)
				}
			}

			count("import", test.plan, "import", "terraform_data.imported", "1")
			count("plan", test.plan, "plan", "-out=saved")
			count("apply of a saved plan", test.applySaved, "apply", "saved")
			count("refresh", test.plan, "refresh")
			count("apply", test.apply, "apply", "-auto-approve", "-replace=terraform_data.this")
			count("destroy", test.destroy, "destroy", "-auto-approve")
		})
	}
}

// tenant is another product's provider, configured with a token.
type tenant struct {
	provider.Provider

	mu sync.Mutex
	// got records whether each configuration had a token.
	got []string
}

func (p *tenant) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tenant"
}

func (p *tenant) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{"token": providerschema.StringAttribute{Optional: true}}}
}

func (p *tenant) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var token types.String

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("token"), &token)...)

	p.mu.Lock()
	defer p.mu.Unlock()

	switch {
	case token.IsUnknown():
		p.got = append(p.got, "unknown")
	case token.IsNull():
		p.got = append(p.got, "none")
	default:
		p.got = append(p.got, "token")
	}
}

func (p *tenant) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p *tenant) Resources(context.Context) []func() fwresource.Resource {
	return []func() fwresource.Resource{func() fwresource.Resource { return &tenantThing{} }}
}

// take returns and clears got.
func (p *tenant) take() string {
	p.mu.Lock()
	defer p.mu.Unlock()

	got := strings.Join(p.got, " ")
	p.got = nil

	return got
}

type tenantThing struct{}

func (*tenantThing) Metadata(_ context.Context, _ fwresource.MetadataRequest, resp *fwresource.MetadataResponse) {
	resp.TypeName = "tenant_thing"
}

func (*tenantThing) Schema(_ context.Context, _ fwresource.SchemaRequest, resp *fwresource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Required: true}}}
}

func (*tenantThing) Create(_ context.Context, req fwresource.CreateRequest, resp *fwresource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (*tenantThing) Read(context.Context, fwresource.ReadRequest, *fwresource.ReadResponse) {}

func (*tenantThing) Update(_ context.Context, req fwresource.UpdateRequest, resp *fwresource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (*tenantThing) Delete(context.Context, fwresource.DeleteRequest, *fwresource.DeleteResponse) {}

// Terraform configures a provider in each phase of a command, so each phase opens a session.
// Where open is false, the other provider gets no token.
func TestConnectSessionEphemeral_countsInProviderConfiguration(t *testing.T) {
	t.Parallel()

	type phases struct {
		sessions int
		tokens   string
	}

	tests := map[string]struct {
		line string

		plan, apply, applySaved phases
		// OpenTofu, unlike Terraform, treats the last phase of a destroy as an apply.
		destroy, destroyByOpenTofu phases
	}{
		"absent": {
			"",
			phases{1, "token"}, phases{2, "token token"}, phases{1, "token"},
			phases{3, "token token token"}, phases{3, "token token token"},
		},
		"applying": {
			"open = terraform.applying",
			phases{0, "none"}, phases{1, "none token"}, phases{1, "token"},
			phases{0, "none none none"}, phases{1, "none none token"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, `
terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
    tenant = {
      source = "example/tenant"
    }
  }
}

ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  `+test.line+`
}

provider "tenant" {
  token = ephemeral.stackone_connect_session.this.token
}

resource "tenant_thing" "this" {
  name = "one"
}
`)

			needs(t, "1.10.0", "1.11.0")

			other := &tenant{}

			a.serve("example/tenant", func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(other)() })

			check := func(command string, want phases, args ...string) {
				before := len(h.created())

				a.terraform(append(args, "-no-color")...)

				if got := (phases{len(h.created()) - before, other.take()}); got != want {
					t.Errorf("%s: %+v, want %+v", command, got, want)
				}
			}

			check("plan", test.plan, "plan", "-out=saved")
			check("apply of a saved plan", test.applySaved, "apply", "saved")
			check("apply", test.apply, "apply", "-auto-approve", "-replace=tenant_thing.this")

			if cli(t).IsOpenTofu() {
				test.destroy = test.destroyByOpenTofu
			}

			check("destroy", test.destroy, "destroy", "-auto-approve")
		})
	}
}
