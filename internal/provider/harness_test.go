package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// harness gives each test its own fake, clock and environment.
type harness struct {
	*stackonetest.Server
	clock    *stackonetest.Clock
	env      map[string]string
	provider provider.Options
}

// epoch is far enough from today to expose a real clock.
func epoch() time.Time { return time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC) }

func newHarness(tb testing.TB) *harness {
	tb.Helper()

	clock := stackonetest.NewClock(epoch())
	server := stackonetest.New(tb, stackonetest.Options{Now: clock.Now})

	env := map[string]string{
		"STACKONE_API_KEY":  server.APIKey(),
		"STACKONE_BASE_URL": server.URL(),
	}

	return &harness{
		Server: server, clock: clock, env: env,
		provider: provider.Options{Version: "0.0.0-test", Clock: clock, Getenv: func(name string) string { return env[name] }},
	}
}

func (h *harness) server() tfprotov6.ProviderServer {
	return plugin.NewServer(provider.New(h.provider))
}

// factories serve the provider in this process.
func (h *harness) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"stackone": func() (tfprotov6.ProviderServer, error) { return h.server(), nil },
	}
}

func (h *harness) created() []stackonetest.Request {
	return slices.DeleteFunc(h.Requests(), func(r stackonetest.Request) bool { return r.Method != http.MethodPost || r.Path != "/connect_sessions" })
}

// session is a configuration with the required attributes and further lines.
func session(name string, lines ...string) string {
	return fmt.Sprintf(`
resource "stackone_connect_session" %q {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  %s
}
`, name, strings.Join(lines, "\n  "))
}
