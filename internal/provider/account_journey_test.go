package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func adopting(id string, lines ...string) string {
	return fmt.Sprintf("\nresource \"stackone_account\" \"acme\" {\n  account_id = %q\n  %s\n}\n", id, strings.Join(lines, "\n  "))
}

func TestAccountJourney_importBlock(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()

	a := h.attach(t, example(t, "resources/stackone_account/import-by-string-id.tf")+adopting(id))

	if out := a.apply(); !strings.Contains(out, "1 imported, 0 added, 0 changed") {
		t.Errorf("the apply:\n%s", out)
	}
}

func TestAccountJourney_generatedConfiguration(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.newAccount()

	a := h.attach(t, example(t, "resources/stackone_account/identity-import.tf"))
	needs(t, "1.12.0", "1.12.0")
	a.plan("-generate-config-out=generated.tf")

	if out := a.apply(); !strings.Contains(out, "1 imported, 0 added, 0 changed") {
		t.Errorf("the apply:\n%s", out)
	}

	a.plan("-detailed-exitcode")
}

func TestAccountJourney_generatedConfigurationOfOddValues(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "45355976281015164504", Label: "  ", OriginUsername: "\t", Type: "unmapped_value"})

	a := h.attach(t, example(t, "resources/stackone_account/import-by-string-id.tf"))
	needs(t, "1.5.0", "1.6.0")
	a.plan("-generate-config-out=generated.tf")
	contains(t, a.apply(), "1 imported, 0 added, 0 changed")
	a.plan("-detailed-exitcode")
}

func TestAccountJourney_importInModule(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "one"})
	h.AddAccount(stackonetest.Account{ID: "two"})

	a := h.attach(t, "module \"customer\" {\n  source   = \"./customer\"\n  for_each = toset([\"one\", \"two\"])\n  id       = each.key\n}\n")
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

	a := h.attach(t, adopting(id, `label = "new"`))

	h.takes(t, "GET", func() { contains(t, a.plan("-out=saved"), "overwrites values") })
	h.takes(t, "GET GET PATCH", func() { a.terraform("apply", "saved") })
	h.takes(t, "GET", func() { a.plan("-detailed-exitcode") })

	h.UpdateAccount(id, func(account *stackonetest.Account) { account.Label, account.Status = "by hand", "error" })

	var out string

	h.takes(t, "GET", func() { out = a.plan("-out=saved") })

	if !regexp.MustCompile(`~ label +=`).MatchString(out) || !strings.Contains(out, `"by hand" -> "new"`) || !strings.Contains(out, "1 to change") {
		t.Errorf("the plan does not show the drift:\n%s", out)
	}

	for line := range strings.SplitSeq(out, "\n") {
		if strings.Contains(line, " = ") && regexp.MustCompile(`^ +[~+-] `).MatchString(line) && !strings.Contains(line, "label") && !strings.Contains(line, "updated_at") {
			t.Errorf("the plan shows more than the drift: %s", line)
		}
	}

	h.takes(t, "PATCH", func() { a.terraform("apply", "saved") })
	h.RemoveAccount(id)

	h.takes(t, "GET GET", func() { out = a.plan() })
	contains(t, out, "Warning: The linked account is gone")
	contains(t, out, "Warning: Linked account cannot be adopted again")

	if strings.Contains(out, managedTwice) {
		t.Errorf("no other resource manages the account:\n%s", out)
	}
}

// twoAccounts adopts two accounts, of which one is deleted elsewhere.
func (h *harness) twoAccounts(t *testing.T, policy string) *attached {
	t.Helper()

	gone := h.AddAccount(stackonetest.Account{ID: "gone"})
	h.AddAccount(stackonetest.Account{ID: "present"})

	a := h.attach(t, `
resource "stackone_account" "all" {
  for_each        = toset(["gone", "present"])
  account_id      = each.key
  label           = var.label
  deletion_policy = "`+policy+`"
}

variable "label" {
  default = "one"
}
`)
	a.apply()
	h.RemoveAccount(gone)

	return a
}

func TestAccountJourney_destroyWithoutOne(t *testing.T) {
	t.Parallel()

	for policy, stays := range map[string]bool{"delete": false, "forget": true} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			a := h.twoAccounts(t, policy)

			contains(t, a.terraform("destroy", "-auto-approve", "-no-color"), "Destroy complete! Resources: 1 destroyed")

			if _, found := h.Account("present"); found != stays || strings.Contains(a.state(), `"present"`) {
				t.Errorf("the other account is there: %t\n%s", found, a.state())
			}
		})
	}
}

