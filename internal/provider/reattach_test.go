package provider_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// attached runs the real Terraform with the provider in this process, one command at a time;
// terraform-plugin-testing would run six.
type attached struct {
	t         *testing.T
	dir       string
	providers map[string]any
}

func (h *harness) attach(t *testing.T, config string) *attached {
	t.Helper()

	a := &attached{t: t, dir: t.TempDir(), providers: map[string]any{}}

	// An example may have its own terraform block.
	requirements := "terraform {\n  required_providers {\n    stackone = {\n      source = \"stackonehq/stackone\"\n    }\n  }\n}\n"
	if strings.Contains(config, "required_providers") {
		requirements = ""
	}

	a.write("main.tf", config)
	a.write("providers.tf", requirements)

	server := func() tfprotov6.ProviderServer {
		server, err := h.factories()["stackone"]()
		if err != nil {
			panic(err)
		}

		return server
	}

	a.serve("stackonehq/stackone", server)

	return a
}

func (a *attached) write(name, text string) {
	a.t.Helper()

	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// serve offers a provider to later commands.
func (a *attached) serve(source string, server func() tfprotov6.ProviderServer) {
	a.t.Helper()

	ctx, cancel := context.WithCancel(context.Background())
	reattach, closed := make(chan *goplugin.ReattachConfig), make(chan struct{})

	go func() {
		if err := tf6server.Serve("registry.terraform.io/"+source, server, tf6server.WithDebug(ctx, reattach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()),
			tf6server.WithLoggingSink(a.t), tf6server.WithoutLogStderrOverride()); err != nil {
			a.t.Error(err)
		}
	}()

	a.t.Cleanup(func() {
		cancel()
		<-closed
	})

	served := <-reattach

	// Terraform and OpenTofu have different default registries.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		a.providers[host+"/"+source] = map[string]any{
			"Protocol": served.Protocol, "ProtocolVersion": served.ProtocolVersion, "Pid": served.Pid, "Test": true,
			"Addr": map[string]string{"Network": served.Addr.Network(), "String": served.Addr.String()},
		}
	}
}

var installed = sync.OnceValues(func() (*version.Version, error) {
	w, err := sharedWorkspace()
	if err != nil {
		return nil, err
	}

	raw, err := w.Command(context.Background(), os.TempDir(), "version", "-json").Output()
	if err != nil {
		return nil, err
	}

	var response struct {
		Version string `json:"terraform_version"`
	}

	if err := json.Unmarshal(raw, &response); err != nil {
		return nil, err
	}

	return version.NewVersion(response.Version)
})

// never is the version for features that OpenTofu lacks.
const never = "never"

// needs skips a test if Terraform or OpenTofu is too old; an empty version needs nothing.
func needs(t *testing.T, oldestTerraform, oldestOpenTofu string) {
	t.Helper()

	oldest := oldestTerraform
	if cli(t).IsOpenTofu() {
		oldest = oldestOpenTofu
	}

	switch oldest {
	case "":
		return
	case never:
		t.Skip("OpenTofu does not have it")
	}

	have, err := installed()
	if err != nil {
		t.Fatal(err)
	}

	if have.LessThan(version.Must(version.NewVersion(oldest))) {
		t.Skipf("%s %s is older than %s", filepath.Base(cli(t).Terraform()), have, oldest)
	}
}

// terraform runs a command that has to succeed, and returns its output.
func (a *attached) terraform(args ...string) string {
	a.t.Helper()

	out, err := a.try(args...)
	if err != nil && looksElsewhere(out) {
		a.t.Logf("This Terraform looks for hashicorp/stackone where an import block names no provider (hashicorp/terraform#39144). The block names it for this command.")

		out, err = a.tryWithNamedImports(args...)
	}

	if err != nil {
		a.t.Fatalf("terraform %v: %v\n%s", args, err, out)
	}

	return out
}

// try runs a command. It needs no init, because nothing has to be installed.
func (a *attached) try(args ...string) (string, error) {
	a.t.Helper()

	cmd := exec.CommandContext(a.t.Context(), cli(a.t).Terraform(), args...)

	providers, err := json.Marshal(a.providers)
	if err != nil {
		a.t.Fatal(err)
	}

	// The provider runs in this process, so GOGC affects only Terraform.
	cmd.Dir, cmd.Env = a.dir, append(cli(a.t).Environ(), "TF_REATTACH_PROVIDERS="+string(providers), "GOGC=400")

	out, err := cmd.CombinedOutput()

	return string(out), err
}

func (a *attached) apply(args ...string) string {
	a.t.Helper()
	return a.terraform(append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
}

func (a *attached) plan(args ...string) string {
	a.t.Helper()
	return a.terraform(append([]string{"plan", "-no-color"}, args...)...)
}

func (a *attached) state() string {
	a.t.Helper()

	raw, err := os.ReadFile(filepath.Join(a.dir, "terraform.tfstate"))
	if err != nil {
		a.t.Fatal(err)
	}

	return string(raw)
}
