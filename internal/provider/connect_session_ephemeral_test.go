package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// fromEphemeral is the Terraform version that brought ephemeral resources.
func fromEphemeral() []tfversion.TerraformVersionCheck {
	return []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)}
}

// ephemeralSession opens a session and echoes it, which is the only way to see it.
func ephemeralSession(lines ...string) string {
	return fmt.Sprintf(`
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  %s
}

provider "echo" {
  data = ephemeral.stackone_connect_session.this
}

resource "echo" "this" {}
`, strings.Join(lines, "\n  "))
}

func TestConnectSessionEphemeral_results(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	data := func(name string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey(name), knownvalue.NotNull())
	}

	h.run(t, resource.TestCase{
		TerraformVersionChecks: fromEphemeral(),
		Steps: []resource.TestStep{{
			Config: ephemeralSession(`expires_in = 60`, `metadata = jsonencode({ a = [1] })`, `categories = ["hrisLegacy"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				data("id"), data("organization_id"), data("project_id"), data("token"), data("auth_link_url"), data("external_trigger_token"),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("created_at"), knownvalue.StringExact("2031-03-01T12:00:00Z")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("expires_at"), knownvalue.StringExact("2031-03-01T12:01:00Z")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("origin_owner_id"), knownvalue.StringExact("customer-1")),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("label"), knownvalue.Null()),
			},
		}},
	})

	fields := h.created()[0].Fields
	if got := string(fields["categories"]) + string(fields["metadata"]) + string(fields["expires_in"]); got != `["hris-legacy"]{"a":[1]}60` {
		t.Errorf("sent: %s", got)
	}

	if _, sent := fields["open"]; sent {
		t.Error("open must not be sent")
	}
}

func TestConnectSessionEphemeral_notOpened(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	h.run(t, resource.TestCase{
		TerraformVersionChecks: fromEphemeral(),
		Steps: []resource.TestStep{{
			Config: ephemeralSession(`open = false`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("token"), knownvalue.Null()),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("auth_link_url"), knownvalue.Null()),
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("id"), knownvalue.Null()),
			},
		}},
	})

	if got := len(h.Requests()); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

func TestConnectSessionEphemeral_validation(t *testing.T) {
	t.Parallel()

	for line, want := range map[string]string{
		`categories = ["hriss"]`:    `Did you mean\s+"hris"\?`,
		`label = ""`:                `must not be empty`,
		`metadata = jsonencode([])`: `it is an array`,
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			h.run(t, resource.TestCase{
				TerraformVersionChecks: fromEphemeral(),
				Steps:                  []resource.TestStep{{Config: ephemeralSession(line), ExpectError: regexp.MustCompile(want)}},
			})

			if got := len(h.Requests()); got != 0 {
				t.Errorf("%d requests, want none", got)
			}
		})
	}
}

func TestConnectSessionEphemeral_unknownInputsDefer(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	config := strings.Replace(ephemeralSession(), `"customer-1"`, `terraform_data.other.output`, 1) + `
resource "terraform_data" "other" {
  input = "customer-9"
}
`

	h.run(t, resource.TestCase{
		TerraformVersionChecks: fromEphemeral(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", at("data").AtMapKey("origin_owner_id"), knownvalue.StringExact("customer-9")),
			},
		}},
	})
}

func TestConnectSessionEphemeral_error(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault {
		return &stackonetest.Fault{Status: 401, ContentType: "application/json", Body: `{"statusCode": 401, "message": "Unauthorized"}`}
	})

	h.run(t, resource.TestCase{
		TerraformVersionChecks: fromEphemeral(),
		Steps: []resource.TestStep{{
			Config: ephemeralSession(), ExpectError: regexp.MustCompile(`(?s)Cannot create the connect session.*STACKONE_API_KEY`),
		}},
	})
}

// How often a session is opened, as the documentation states it.
func TestConnectSessionEphemeral_counts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		line string
		// The sessions that each command opens.
		plan, apply, applySaved, destroy int
	}{
		"absent":   {"", 1, 2, 1, 1},
		"true":     {"open = true", 1, 2, 1, 1},
		"applying": {"open = terraform.applying", 0, 1, 1, 0},
		"false":    {"open = false", 0, 0, 0, 0},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, `
ephemeral "stackone_connect_session" "this" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
  `+test.line+`
}

resource "terraform_data" "this" {
  input = 1

  provisioner "local-exec" {
    command = "true"
    environment = {
      TOKEN = ephemeral.stackone_connect_session.this.token
    }
  }
}
`)

			needs(t, "1.10.0", "1.11.0")

			count := func(command string, want int, args ...string) {
				before := len(h.created())
				a.terraform(append(args, "-no-color")...)

				if got := len(h.created()) - before; got != want {
					t.Errorf("%s opened %d sessions, want %d", command, got, want)
				}
			}

			count("plan", test.plan, "plan", "-out=saved")
			count("apply of a saved plan", test.applySaved, "apply", "saved")
			count("apply", test.apply, "apply", "-auto-approve", "-replace=terraform_data.this")
			count("destroy", test.destroy, "destroy", "-auto-approve")
		})
	}
}
