package docscheck_test

import (
	"context"
	"path"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stubSchemas describes the resources of other providers as far as the examples
// use them, by source address, type and attribute. They have the shape of the
// real ones (vault 5, time 0.13, restapi 2, azuread 3) and do nothing.
func stubSchemas() map[string]map[string]map[string]schema.Attribute {
	return map[string]map[string]map[string]schema.Attribute{
		"hashicorp/vault": {
			"vault_kv_secret_v2": {
				"mount":                schema.StringAttribute{Required: true},
				"name":                 schema.StringAttribute{Required: true},
				"data_json_wo":         schema.StringAttribute{Optional: true, WriteOnly: true},
				"data_json_wo_version": schema.Int64Attribute{Optional: true},
			},
		},
		"hashicorp/azuread": {
			"azuread_application_registration": {
				"id":               schema.StringAttribute{Computed: true},
				"display_name":     schema.StringAttribute{Required: true},
				"sign_in_audience": schema.StringAttribute{Optional: true},
			},
			"azuread_application_redirect_uris": {
				"application_id": schema.StringAttribute{Required: true},
				"type":           schema.StringAttribute{Required: true},
				"redirect_uris":  schema.SetAttribute{Required: true, ElementType: types.StringType},
			},
		},
		"hashicorp/time": {
			"time_rotating": {
				"id":            schema.StringAttribute{Computed: true},
				"rotation_days": schema.Int64Attribute{Optional: true},
			},
		},
		"mastercard/restapi": {
			"restapi_object": {
				"path": schema.StringAttribute{Required: true},
				"data": schema.StringAttribute{Required: true},
			},
		},
	}
}

// stubs makes a provider of each entry of stubSchemas.
func stubs(t *testing.T) map[string]tfprotov6.ProviderServer {
	t.Helper()

	out := map[string]tfprotov6.ProviderServer{}

	for source, resources := range stubSchemas() {
		server, err := providerserver.NewProtocol6WithError(&stubProvider{name: path.Base(source), resources: resources})()
		if err != nil {
			t.Fatal(err)
		}

		out[source] = server
	}

	return out
}

type stubProvider struct {
	name      string
	resources map[string]map[string]schema.Attribute
}

func (p *stubProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = p.name
}

func (p *stubProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p *stubProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p *stubProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p *stubProvider) Resources(context.Context) []func() resource.Resource {
	var out []func() resource.Resource

	for name, attributes := range p.resources {
		out = append(out, func() resource.Resource { return &stubResource{name: name, attributes: attributes} })
	}

	return out
}

// stubResource is validated and never applied.
type stubResource struct {
	name       string
	attributes map[string]schema.Attribute
}

func (r *stubResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *stubResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: r.attributes}
}

func (r *stubResource) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}

func (r *stubResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *stubResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (r *stubResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