func TestAccountJourney_applyWithoutOne(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.twoAccounts(t, "delete")

	out := a.plan()
	contains(t, out, "Warning: Linked account cannot be adopted again")
	contains(t, out, `The linked account "gone" is gone`)

	fails := func(args ...string) {
		out, err := a.try(append(args, "-no-color", "-var", "label=two")...)
		if err == nil || strings.Count(out, "Error: ") != 1 || !strings.Contains(out, "Error: Linked account not found") || !strings.Contains(out, "-refresh=false") {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}

	fails("apply", "-auto-approve")
	contains(t, a.state(), `"present"`)

	if account, _ := h.Account("present"); account.Label != "two" {
		t.Errorf("the other account is %+v", account)
	}

	// Terraform has forgotten the account, so the identifier may be wrong.
	fails("plan")
	contains(t, a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false"), "Destroy complete! Resources: 1 destroyed")

	if _, found := h.Account("present"); found {
		t.Error("the other account is still there")
	}
}

// An unknown identifier may be the same one.
func TestAccountJourney_unknownIdentifier(t *testing.T) {
	t.Parallel()

	config := func(policy string) string {
		return `
resource "terraform_data" "before" {
  input = var.step
}

variable "step" {
  default = "one"
}

data "stackone_accounts" "acme" {
  depends_on = [terraform_data.before]
}

resource "stackone_account" "acme" {
  account_id      = one(data.stackone_accounts.acme.ids)
  deletion_policy = "` + policy + `"

  lifecycle {
    create_before_destroy = true
  }
}
`
	}

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, config("delete"))
	a.apply()

	a.refuses(h, id, mayBeInUse, "-var", "step=two")

	a.write("main.tf", config("forget"))
	a.apply()
	contains(t, a.apply("-var", "step=two"), "1 destroyed")
	a.plan("-detailed-exitcode", "-var", "step=two")

	if _, found := h.Account(id); !found {
		t.Error("the account was deleted")
	}
}

func TestAccountJourney_changes(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, adopting(id, `label = "new"`, `metadata = jsonencode({ seats = 1 })`))

	becomes := func(requests string, lines ...string) (out string) {
		t.Helper()
		a.write("main.tf", adopting(id, lines...))
		h.takes(t, requests, func() { out = a.apply() })

		return out
	}

	a.apply()
	becomes("GET PATCH", `label = "new"`, `metadata = jsonencode({ seats = 2 })`)
	becomes("GET", `metadata = "{ \"seats\": 2 }"`)
	contains(t, becomes("GET"), "Warning: StackOne keeps the metadata")
	becomes("GET", `deletion_policy = "delete"`)

	if got, want := strings.Join(h.patches(), " "), `{"label":"new","metadata":{"seats":1}} {"metadata":{"seats":2}}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}

	if account, _ := h.Account(id); account.Label != "new" || string(account.Metadata) != `{"seats":2}` {
		t.Errorf("the account is %+v", account)
	}

	old := id
	id = h.AddAccount(stackonetest.Account{ID: "another"})

	contains(t, becomes("GET GET GET DELETE GET GET", `deletion_policy = "delete"`), "1 added, 0 changed, 1 destroyed")

	if _, found := h.Account(old); found {
		t.Error("the account that was replaced is still there")
	}

	// A failed deletion is retried, and a 404 completes it.
	h.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Method == http.MethodDelete {
			return &stackonetest.Fault{Status: http.StatusInternalServerError}
		}

		return nil
	})

	out, err := a.try("destroy", "-auto-approve", "-no-color")
	if err == nil || !strings.Contains(out, "Error: Cannot delete the linked account") || !strings.Contains(a.state(), `"another"`) {
		t.Errorf("%v\n%s", err, out)
	}

	h.OnRequest(nil)
	h.RemoveAccount(id)
	h.takes(t, "DELETE", func() {
		contains(t, a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false"), "1 destroyed")
	})
}

func TestAccountJourney_listAndImport(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	for i := range 1000 {
		h.AddAccount(stackonetest.Account{ID: fmt.Sprintf("account-%03d", i)})
	}

	a := h.attach(t, adopting("account-007", "depends_on = [data.stackone_accounts.all]")+"data \"stackone_accounts\" \"all\" {\n}\n\noutput \"found\" {\n  value = length(data.stackone_accounts.all.ids)\n}\n")

	h.SetListStyle(stackonetest.ListStyle{Envelope: true, Total: true})
	contains(t, a.terraform("import", "-no-color", "stackone_account.acme", "account-007"), "Import successful!")
	contains(t, a.state(), `"value": 1000`)

	// Ten requests read the list, which includes the imported account.
	h.takes(t, strings.TrimSpace(strings.Repeat("GET ", 10)), func() { contains(t, a.plan(), nothing) })

	h.SetListStyle(stackonetest.ListStyle{IgnorePage: true})

	out, err := a.try("plan", "-no-color")
	if text := strings.Join(strings.Fields(out), " "); err == nil || !strings.Contains(text, "Error: Cannot list the linked accounts") || !strings.Contains(text, "the server ignores the page parameter") {
		t.Errorf("%v\n%s", err, out)
	}
}
