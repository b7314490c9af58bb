package docscheck_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

func TestMain(m *testing.M) {
	// The providers of these tests run in this process and would write every line
	// of their logs to its standard error.
	if err := plugin.LimitLogging(os.Getenv, os.Setenv); err != nil {
		panic(err)
	}

	os.Exit(m.Run())
}

// reattachment is an entry of TF_REATTACH_PROVIDERS.
type reattachment struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

// serve offers a provider to Terraform from within this process, which saves
// building and installing a binary.
func serve(t *testing.T, source string, server tfprotov6.ProviderServer) reattachment {
	t.Helper()

	ctx, cancel := context.WithCancel(context.Background())
	configs, closed := make(chan *goplugin.ReattachConfig), make(chan struct{})
	failed := make(chan error, 1)

	go func() {
		failed <- tf6server.Serve("registry.terraform.io/"+source, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, configs, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithoutLogStderrOverride())
	}()

	t.Cleanup(func() {
		cancel()
		<-closed
	})

	select {
	case config := <-configs:
		out := reattachment{Protocol: string(config.Protocol), ProtocolVersion: config.ProtocolVersion, Pid: config.Pid, Test: config.Test}
		out.Addr.Network, out.Addr.String = config.Addr.Network(), config.Addr.String()

		return out
	case err := <-failed:
		t.Fatalf("%s was not served: %v", source, err)
		return reattachment{}
	}
}

// terraform is a workspace of the real Terraform in which the provider and stubs
// of others are there without an installation.
type terraform struct{ *terraformcli.Workspace }

// newTerraform starts the provider with an environment of its own.
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

	servers := map[string]tfprotov6.ProviderServer{
		"stackonehq/stackone": plugin.NewServer(provider.New(provider.Options{
			Version: "0.0.0-test",
			Getenv:  func(name string) string { return env[name] },
		})),
	}

	for source, server := range stubs(t) {
		servers[source] = server
	}

	providers := map[string]reattachment{}

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

	return terraform{w}
}

// folder makes a root module of the given files.
func (tf terraform) folder(t *testing.T, name string, files map[string]string) string {
	t.Helper()

	dir, err := tf.Folder(name)
	if err != nil {
		t.Fatal(err)
	}

	for file, text := range files {
		file = filepath.Join(dir, filepath.FromSlash(file))

		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	return dir
}

// run runs a command that has to succeed.
func (tf terraform) run(t *testing.T, dir string, args ...string) string {
	t.Helper()

	out, err := tf.Run(t.Context(), dir, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	return out
}

// need skips a test that an older Terraform or OpenTofu cannot run.
func (tf terraform) need(t *testing.T, oldestTerraform, oldestOpenTofu string) {
	t.Helper()

	oldest := oldestTerraform
	if tf.IsOpenTofu() {
		oldest = oldestOpenTofu
	}

	var found struct {
		Version string `json:"terraform_version"`
	}

	if err := json.Unmarshal([]byte(tf.run(t, tf.Root(), "version", "-json")), &found); err != nil {
		t.Fatal(err)
	}

	if version.Must(version.NewVersion(found.Version)).Core().LessThan(version.Must(version.NewVersion(oldest))) {
		t.Skipf("it needs %s, and %s is %s", oldest, tf.Terraform(), found.Version)
	}
}
