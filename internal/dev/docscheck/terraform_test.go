package docscheck

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// terraform is the real Terraform in an empty folder. Those of newTerraform find the provider
// and stubs of others, which the test serves.
type terraform struct {
	*terraformcli.Workspace
	t   *testing.T
	dir string
}

func newWorkspace(t *testing.T) terraform {
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

	return terraform{w, t, t.TempDir()}
}

func newTerraform(t *testing.T, env map[string]string) terraform {
	t.Helper()

	server := plugin.NewServer(provider.New(provider.Options{Version: "0.0.0-test", Getenv: func(name string) string { return env[name] }}))
	providers := map[string]any{}

	for _, source := range []string{"stackonehq/stackone", "hashicorp/vault", "hashicorp/local", "hashicorp/azuread", "hashicorp/time", "mastercard/restapi"} {
		served := serve(t, source, server)
		// Terraform and OpenTofu complete a source address differently.
		providers["registry.terraform.io/"+source] = served
		providers["registry.opentofu.org/"+source] = served
		server = newStub()
	}

	encoded, err := json.Marshal(providers)
	if err != nil {
		t.Fatal(err)
	}

	tf := newWorkspace(t)
	tf.Setenv("TF_REATTACH_PROVIDERS", string(encoded))
	tf.need(11) // for write-only arguments

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

// need skips a test with versions before 1.minor.
func (tf terraform) need(minor int) {
	tf.t.Helper()

	found := 0
	if _, err := fmt.Sscanf(tf.run("version"), "%s v1.%d.", new(string), &found); err != nil {
		tf.t.Fatal(err)
	} else if found < minor {
		tf.t.Skipf("it needs 1.%d, and %s is 1.%d", minor, tf.Terraform(), found)
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

// try returns the standard output of a command, whose standard error goes to the test's log.
func (tf terraform) try(args ...string) (string, error) {
	cmd := tf.Command(tf.t.Context(), tf.dir, args...)
	cmd.Stderr = tf.t.Output()
	out, err := cmd.Output()

	return string(out), err
}

func (tf terraform) run(args ...string) string {
	tf.t.Helper()

	out, err := tf.try(args...)
	if err != nil {
		tf.t.Fatalf("terraform %v: %v\n%s", args, err, out)
	}

	return out
}

// stub is a provider for "terraform validate", which calls no other methods.
type stub struct {
	tfprotov6.ProviderServer
	resources, dataSources map[string]*tfprotov6.Schema
}

// newStub returns a provider that can stand for each of the pages' other providers: vault 5,
// local 2, azuread 3, time 0.13 and restapi 2, reduced to the attributes used. An attribute
// ends with ! if it is required, ? if optional, = if computed, and * if write-only.
func newStub() stub {
	out := stub{resources: map[string]*tfprotov6.Schema{}, dataSources: map[string]*tfprotov6.Schema{}}
	texts, set := tftypes.Map{ElementType: tftypes.String}, tftypes.Set{ElementType: tftypes.String}
	types := map[string]tftypes.Type{
		"data_json_wo_version": tftypes.Number, "rotation_days": tftypes.Number, "unix": tftypes.Number,
		"redirect_uris": set, "scope_ids": set, "result": texts, "oauth2_permission_scope_ids": texts,
	}

	for address, attributes := range map[string]string{
		"vault_kv_secret_v2":                         "mount! name! data_json_wo* data_json_wo_version?",
		"local_sensitive_file":                       "filename! content? file_permission? directory_permission?",
		"azuread_application_registration":           "id= client_id= display_name! sign_in_audience?",
		"azuread_application_redirect_uris":          "application_id! type! redirect_uris!",
		"azuread_application_api_access":             "application_id! api_client_id! scope_ids?",
		"azuread_application_password":               "application_id! display_name? value=",
		"data.azuread_application_published_app_ids": "result=",
		"data.azuread_service_principal":             "client_id! oauth2_permission_scope_ids=",
		"time_rotating":                              "id= unix= rotation_days?",
		"restapi_object":                             "path! data!",
	} {
		schema := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}

		for attribute := range strings.FieldsSeq(attributes) {
			name, mark := attribute[:len(attribute)-1], attribute[len(attribute)-1]
			schema.Block.Attributes = append(schema.Block.Attributes, &tfprotov6.SchemaAttribute{
				Name: name, Type: cmp.Or(types[name], tftypes.Type(tftypes.String)),
				Required: mark == '!', Optional: mark == '?' || mark == '*', Computed: mark == '=', WriteOnly: mark == '*',
			})
		}

		if name, data := strings.CutPrefix(address, "data."); data {
			out.dataSources[name] = schema
		} else {
			out.resources[name] = schema
		}
	}

	return out
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

func required(source string) string {
	return "terraform {\n  required_providers {\n    " + path.Base(source) + " = {\n      source = \"" + source + "\"\n    }\n  }\n}\n"
}
