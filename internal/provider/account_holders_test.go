package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// deleting is the configuration of an account that is deleted with its resource.
func deleting(name, id string, lines ...string) string {
	return fmt.Sprintf("\nresource \"stackone_account\" %q {\n  account_id      = %q\n  deletion_policy = \"delete\"\n  %s\n}\n", name, id, strings.Join(lines, "\n  "))
}

// triggered is a value that replaces what it triggers.
const triggered = `
variable "step" {
  default = 1
}

resource "terraform_data" "trigger" {
  input = var.step
}
`

// refuses runs an apply that has to be refused, with the account left alone.
func (a *attached) refuses(h *harness, id, summary string, args ...string) {
	a.t.Helper()

	out, err := a.try(append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
	if err == nil || !strings.Contains(out, "Error: "+summary) {
		a.t.Errorf("%v\n%s", err, out)
	}

	a.keeps(h, id)
}

// keeps checks that an account is there.
func (a *attached) keeps(h *harness, id string) {
	a.t.Helper()

	if _, found := h.Account(id); !found {
		a.t.Errorf("the account %s was deleted", id)
	}
}

const (
	adoptsWhatItDeletes = "The replacement would adopt the account that it deletes"
	alsoKept            = "The plan deletes a linked account that it also keeps"
	alsoAdoptsUnknown   = "The plan deletes a linked account and adopts one that is not known yet"
)

// A replacement that would adopt the account which it deletes is refused, whatever
// causes it.
func TestAccountHolders_replacement(t *testing.T) {
	t.Parallel()

	for _, lifecycle := range []string{
		"replace_triggered_by = [terraform_data.trigger]",
		"replace_triggered_by  = [terraform_data.trigger]\n    create_before_destroy = true",
	} {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, triggered+deleting("acme", id, "lifecycle {", "  "+lifecycle, "}"))
		a.apply()
		a.refuses(h, id, adoptsWhatItDeletes, "-var", "step=2")
		a.refuses(h, id, adoptsWhatItDeletes, "-replace=stackone_account.acme")
		a.plan("-detailed-exitcode")

		// The ways out that the message names.
		a.write("main.tf", strings.Replace(a.read("main.tf"), `"delete"`, `"forget"`, 1))
		a.apply()
		says(t, a.apply("-var", "step=2"), "1 added, 1 changed, 1 destroyed")
		a.keeps(h, id)
	}
}

// A tainted object is replaced, and its account left alone.
func TestAccountHolders_taint(t *testing.T) {
	t.Parallel()

	for _, lifecycle := range []string{"", "lifecycle {\n    create_before_destroy = true\n  }"} {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, deleting("acme", id, lifecycle))
		a.apply()
		a.terraform("taint", "stackone_account.acme")

		out := a.apply()
		says(t, out, "Warning: The linked account is held already")
		says(t, out, "Warning: The linked account is not deleted")
		a.keeps(h, id)
		a.plan("-detailed-exitcode")

		// What the replacement was told does not outlive it.
		a.write("main.tf", "")
		says(t, a.apply(), "1 destroyed")

		if _, found := h.Account(id); found {
			t.Error("the account is still there")
		}
	}
}

// A resource that was renamed would be deleted under its old name and adopted under
// its new one.
func TestAccountHolders_rename(t *testing.T) {
	t.Parallel()

	for range 5 {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, deleting("old", id))
		a.apply()

		a.write("main.tf", deleting("new", id))
		a.refuses(h, id, alsoKept)

		a.write("main.tf", deleting("new", id)+"\nmoved {\n  from = stackone_account.old\n  to   = stackone_account.new\n}\n")
		a.apply()
		a.keeps(h, id)
	}
}

// So would one that was renamed and gets its account from what is not known yet, or
// another one that forgets its account for such a one.
func TestAccountHolders_unknown(t *testing.T) {
	t.Parallel()

	unknown := func(config, id string) string {
		return "\nresource \"terraform_data\" \"id\" {\n  input = \"" + id + "\"\n}\n" + strings.Replace(config, `"`+id+`"`, "terraform_data.id.output", 1)
	}
	forgetting := func(config string) string { return strings.Replace(config, `"delete"`, `"forget"`, 1) }

	for range 3 {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, deleting("old", id))
		a.apply()
		a.write("main.tf", unknown(deleting("new", id), id))
		a.refuses(h, id, alsoAdoptsUnknown)

		a.write("main.tf", forgetting(deleting("kept", id))+deleting("old", id))
		a.apply()
		a.write("main.tf", unknown(forgetting(deleting("kept", id)), id))

		// Where the refresh saw both in time, the account is left alone instead.
		if out, err := a.try("apply", "-auto-approve", "-no-color"); err != nil && !strings.Contains(out, "Error: "+alsoAdoptsUnknown) && !strings.Contains(out, "Error: "+alsoKept) {
			t.Errorf("%v\n%s", err, out)
		}

		a.keeps(h, id)
	}
}

