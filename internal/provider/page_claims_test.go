package provider_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Claims of the pages that no example shows.

// exits checks the exit code of a command and returns its output.
func (a *attached) exits(want int, args ...string) string {
	a.t.Helper()

	out, err := a.try(args...)
	code := 0

	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		a.t.Fatal(err)
	}

	if code != want {
		a.t.Fatalf("terraform %v ends with %d, want %d:\n%s", args, code, want, out)
	}

	return out
}

// An expired session is drift, which only a refresh-only plan counts.
func TestPageClaims_refreshOnlyAfterTheEnd(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
resource "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
}
`)
	a.apply()
	h.clock.Advance(time.Hour)

	out := a.exits(2, "plan", "-no-color", "-refresh-only", "-detailed-exitcode")
	contains(t, out, "changed outside of")
	contains(t, out, "expired")
	a.exits(0, "plan", "-no-color", "-detailed-exitcode")

	a.apply("-refresh-only")
	contains(t, a.state(), `"expired": true`)
	a.exits(0, "plan", "-no-color", "-detailed-exitcode")
}

// The policy in the state counts. An import block stores the configured one, an import on the
// command line none.
func TestPageClaims_destroyAfterImport(t *testing.T) {
	t.Parallel()

	const config = `
resource "stackone_account" "acme" {
  account_id      = "45355976281015164504"
  deletion_policy = "delete"
}
`

	for name, test := range map[string]struct {
		imports func(t *testing.T, a *attached)
		deleted bool
	}{
		"at once": {func(_ *testing.T, a *attached) {
			a.terraform("import", "-no-color", "stackone_account.acme", "45355976281015164504")
		}, false},
		"after an apply": {func(_ *testing.T, a *attached) {
			a.terraform("import", "-no-color", "stackone_account.acme", "45355976281015164504")
			a.apply()
		}, true},
		"by a block": {func(t *testing.T, a *attached) {
			needs(t, "1.5.0", "1.6.0")
			a.write("import.tf", example(t, "resources/stackone_account/import-by-string-id.tf"))
			contains(t, a.apply(), "1 imported")
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			id := h.AddAccount(stackonetest.Account{ID: "45355976281015164504"})
			a := h.attach(t, config)

			test.imports(t, a)
			contains(t, a.terraform("destroy", "-auto-approve", "-no-color"), "1 destroyed")

			if _, there := h.Account(id); there == test.deleted {
				t.Errorf("after the destroy the account is there: %t", there)
			}
		})
	}
}

func TestPageClaims_destroyWithoutTheAccount(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "1"})

	a := h.attach(t, `
data "stackone_account" "acme" {
  id = "1"
}

resource "terraform_data" "other" {
  input = data.stackone_account.acme.label
}
`)
	a.apply()
	h.RemoveAccount("1")

	for _, command := range []string{"apply", "destroy"} {
		out := a.exits(1, command, "-auto-approve", "-no-color")
		contains(t, out, "Error: Linked account not found")
		contains(t, strings.Join(strings.Fields(out), " "), "terraform destroy -refresh=false")
	}

	contains(t, a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false"), "1 destroyed")
}

// "terraform test" without a provider block in the file deletes an account that several runs
// keep.
func TestPageClaims_terraformTest(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.AddAccount(stackonetest.Account{ID: "one"})
	a := h.attach(t, deleting("acme", id))
	needs(t, "1.6.0", "1.6.0")
	a.write("main.tftest.hcl", "run \"adopts\" {}\n\nrun \"keeps\" {}\n\nrun \"plans\" {\n  command = plan\n}\n")

	contains(t, a.terraform("test", "-no-color"), "3 passed, 0 failed")
	a.deleted(h, id)
}

// open = terraform.applying makes the token null in the plan, which a template refuses.
func TestPageClaims_nullTokenInThePlan(t *testing.T) {
	t.Parallel()

	const token = "ephemeral.stackone_connect_session.acme.token"

	for value, want := range map[string]string{
		"Bearer ${" + token + "}":                  "Invalid template interpolation value",
		"Bearer ${coalesce(" + token + ", \"-\")}": nothing,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.attach(t, `
ephemeral "stackone_connect_session" "acme" {
  origin_owner_id   = "customer-4711"
  origin_owner_name = "Acme"
  open              = terraform.applying
}

locals {
  value = "`+value+`"
}

resource "terraform_data" "acme" {
  count = 0

  provisioner "local-exec" {
    command     = "true"
    environment = { AUTHORIZATION = local.value }
  }
}
`)
			needs(t, "1.10.0", "1.11.0")

			out, _ := a.try("plan", "-no-color")
			contains(t, out, want)
			h.wantSessions(t, 0)
		})
	}
}
