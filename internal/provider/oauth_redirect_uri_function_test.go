package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func TestOAuthRedirectURIFunction(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
variable "connector" {
  type    = string
  default = "slack"
}

output "uri" {
  value = provider::stackone::oauth_redirect_uri(var.connector)
}
`)
	needs(t, "1.8.0", "1.7.0")

	for connector, want := range map[string]string{
		"slack":            "https://api.stackone.com/connect/oauth2/slack/callback",
		"bullhorn_ats":     "https://api.stackone.com/connect/oauth2/bullhorn_ats/callback",
		"with-hyphen-2020": "https://api.stackone.com/connect/oauth2/with-hyphen-2020/callback",
	} {
		says(t, a.apply("-var", "connector="+connector), `uri = "`+want+`"`)
	}

	for _, connector := range []string{"", " ", "Slack", "sla ck", "../accounts", "a/b", "a?b", "a%2Fb", "..", "slack\n", "släck"} {
		out, err := a.try("plan", "-no-color", "-var", "connector="+connector)

		// Terraform draws a line along the message, and wraps it.
		text := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " ")
		if err == nil || !strings.Contains(text, "A connector key consists of lower-case letters, digits, _ and -") || !strings.Contains(text, "the keys that there are. ") && !strings.HasSuffix(text, "the keys that there are.") {
			t.Errorf("%q: %v\n%s", connector, err, out)
		}
	}

	if got := len(h.Requests()); got != 0 {
		t.Errorf("the function made %d calls", got)
	}
}

// entra is the part of the provider of Microsoft Entra ID that the example needs.
type entra struct{ provider.Provider }

func (*entra) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "azuread"
}

func (*entra) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (*entra) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (*entra) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (*entra) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource {
			return &entraResource{"azuread_application_registration", map[string]schema.Attribute{
				"id":               schema.StringAttribute{Computed: true},
				"display_name":     schema.StringAttribute{Required: true},
				"sign_in_audience": schema.StringAttribute{Optional: true},
			}}
		},
		func() resource.Resource {
			return &entraResource{"azuread_application_redirect_uris", map[string]schema.Attribute{
				"id":             schema.StringAttribute{Computed: true},
				"application_id": schema.StringAttribute{Required: true},
				"type":           schema.StringAttribute{Required: true},
				"redirect_uris":  schema.SetAttribute{Required: true, ElementType: types.StringType},
			}}
		},
	}
}

// entraResource keeps what is planned.
type entraResource struct {
	name       string
	attributes map[string]schema.Attribute
}

func (r *entraResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *entraResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: r.attributes}
}

func (r *entraResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "of-"+r.name)...)
}

func (*entraResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*entraResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (*entraResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func TestOAuthRedirectURIFunction_example(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "functions/oauth_redirect_uri/function.tf"))
	needs(t, "1.8.0", "1.7.0")
	a.serve("hashicorp/azuread", func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(&entra{})() })

	a.apply()
	a.plan("-detailed-exitcode")
	says(t, a.state(), `"https://api.stackone.com/connect/oauth2/microsoftentraid/callback"`)
}
