package provider_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// attached is the real Terraform with the provider in this process, on the
// harness's clock: one command at a time, where a test of
// terraform-plugin-testing would run six.
type attached struct {
	t       *testing.T
	dir     string
	environ []string
}

// attach serves the harness's provider and writes a configuration that uses it.
func (h *harness) attach(t *testing.T, config string) *attached {
	t.Helper()

	ctx, cancel := context.WithCancel(context.Background())
	reattach, closed := make(chan *goplugin.ReattachConfig), make(chan struct{})

	go func() {
		err := tf6server.Serve("registry.terraform.io/stackonehq/stackone", func() tfprotov6.ProviderServer {
			server, err := h.factories()["stackone"]()
			if err != nil {
				panic(err)
			}

			return server
		}, tf6server.WithDebug(ctx, reattach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t), tf6server.WithoutLogStderrOverride())
		if err != nil {
			t.Error(err)
		}
	}()

	t.Cleanup(func() {
		cancel()
		<-closed
	})

	served := <-reattach

	providers, err := json.Marshal(map[string]any{"registry.terraform.io/stackonehq/stackone": map[string]any{
		"Protocol": served.Protocol, "ProtocolVersion": served.ProtocolVersion, "Pid": served.Pid, "Test": true,
		"Addr": map[string]string{"Network": served.Addr.Network(), "String": served.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()

	config = "terraform {\n  required_providers {\n    stackone = {\n      source = \"stackonehq/stackone\"\n    }\n  }\n}\n" + config
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	a := &attached{t: t, dir: dir, environ: append(cli(t).Environ(), "TF_REATTACH_PROVIDERS="+string(providers))}
	a.terraform("init", "-no-color")

	return a
}

// terraform runs a command that has to succeed, and returns what it printed.
func (a *attached) terraform(args ...string) string {
	a.t.Helper()

	cmd := exec.CommandContext(a.t.Context(), cli(a.t).Terraform(), args...) //nolint:gosec // The tests' own commands.
	cmd.Dir, cmd.Env = a.dir, a.environ

	out, err := cmd.CombinedOutput()
	if err != nil {
		a.t.Fatalf("terraform %v: %v\n%s", args, err, out)
	}

	return string(out)
}