// With count, the accounts move up when the first one goes.
func TestAccountHolders_shift(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	first, second := h.AddAccount(stackonetest.Account{ID: "first"}), h.AddAccount(stackonetest.Account{ID: "second"})

	config := func(ids string) string {
		return "\nlocals {\n  ids = " + ids + "\n}\n\nresource \"stackone_account\" \"acme\" {\n  count           = length(local.ids)\n  account_id      = local.ids[count.index]\n  deletion_policy = \"delete\"\n}\n"
	}

	a := h.attach(t, config(`["first", "second"]`))
	a.apply()
	a.write("main.tf", config(`["second"]`))
	a.refuses(h, second, alsoKept)
	a.keeps(h, first)
}

// What nobody else holds is deleted: a resource that is removed, and the old account
// of one that is replaced, also when a dependant has failed in between.
func TestAccountHolders_ordinary(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	first, second := h.AddAccount(stackonetest.Account{ID: "first"}), h.AddAccount(stackonetest.Account{ID: "second"})
	dependant := `
variable "fails" {
  default = false
}

resource "terraform_data" "dependant" {
  triggers_replace = stackone_account.acme.id

  lifecycle {
    create_before_destroy = true

    postcondition {
      condition     = !var.fails
      error_message = "The dependant fails."
    }
  }
}
`
	lifecycle := []string{"lifecycle {", "  create_before_destroy = true", "}"}
	a := h.attach(t, dependant+deleting("acme", first, lifecycle...))
	a.apply()

	a.write("main.tf", dependant+deleting("acme", second, lifecycle...))

	if out, err := a.try("apply", "-auto-approve", "-no-color", "-var", "fails=true"); err == nil || !strings.Contains(out, "The dependant fails.") {
		t.Errorf("%v\n%s", err, out)
	}

	a.keeps(h, first)
	says(t, a.apply(), "destroyed")

	if _, found := h.Account(first); found {
		t.Error("the replaced account is still there")
	}

	a.keeps(h, second)
	a.write("main.tf", "")
	says(t, a.apply(), "destroyed")

	if _, found := h.Account(second); found {
		t.Error("the removed account is still there")
	}
}

// depose gives the object of a state a deposed twin, as a replacement leaves it
// behind that was interrupted.
func (a *attached) depose() {
	a.t.Helper()

	var state map[string]any
	if err := json.Unmarshal([]byte(a.read("terraform.tfstate")), &state); err != nil {
		a.t.Fatal(err)
	}

	for _, raw := range state["resources"].([]any) { //nolint:forcetypeassert // A state of Terraform's own.
		resource := raw.(map[string]any) //nolint:forcetypeassert // See above.
		if resource["type"] != "stackone_account" {
			continue
		}

		instances := resource["instances"].([]any)           //nolint:forcetypeassert // See above.
		deposed := maps.Clone(instances[0].(map[string]any)) //nolint:forcetypeassert // See above.
		deposed["deposed"] = "0a1b2c3d"
		resource["instances"] = append(instances, deposed)
	}

	raw, err := json.Marshal(state)
	if err != nil {
		a.t.Fatal(err)
	}

	a.write("terraform.tfstate", string(raw))
}

// A deposed object that an older version of the provider has left behind holds the
// account of the current one. The plan either sees that in time, and the account is
// left alone, or it is refused, and the way out works.
func TestAccountHolders_deposed(t *testing.T) {
	t.Parallel()

	data := "\ndata \"stackone_accounts\" \"acme\" {\n}\n"

	for name, config := range map[string]string{
		"at once": deleting("acme", "one"),
		"later":   data + strings.Replace(deleting("acme", "one"), `"one"`, "one(data.stackone_accounts.acme.ids)", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for range 5 {
				h := newHarness(t)
				id := h.AddAccount(stackonetest.Account{ID: "one"})
				a := h.attach(t, config)
				a.apply()
				a.depose()

				out, err := a.try("apply", "-auto-approve", "-no-color")
				a.keeps(h, id)

				switch {
				case err == nil && strings.Contains(out, "Warning: The linked account is not deleted"):
				case err != nil && strings.Contains(out, "Error: "+alsoKept):
					a.terraform("state", "rm", "stackone_account.acme")
					a.apply()
				default:
					t.Errorf("%v\n%s", err, out)
				}

				a.keeps(h, id)
				a.plan("-detailed-exitcode")

				// The end of everything still deletes.
				a.terraform("destroy", "-auto-approve", "-no-color")

				if _, found := h.Account(id); found {
					t.Error("the account is still there")
				}
			}
		})
	}
}

