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

	h.takes(t, "GET", func() { contains(t, a.plan("-out=saved"), `"by hand" -> "new"`, "1 to change") })
	h.takes(t, "PATCH", func() { a.terraform("apply", "saved") })

	another := h.AddAccount(stackonetest.Account{ID: "another"})
	a.write("main.tf", deleting("acme", another))
	h.takes(t, "GET GET GET DELETE GET GET", func() { contains(t, a.apply(), "1 added, 0 changed, 1 destroyed") })
	a.deleted(h, id)

	h.RemoveAccount(another)
	h.takes(t, "GET GET", func() { a.plan() })
}
