package provider_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// vault replaces the Vault provider: a resource with a write-only argument.
type vault struct {
	provider.Provider

	mu     sync.Mutex
	stored []string
}

func (v *vault) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "vault"
}

func (v *vault) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (v *vault) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (v *vault) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (v *vault) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &vaultSecret{vault: v} }}
}

func (v *vault) store(data types.String) {
	v.mu.Lock()
	defer v.mu.Unlock()

	v.stored = append(v.stored, data.ValueString())
}

type vaultSecret struct{ vault *vault }

func (s *vaultSecret) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (s *vaultSecret) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Optional: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Optional: true},
	}}
}

func (s *vaultSecret) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var data types.String

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("data_json_wo"), &data)...)
	resp.State.Raw = req.Plan.Raw

	s.vault.store(data)
}

func (s *vaultSecret) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (s *vaultSecret) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var data types.String

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("data_json_wo"), &data)...)
	resp.State.Raw = req.Plan.Raw

	s.vault.store(data)
}

func (s *vaultSecret) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// The token reaches only the secret store.
func TestScenario_ephemeralToSecretStore(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	store := &vault{}

	a := h.attach(t, example(t, "scenarios/ephemeral-to-secret-store/main.tf"))
	needs(t, "1.11.0", "1.11.0")
	a.serve("hashicorp/vault", func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(store)() })

	a.plan()

	if got := len(h.created()); got != 0 {
		t.Errorf("the plan created %d sessions", got)
	}

	output := a.apply()

	if len(h.Sessions()) != 1 || len(store.stored) != 1 {
		t.Fatalf("%d sessions and %d secrets", len(h.Sessions()), len(store.stored))
	}

	issued := h.Sessions()[0]

	var stored struct {
		Token    string `json:"token"`
		AuthLink string `json:"auth_link"`
	}

	if err := json.Unmarshal([]byte(store.stored[0]), &stored); err != nil || stored.Token != issued.Token || stored.AuthLink != issued.AuthLinkURL {
		t.Errorf("stored %q, %v", store.stored[0], err)
	}

	state, err := os.ReadFile(filepath.Join(a.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}

	if strings.Contains(string(state)+output, issued.Token) {
		t.Error("the token is in the state or in the output")
	}

	a.plan("-detailed-exitcode")
}

// Only the links of new and replaced sessions are written.
func TestScenario_linksInSecretStore(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	store := &vault{}

	a := h.attach(t, example(t, "scenarios/links-in-secret-store/main.tf"))
	needs(t, "1.11.0", "1.11.0")
	a.serve("hashicorp/vault", func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(store)() })

	a.apply()
	a.plan("-detailed-exitcode")
	a.apply("-var", `customers={"acme":"Acme","globex":"Globex Ltd","hooli":"Hooli"}`)

	var links []string
	for _, s := range h.Sessions() {
		links = append(links, s.AuthLinkURL)
	}

	for _, stored := range store.stored {
		var secret map[string]string
		if err := json.Unmarshal([]byte(stored), &secret); err != nil || !slices.Contains(links, secret["auth_link"]) || secret["valid_until"] != "2031-03-08T12:00:00Z" {
			t.Errorf("stored %q, %v", stored, err)
		}
	}

	if len(links) != 4 || len(store.stored) != 4 {
		t.Errorf("%d sessions and %d secrets, want 4 of each", len(links), len(store.stored))
	}
}
