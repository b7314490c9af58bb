package docscheck_test

import (
	"context"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// terraform is the real Terraform in an empty folder. The test serves the provider and
// stubs of others.
type terraform struct {
	*terraformcli.Workspace
	t   *testing.T
	dir string
}

func newTerraform(t *testing.T, env map[string]string) terraform {
	t.Helper()

	w, err := terraformcli.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})

	servers := stubs()
	servers["stackonehq/stackone"] = plugin.NewServer(provider.New(provider.Options{
		Version: "0.0.0-test", Getenv: func(name string) string { return env[name] },
	}))

	providers := map[string]any{}

	for source, server := range servers {
		served := serve(t, source, server)
		// Terraform and OpenTofu complete a source address differently.
		providers["registry.terraform.io/"+source] = served
		providers["registry.opentofu.org/"+source] = served
	}

	encoded, err := json.Marshal(providers)
	if err != nil {
		t.Fatal(err)
	}

	w.Setenv("TF_REATTACH_PROVIDERS", string(encoded))

	tf := terraform{w, t, t.TempDir()}
	tf.need("1.11") // for write-only arguments

	return tf
}

// serve returns the entry of a provider in TF_REATTACH_PROVIDERS.
func serve(t *testing.T, source string, server tfprotov6.ProviderServer) map[string]any {
	t.Helper()

	ctx, cancel := context.WithCancel(context.Background())
	configs, closed := make(chan *goplugin.ReattachConfig), make(chan struct{})

	go func() {
		if err := tf6server.Serve("registry.terraform.io/"+source, func() tfprotov6.ProviderServer { return server }, tf6server.WithDebug(ctx, configs, closed),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t), tf6server.WithoutLogStderrOverride()); err != nil {
			t.Error(err)
		}
	}()

	t.Cleanup(func() {
		cancel()
		<-closed
	})

	config := <-configs

	return map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
}

func (tf terraform) need(oldest string) {
	tf.t.Helper()

	var found struct {
		Version string `json:"terraform_version"`
	}

	if err := json.Unmarshal([]byte(tf.run("version", "-json")), &found); err != nil {
		tf.t.Fatal(err)
	}

	if version.Must(version.NewVersion(found.Version)).Core().LessThan(version.Must(version.NewVersion(oldest))) {
		tf.t.Skipf("it needs %s, and %s is %s", oldest, tf.Terraform(), found.Version)
	}
}

func (tf terraform) write(files map[string]string) {
	tf.t.Helper()

	for name, text := range files {
		name = filepath.Join(tf.dir, filepath.FromSlash(name))

		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tf.t.Fatal(err)
		}

		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			tf.t.Fatal(err)
		}
	}
}

func (tf terraform) run(args ...string) string {
	tf.t.Helper()

	out, err := tf.Run(tf.t.Context(), tf.dir, args...)
	if err != nil {
		tf.t.Fatalf("%v\n%s", err, out)
	}

	return out
}

// stub is a provider for "terraform validate", which calls no other methods.
type stub struct {
	tfprotov6.ProviderServer
	resources   map[string]*tfprotov6.Schema
	dataSources map[string]*tfprotov6.Schema
}

// stubs are the other providers of the pages, by source address: vault 5, local 2, azuread
// 3, time 0.13 and restapi 2, reduced to the attributes used.
func stubs() map[string]tfprotov6.ProviderServer {
	resource := func(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
		return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
	}
	required := func(name string) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Required: true}
	}
	computed := func(name string, kind tftypes.Type) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: kind, Computed: true}
	}
	id := computed("id", tftypes.String)

	return map[string]tfprotov6.ProviderServer{
		"hashicorp/vault": stub{resources: map[string]*tfprotov6.Schema{"vault_kv_secret_v2": resource(
			required("mount"), required("name"),
			&tfprotov6.SchemaAttribute{Name: "data_json_wo", Type: tftypes.String, Optional: true, WriteOnly: true},
			&tfprotov6.SchemaAttribute{Name: "data_json_wo_version", Type: tftypes.Number, Optional: true},
		)}},
		"hashicorp/local": stub{resources: map[string]*tfprotov6.Schema{"local_sensitive_file": resource(
			required("filename"), &tfprotov6.SchemaAttribute{Name: "content", Type: tftypes.String, Optional: true, Sensitive: true},
			&tfprotov6.SchemaAttribute{Name: "file_permission", Type: tftypes.String, Optional: true},
			&tfprotov6.SchemaAttribute{Name: "directory_permission", Type: tftypes.String, Optional: true},
		)}},
		"hashicorp/azuread": stub{resources: map[string]*tfprotov6.Schema{
			"azuread_application_registration": resource(id, computed("client_id", tftypes.String), required("display_name"), &tfprotov6.SchemaAttribute{Name: "sign_in_audience", Type: tftypes.String, Optional: true}),
			"azuread_application_redirect_uris": resource(
				required("application_id"), required("type"),
				&tfprotov6.SchemaAttribute{Name: "redirect_uris", Type: tftypes.Set{ElementType: tftypes.String}, Required: true},
			),
			"azuread_application_api_access": resource(
				required("application_id"), required("api_client_id"),
				&tfprotov6.SchemaAttribute{Name: "scope_ids", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true},
			),
			"azuread_application_password": resource(
				required("application_id"), &tfprotov6.SchemaAttribute{Name: "display_name", Type: tftypes.String, Optional: true},
				&tfprotov6.SchemaAttribute{Name: "value", Type: tftypes.String, Computed: true, Sensitive: true},
			),
		}, dataSources: map[string]*tfprotov6.Schema{
			"azuread_application_published_app_ids": resource(computed("result", tftypes.Map{ElementType: tftypes.String})),
			"azuread_service_principal":             resource(required("client_id"), computed("oauth2_permission_scope_ids", tftypes.Map{ElementType: tftypes.String})),
		}},
		"hashicorp/time": stub{resources: map[string]*tfprotov6.Schema{
			"time_rotating": resource(id, computed("unix", tftypes.Number), &tfprotov6.SchemaAttribute{Name: "rotation_days", Type: tftypes.Number, Optional: true}),
		}},
		"mastercard/restapi": stub{resources: map[string]*tfprotov6.Schema{"restapi_object": resource(required("path"), required("data"))}},
	}
}

func (s stub) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}, ResourceSchemas: s.resources, DataSourceSchemas: s.dataSources}, nil
}

func (stub) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (stub) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (stub) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (stub) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (stub) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func required(source string) string {
	return "terraform {\n  required_providers {\n    " + path.Base(source) + " = {\n      source = \"" + source + "\"\n    }\n  }\n}\n"
}
