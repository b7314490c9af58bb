package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func adopting(id string, lines ...string) string {
	return fmt.Sprintf("\nresource \"stackone_account\" \"acme\" {\n  account_id = %q\n  %s\n}\n", id, strings.Join(lines, "\n  "))
}

func TestAccountJourney_importBlock(t *testing.T) {
	t.Parallel()

	byID, byIdentity := example(t, "resources/stackone_account/import-by-string-id.tf"), example(t, "resources/stackone_account/identity-import.tf")

	for name, test := range map[string]struct {
		config, terraform, openTofu string
		account                     stackonetest.Account
	}{
		"with the resource":               {byID + adopting("45355976281015164504"), "1.5.0", "1.6.0", stackonetest.Account{Label: "old"}},
		"generated":                       {byIdentity, "1.12.0", "1.12.0", stackonetest.Account{Label: "old"}},
		"generated, with unusable values": {byID, "1.5.0", "1.6.0", stackonetest.Account{Label: "  ", OriginUsername: "\t", Type: "unmapped_value"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, test.terraform, test.openTofu)

			h := newHarness(t)
			test.account.ID = "45355976281015164504"
			h.AddAccount(test.account)

			a := h.attach(t, test.config)
			a.plan("-generate-config-out=generated.tf")
			contains(t, a.apply(), "1 imported, 0 added, 0 changed")
			a.plan("-detailed-exitcode")
		})
	}
}

func TestAccountJourney_importInModule(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.addAccounts(2)

	a := h.attach(t, "module \"customer\" {\n  source   = \"./customer\"\n  for_each = toset([\"account-000\", \"account-001\"])\n  id       = each.key\n}\n")
	needs(t, "1.16.0", never)

	if err := os.Mkdir(filepath.Join(a.dir, "customer"), 0o700); err != nil {
		t.Fatal(err)
	}

	a.write("customer/main.tf", a.read("providers.tf")+`
variable "id" {
  type = string
}

import {
  for_each = toset([var.id])
  to       = stackone_account.this[each.key]
  identity = { id = each.key }
}

resource "stackone_account" "this" {
  for_each   = toset([var.id])
  account_id = each.key
}
`)
	a.terraform("init", "-no-color")
	contains(t, a.apply(), "2 imported, 0 added, 0 changed")
	a.plan("-detailed-exitcode")
}

// takes checks the methods of the requests that something causes.
func (h *harness) takes(t *testing.T, want string, do func()) {
	t.Helper()

	before := len(h.Requests())

	do()

	var methods []string
	for _, r := range h.Requests()[before:] {
		methods = append(methods, r.Method)
	}

	if got := strings.Join(methods, " "); got != want {
		t.Errorf("the requests are %q, want %q", got, want)
	}
}

// The requests of an adopted account's life, as documented.
func TestAccountJourney(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()

	a := h.attach(t, deleting("acme", id, `label = "new"`))

	h.takes(t, "GET", func() { contains(t, a.plan("-out=saved"), "overwrites values") })
	h.takes(t, "GET GET PATCH", func() { a.terraform("apply", "saved") })
	h.takes(t, "GET", func() { a.plan("-detailed-exitcode") })

	h.UpdateAccount(id, func(account *stackonetest.Account) { account.Label, account.Status = "by hand", "error" })

	var out string

	h.takes(t, "GET", func() { out = a.plan("-out=saved") })
	contains(t, out, `"by hand" -> "new"`)
	contains(t, out, "1 to change")
	h.takes(t, "PATCH", func() { a.terraform("apply", "saved") })

	another := h.AddAccount(stackonetest.Account{ID: "another"})
	a.write("main.tf", deleting("acme", another))
	h.takes(t, "GET GET GET DELETE GET GET", func() { contains(t, a.apply(), "1 added, 0 changed, 1 destroyed") })
	a.deleted(h, id)

	h.RemoveAccount(another)
	h.takes(t, "GET GET", func() { out = a.plan() })
	contains(t, out, "Warning: The linked account is gone")
	contains(t, out, "Warning: Linked account cannot be adopted again")

	if strings.Contains(out, managedTwice) {
		t.Errorf("no other resource manages the account:\n%s", out)
	}
}

// One of two accounts is deleted elsewhere.
func TestAccountJourney_withoutOne(t *testing.T) {
	t.Parallel()

	const label = "variable \"label\" {\n  default = \"one\"\n}\n"

	for name, test := range map[string]func(t *testing.T, a *attached){
		"destroy": func(t *testing.T, a *attached) {
			t.Helper()
			contains(t, a.terraform("destroy", "-auto-approve", "-no-color"), "Destroy complete! Resources: 1 destroyed")
		},
		"apply": func(t *testing.T, a *attached) {
			t.Helper()

			out := a.plan()
			contains(t, out, "Warning: Linked account cannot be adopted again")
			contains(t, out, `The linked account "gone" is gone`)

			// Terraform forgets the account in the apply, so the identifier may be wrong.
			for _, args := range [][]string{{"apply", "-auto-approve"}, {"plan"}} {
				out := a.exits(1, append(args, "-no-color", "-var", "label=two")...)
				contains(t, out, "Error: Linked account not found")
				contains(t, out, "-refresh=false")

				if strings.Count(out, "Error: ") != 1 {
					t.Errorf("%v has more errors:\n%s", args, out)
				}
			}

			contains(t, a.state(), `"two"`)
			contains(t, a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false"), "Destroy complete! Resources: 1 destroyed")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			gone, present := h.AddAccount(stackonetest.Account{ID: "gone"}), h.AddAccount(stackonetest.Account{ID: "present"})
			a := h.attach(t, label+deleting("gone", gone, "label = var.label")+deleting("present", present, "label = var.label"))
			a.apply()
			h.RemoveAccount(gone)
			test(t, a)
			a.deleted(h, present)
		})
	}
}

// An unknown identifier may be the same one.
func TestAccountJourney_unknownIdentifier(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	config := "\nvariable \"step\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"id\" {\n  input            = \"" + id + "\"\n  triggers_replace = var.step\n}\n" +
		strings.Replace(deleting("acme", id, "lifecycle {", "  create_before_destroy = true", "}"), `"`+id+`"`, "terraform_data.id.output", 1)
	a := h.attach(t, config)
	a.apply()
	a.refuses(h, id, mayBeInUse, "-var", "step=2")

	a.write("main.tf", strings.Replace(config, `"delete"`, `"forget"`, 1))
	a.apply()
	contains(t, a.apply("-var", "step=2"), "2 destroyed")
	a.plan("-detailed-exitcode", "-var", "step=2")
	a.keeps(h, id)
}