// Of three resources that hold one account, two go, in one apply or without a
// refresh, after the state has kept that they share it: the account stays.
func TestAccountHolders_three(t *testing.T) {
	t.Parallel()

	for _, args := range [][]string{nil, nil, nil, nil, {"-refresh=false"}} {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, deleting("a", id)+deleting("b", id)+deleting("c", id))
		a.apply()
		a.apply("-refresh-only")
		a.write("main.tf", deleting("a", id))

		out, err := a.try(append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
		if err != nil && !strings.Contains(out, "Error: "+alsoKept) {
			t.Errorf("%v\n%s", err, out)
		}

		a.keeps(h, id)
	}
}

// A copy is noticed without a refresh as well: the plan says what it keeps.
func TestAccountHolders_withoutRefresh(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("a", id)+deleting("b", id))
	a.apply()
	a.write("main.tf", deleting("a", id))
	a.refuses(h, id, alsoKept, "-refresh=false")
}

// Two resources that hold one account: the apply says so, the removal of one of
// them does not delete it, and the end of the last one does.
//
// Terraform goes about the two in any order, so each order has to be safe.
func TestAccountHolders_twice(t *testing.T) {
	t.Parallel()

	for range 5 {
		testAccountDeletionTwice(t)
	}
}

func testAccountDeletionTwice(t *testing.T) {
	t.Helper()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("a", id, `label = "a"`)+deleting("b", id, `label = "b"`))
	says(t, a.apply(), "Warning: The linked account is adopted twice")

	a.write("main.tf", deleting("a", id))

	out, err := a.try("apply", "-auto-approve", "-no-color")
	a.keeps(h, id)

	if err == nil != strings.Contains(out, "Warning: The linked account is not deleted") || err != nil && !strings.Contains(out, "Error: "+alsoKept) {
		t.Errorf("%v\n%s", err, out)
	}

	// The way out that the messages name.
	a.write("main.tf", deleting("a", id)+strings.Replace(deleting("b", id), `"delete"`, `"forget"`, 1))
	a.apply()
	a.write("main.tf", deleting("a", id))
	a.apply()
	a.keeps(h, id)
	a.terraform("destroy", "-auto-approve", "-no-color")

	if _, found := h.Account(id); found {
		t.Error("the account is still there")
	}
}

// read reads a file of the configuration's folder.
func (a *attached) read(name string) string {
	a.t.Helper()

	raw, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}

	return string(raw)
}

// Whichever of two objects Terraform comes to first, a plan with which a second one
// adopts an account says so, once.
func TestAccountHolders_second(t *testing.T) {
	t.Parallel()

	const warning = "Warning: The linked account is held already"

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, adopting(id, ""))
	a.apply()

	a.write("main.tf", adopting(id, "")+strings.ReplaceAll(adopting(id, `label = "two"`), `"acme"`, `"other"`))

	for range 5 {
		if out := a.plan(); strings.Count(out, warning) != 1 {
			t.Fatalf("the warning is there %d times:\n%s", strings.Count(out, warning), out)
		}
	}

	if out := a.plan("-refresh=false"); strings.Count(out, warning) != 1 {
		t.Errorf("without a refresh, the warning is there %d times:\n%s", strings.Count(out, warning), out)
	}
}

// Of an account that is gone, nothing can be deleted or kept.
func TestAccountHolders_renameOfOneThatIsGone(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("old", id))
	a.apply()
	h.RemoveAccount(id)

	a.write("main.tf", deleting("new", id))

	for range 5 {
		out, err := a.try("plan", "-no-color")
		if strings.Contains(out, alsoKept) || strings.Contains(out, "held already") || !strings.Contains(out, "Remove") && !strings.Contains(out, "remove this resource") {
			t.Errorf("%v\n%s", err, out)
		}
	}

	a.write("main.tf", "")
	a.apply()

	if strings.Contains(a.state(), id) {
		t.Error("the account is still in the state")
	}
}

// The second plan of a replacement, of which Terraform shows no warning, does not
// take the warning from another resource.
func TestAccountHolders_secondBehindAReplacement(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, adopting(id))
	a.apply()

	other := strings.ReplaceAll(adopting(id, "depends_on = [stackone_account.acme]"), `"acme"`, `"other"`)
	a.write("main.tf", adopting(id)+other)

	if out := a.plan("-replace=stackone_account.acme"); strings.Count(out, "Warning: The linked account is held already") != 1 {
		t.Errorf("no or several warnings:\n%s", out)
	}

	a.write("main.tf", adopting(id))

	if out := a.plan("-replace=stackone_account.acme"); strings.Contains(out, "held already") {
		t.Errorf("it is held by what it replaces alone:\n%s", out)
	}
}

// An identifier that StackOne never had is an error for each resource that names it.
func TestAccountHolders_neverThere(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, adopting("nobody")+strings.ReplaceAll(adopting("nobody"), `"acme"`, `"other"`))

	out, err := a.try("plan", "-no-color", "-parallelism=1")
	if err == nil || strings.Count(out, "Error: Linked account not found") != 2 || strings.Contains(out, "again") {
		t.Errorf("%v\n%s", err, out)
	}
}
