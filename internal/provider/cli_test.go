package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

// workspace has the real Terraform and the released build of the provider.
type workspace struct {
	*terraformcli.Workspace

	version *version.Version
}

var sharedWorkspace = sync.OnceValues(func() (workspace, error) {
	ctx := context.Background()

	w, err := terraformcli.New(ctx)
	if err != nil {
		return workspace{}, err
	}

	closeShared = w.Close

	if _, err := w.BuildProvider(ctx); err != nil {
		return workspace{}, err
	}

	raw, err := w.Command(ctx, w.Root(), "version", "-json").Output()
	if err != nil {
		return workspace{}, err
	}

	var response struct {
		Version *version.Version `json:"terraform_version"`
	}

	err = json.Unmarshal(raw, &response)

	return workspace{w, response.Version}, err
})

var closeShared = func() error { return nil }

func TestMain(m *testing.M) {
	// Hundreds of sessions are planned in this process, which may use memory freely.
	debug.SetGCPercent(400)

	if err := terraformcli.PrepareTests(context.Background(), os.Getenv, os.Setenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	code := m.Run()

	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)

		code = 1
	}

	os.Exit(code)
}

func cli(t *testing.T) workspace {
	t.Helper()

	w, err := sharedWorkspace()
	if err != nil {
		t.Fatal(err)
	}

	return w
}

// never is the version for features that OpenTofu lacks.
const never = "never"

// needs skips a test if Terraform or OpenTofu is too old; an empty version needs nothing.
func needs(t *testing.T, oldestTerraform, oldestOpenTofu string) {
	t.Helper()

	w, oldest := cli(t), oldestTerraform
	if w.IsOpenTofu() {
		oldest = oldestOpenTofu
	}

	if oldest == never || oldest != "" && w.version.LessThan(version.Must(version.NewVersion(oldest))) {
		t.Skipf("%s %s is too old: %s", filepath.Base(w.Terraform()), w.version, oldest)
	}
}

// attached runs the real Terraform in a folder, one command at a time; terraform-plugin-testing
// would run six.
type attached struct {
	t         *testing.T
	dir       string
	env       []string
	providers map[string]any
}

func newAttached(t *testing.T, config string) *attached {
	t.Helper()

	a := &attached{t: t, dir: t.TempDir(), providers: map[string]any{}}

	a.write("main.tf", config)

	// An example may have its own terraform block.
	if !strings.Contains(config, "required_providers") {
		a.write("providers.tf", "terraform {\n  required_providers {\n    stackone = {\n      source = \"stackonehq/stackone\"\n    }\n  }\n}\n")
	}

	return a
}

// attach serves the provider in this process, so that no command needs an init.
func (h *harness) attach(t *testing.T, config string) *attached {
	t.Helper()

	a := newAttached(t, config)
	a.env = []string{"GOGC=400"} // only for Terraform
	a.serve("stackonehq/stackone", h.server)

	return a
}

// install runs the released build of the provider in its own process.
func (h *harness) install(t *testing.T, config string) *attached {
	t.Helper()

	a := newAttached(t, config)
	for name, value := range h.env {
		a.env = append(a.env, name+"="+value)
	}

	a.terraform("init", "-no-color")

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

	providers, err := json.Marshal(a.providers)
	if err != nil {
		a.t.Fatal(err)
	}

	a.env = append(a.env, "TF_REATTACH_PROVIDERS="+string(providers))
}

func (a *attached) command(args ...string) *exec.Cmd {
	a.t.Helper()

	cmd := cli(a.t).Command(a.t.Context(), a.dir, args...)
	cmd.Env = append(cmd.Env, a.env...)

	return cmd
}

func (a *attached) try(args ...string) (string, error) {
	a.t.Helper()

	out, err := a.command(args...).CombinedOutput()

	return string(out), err
}

// exits runs a command that has to end with an exit code, and returns its output.
func (a *attached) exits(want int, args ...string) string {
	a.t.Helper()

	cmd := a.command(args...)
	out, _ := cmd.CombinedOutput()

	if got := cmd.ProcessState.ExitCode(); got != want {
		a.t.Fatalf("terraform %v: exit code %d, want %d\n%s", args, got, want, out)
	}

	return string(out)
}

// terraform runs a command that has to succeed, and returns its output.
func (a *attached) terraform(args ...string) string {
	a.t.Helper()

	out, err := a.try(args...)
	if err != nil && strings.Contains(out, "hashicorp/stackone") {
		a.t.Logf("This Terraform looks for hashicorp/stackone where an import block names no provider (hashicorp/terraform#39144). The block names it for this command.")

		out, err = a.tryWithNamedImports(args...)
	}

	if err != nil {
		a.t.Fatalf("terraform %v: %v\n%s", args, err, out)
	}

	return out
}

// tryWithNamedImports adds the provider to the import blocks for one command, as the page on
// troubleshooting advises. Terraform refuses it once the resource is in the configuration.
func (a *attached) tryWithNamedImports(args ...string) (string, error) {
	a.t.Helper()

	before, err := os.ReadFile(filepath.Join(a.dir, "main.tf"))
	if err != nil {
		a.t.Fatal(err)
	}

	a.write("main.tf", regexp.MustCompile(`(?m)^import \{\n`).ReplaceAllString(string(before), "import {\n  provider = stackone\n"))
	defer a.write("main.tf", string(before))

	return a.try(args...)
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
