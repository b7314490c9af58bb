package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const (
	inUse        = "Plan deletes an account in use"
	mayBeInUse   = "Plan may delete an adopted account"
	managedTwice = "Two resources manage one linked account"
)

// step is one request of Terraform about one object.
type step func() []*tfprotov6.Diagnostic

// steps returns an object's requests in a plan: its refresh, its plan and that of its
// replacement, if any. A nil configuration removes the object.
func (p *protocol) steps(state tftypes.Value, config map[string]any, replacement ...map[string]any) []step {
	private := p.refresh(state, nil).Private

	var planned []byte

	plan := func(prior tftypes.Value, config map[string]any) []*tfprotov6.Diagnostic {
		resp := p.tryPlan(prior, config, planned...)
		planned = resp.PlannedPrivate

		return resp.Diagnostics
	}
	steps := []step{
		func() []*tfprotov6.Diagnostic { return p.refresh(state, private).Diagnostics },
		func() []*tfprotov6.Diagnostic {
			planned = private
			return plan(state, config)
		},
	}

	for _, config := range replacement {
		steps = append(steps, func() []*tfprotov6.Diagnostic { return plan(p.null(), config) })
	}

	return steps
}

// minimal is how Terraform 1.17 plans a change with -minimal-refresh: before the refresh,
// without showing warnings, and again after it.
func minimal(steps []step) []step {
	first := slices.Clone(steps[1:])
	for i, do := range first {
		first[i] = func() []*tfprotov6.Diagnostic {
			return slices.DeleteFunc(do(), func(d *tfprotov6.Diagnostic) bool { return d.Severity != tfprotov6.DiagnosticSeverityError })
		}
	}

	return append(first, steps...)
}

func (p *protocol) creation(config map[string]any) step {
	return func() []*tfprotov6.Diagnostic { return p.tryPlan(p.null(), config).Diagnostics }
}

// orders returns every interleaving of the objects' steps.
func orders(objects ...[]step) [][]step {
	var out [][]step

	for i, object := range objects {
		if len(object) == 0 {
			continue
		}

		rest := append([][]step{}, objects...)
		rest[i] = object[1:]

		for _, order := range orders(rest...) {
			out = append(out, append([]step{object[0]}, order...))
		}
	}

	if out == nil {
		return [][]step{nil}
	}

	return out
}

func summaries(diags []*tfprotov6.Diagnostic) string {
	found := map[string]bool{}
	for _, d := range diags {
		found[d.Summary] = true
	}

	out := make([]string, 0, len(found))
	for summary := range maps.Keys(found) {
		out = append(out, summary)
	}

	return strings.Join(out, "; ")
}

func TestAccountClaims_everyOrder(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	one, two := h.AddAccount(stackonetest.Account{ID: "one"}), h.AddAccount(stackonetest.Account{ID: "two"})
	p := h.protocol(t, "stackone_account")

	config := func(id any, policy string) map[string]any {
		return map[string]any{"account_id": id, "deletion_policy": policy}
	}
	deletes, forgets := config(one, "delete"), config(one, "forget")
	other, unknown := config(two, "delete"), config(tftypes.UnknownValue, "delete")
	deleting, forgetting := p.apply(nil, deletes), p.apply(nil, forgets)
	imported := p.with(forgetting, "deletion_policy", nil)

	for name, c := range map[string]struct {
		objects [][]step
		want    string
	}{
		"stays":                             {[][]step{p.steps(deleting, deletes)}, ""},
		"is removed":                        {[][]step{p.steps(deleting, nil)}, ""},
		"is replaced by another account":    {[][]step{p.steps(deleting, other, other)}, ""},
		"is replaced by an unknown account": {[][]step{p.steps(deleting, unknown, unknown)}, mayBeInUse},
		"is replaced by -replace":           {[][]step{p.steps(deleting, deletes, deletes)}, inUse},
		"is replaced although it forgets":   {[][]step{p.steps(forgetting, forgets, forgets)}, ""},
		"is replaced beside a copy":         {[][]step{p.steps(forgetting, forgets, forgets), p.steps(forgetting, forgets)}, managedTwice},
		"is planned again, forgets":         {[][]step{minimal(p.steps(forgetting, forgets, forgets))}, ""},
		"is planned again":                  {[][]step{minimal(p.steps(deleting, other, other))}, ""},
		"is planned again, removed":         {[][]step{minimal(p.steps(deleting, other, other)), p.steps(deleting, nil)[1:]}, ""},
		"is planned again, kept":            {[][]step{minimal(p.steps(deleting, deletes)), p.steps(deleting, nil)[1:]}, inUse},
		"is tainted":                        {[][]step{{p.steps(deleting, nil)[0], p.creation(deletes)}}, inUse},
		"is tainted and forgets":            {[][]step{{p.steps(forgetting, nil)[0], p.creation(forgets)}}, ""},
		"a copy is removed":                 {[][]step{p.steps(deleting, nil), p.steps(deleting, deletes)}, inUse},
		"a copy that forgets is removed":    {[][]step{p.steps(forgetting, nil), p.steps(deleting, deletes)}, ""},
		"a copy of one that forgets":        {[][]step{p.steps(deleting, nil), p.steps(forgetting, forgets)}, inUse},
		"two copies are removed":            {[][]step{p.steps(deleting, nil), p.steps(deleting, nil)}, ""},
		"two of three copies are removed":   {[][]step{p.steps(deleting, nil), p.steps(deleting, nil), p.steps(deleting, deletes)}, inUse},
		"two copies stay":                   {[][]step{p.steps(deleting, deletes), p.steps(deleting, deletes)}, ""},
		"is renamed":                        {[][]step{p.steps(deleting, nil), {p.creation(deletes)}}, inUse},
		"is renamed and forgets":            {[][]step{p.steps(forgetting, nil), {p.creation(forgets)}}, ""},
		"is renamed to an unknown account":  {[][]step{p.steps(deleting, nil), {p.creation(unknown)}}, mayBeInUse},
		"stays beside an unknown account":   {[][]step{p.steps(deleting, deletes), {p.creation(unknown)}}, ""},
		"moves on to another's account":     {[][]step{p.steps(p.apply(nil, other), deletes, deletes), p.steps(deleting, nil)}, inUse},
		"gets a copy":                       {[][]step{p.steps(forgetting, forgets), {p.creation(forgets)}}, managedTwice},
		"gets a copy although it deletes":   {[][]step{p.steps(deleting, deletes), {p.creation(forgets)}}, inUse},
		"is imported":                       {[][]step{p.steps(imported, forgets)}, ""},
		"is imported a second time":         {[][]step{p.steps(deleting, deletes), p.steps(imported, forgets)}, managedTwice},
		"is imported twice":                 {[][]step{p.steps(imported, forgets), p.steps(imported, forgets)}, managedTwice},
	} {
		for i, order := range orders(c.objects...) {
			p.configure()

			if got := summaries(atOnce([][]step{order})); got != c.want {
				t.Errorf("%s, order %d: %q, want %q", name, i, got, c.want)
			}
		}

		// Requests about one object come one after the other.
		for range 50 * min(1, len(c.objects)-1) {
			p.configure()

			if got := summaries(atOnce(c.objects)); got != c.want {
				t.Errorf("%s, at once: %q, want %q", name, got, c.want)
			}
		}
	}
}

// "terraform test" since 1.16 may configure the provider once for all of its plans and applies.
func TestAccountClaims_severalRuns(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	p := h.protocol(t, "stackone_account")
	config := func(policy string) map[string]any {
		return map[string]any{"account_id": id, "deletion_policy": policy}
	}

	forgetting := p.apply(nil, config("forget"))
	object := p.refresh(forgetting, nil).Private
	deleting := p.with(forgetting, "deletion_policy", "delete")
	unknown := map[string]any{"account_id": tftypes.UnknownValue}

	p.configure()

	for i, run := range []step{
		p.creation(unknown),
		func() []*tfprotov6.Diagnostic { return p.tryPlan(forgetting, config("delete"), object...).Diagnostics },
		func() []*tfprotov6.Diagnostic { return p.tryPlan(deleting, config("forget"), object...).Diagnostics },
		func() []*tfprotov6.Diagnostic { return p.tryPlan(forgetting, nil, object...).Diagnostics },
		func() []*tfprotov6.Diagnostic { // at another address
			_, diags := p.tryApply(p.null(), config("forget"))
			return diags
		},
		func() []*tfprotov6.Diagnostic { return p.tryPlan(deleting, nil, object...).Diagnostics },
		func() []*tfprotov6.Diagnostic { return p.delete(deleting, object...) },
		p.creation(unknown),
	} {
		if got := summaries(run()); got != "" {
			t.Errorf("run %d: %q", i, got)
		}
	}
}

func TestAccountClaims_bothDeleted(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")

	for range 50 {
		p.configure()

		id := h.newAccount()
		state := p.apply(nil, map[string]any{"account_id": id, "deletion_policy": "delete"})

		p.configure()

		remove := []step{func() []*tfprotov6.Diagnostic { return p.delete(state) }}

		for _, phase := range [][][]step{{p.steps(state, nil), p.steps(state, nil)}, {remove, remove}} {
			if diags := atOnce(phase); len(diags) != 0 {
				t.Errorf("%v", texts(diags))
			}
		}

		if _, found := h.Account(id); found {
			t.Error("the account is still there")
		}
	}
}

func atOnce(objects [][]step) (diags []*tfprotov6.Diagnostic) {
	var (
		mu    sync.Mutex
		group sync.WaitGroup
	)

	for _, object := range objects {
		group.Go(func() {
			for _, do := range object {
				found := do()

				mu.Lock()

				diags = append(diags, found...)

				mu.Unlock()
			}
		})
	}

	group.Wait()

	return diags
}

// deleting is an account with deletion_policy = "delete".
func deleting(name, id string, lines ...string) string {
	return fmt.Sprintf("\nresource \"stackone_account\" %q {\n  account_id      = %q\n  deletion_policy = \"delete\"\n  %s\n}\n", name, id, strings.Join(lines, "\n  "))
}

func forgetting(name, id string, lines ...string) string {
	return strings.Replace(deleting(name, id, lines...), `"delete"`, `"forget"`, 1)
}

// refuses checks that an apply fails and the account survives.
func (a *attached) refuses(h *harness, id, summary string, args ...string) {
	a.t.Helper()

	out, err := a.try(append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
	if err == nil || !strings.Contains(out, "Error: "+summary) {
		a.t.Errorf("%v\n%s", err, out)
	}

	a.keeps(h, id)
}

func (a *attached) keeps(h *harness, id string) {
	a.t.Helper()

	if _, found := h.Account(id); !found {
		a.t.Errorf("the account %s was deleted", id)
	}
}

func (a *attached) deleted(h *harness, id string) {
	a.t.Helper()

	if _, found := h.Account(id); found {
		a.t.Errorf("the account %s is still there", id)
	}
}

func (a *attached) read(name string) string {
	a.t.Helper()

	raw, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}

	return string(raw)
}

// A replacement must not delete the account that it adopts.
func TestAccountClaims_replacement(t *testing.T) {
	t.Parallel()

	const trigger = "variable \"step\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"trigger\" {\n  input = var.step\n}\n"

	for _, lifecycle := range []string{
		"replace_triggered_by = [terraform_data.trigger]",
		"replace_triggered_by  = [terraform_data.trigger]\n    create_before_destroy = true",
	} {
		h := newHarness(t)
		id := h.newAccount()
		a := h.attach(t, trigger+deleting("acme", id, "lifecycle {", "  "+lifecycle, "}"))
		a.apply()
		a.refuses(h, id, inUse, "-var", "step=2")
		a.refuses(h, id, inUse, "-replace=stackone_account.acme")
		a.terraform("taint", "stackone_account.acme")
		a.refuses(h, id, inUse)
		a.terraform("untaint", "stackone_account.acme")
		a.plan("-detailed-exitcode")

		a.write("main.tf", strings.Replace(a.read("main.tf"), `"delete"`, `"forget"`, 1))
		a.apply()
		contains(t, a.apply("-var", "step=2"), "1 added, 1 changed, 1 destroyed")
		a.keeps(h, id)
	}
}

// A renamed resource is deleted at one address and adopted at another.
func TestAccountClaims_rename(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("old", id))
	a.apply()

	a.write("main.tf", deleting("new", id))
	a.refuses(h, id, inUse)

	if out, _ := a.try("plan", "-no-color"); !strings.Contains(out, "add a moved block") || strings.Contains(out, "untaint") {
		t.Errorf("a rename is refused with other advice:\n%s", out)
	}

	a.write("main.tf", "\nresource \"terraform_data\" \"id\" {\n  input = \""+id+"\"\n}\n"+strings.Replace(deleting("new", id), `"`+id+`"`, "terraform_data.id.output", 1))
	a.refuses(h, id, mayBeInUse)

	a.write("main.tf", deleting("new", id)+"\nmoved {\n  from = stackone_account.old\n  to   = stackone_account.new\n}\n")
	a.apply()
	a.keeps(h, id)

	// A deleted account cannot be deleted or kept.
	h.RemoveAccount(id)
	a.write("main.tf", deleting("newer", id))

	if out, _ := a.try("plan", "-no-color"); strings.Contains(out, inUse) {
		t.Errorf("the plan:\n%s", out)
	}
}

// If a tainted object's replacement adopts an unknown account, Terraform asks about the
// removal only at apply.
func TestAccountClaims_taintAndUnknown(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	config := "\nvariable \"step\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"id\" {\n  input            = \"" + id + "\"\n  triggers_replace = var.step\n}\n" + strings.Replace(deleting("acme", id), `"`+id+`"`, "terraform_data.id.output", 1)
	a := h.attach(t, config)
	a.apply()
	a.terraform("taint", "stackone_account.acme")
	a.refuses(h, id, mayBeInUse, "-var", "step=2")
}

// With count, accounts move to other addresses when the first one is removed.
func TestAccountClaims_shift(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	first, second := h.AddAccount(stackonetest.Account{ID: "first"}), h.AddAccount(stackonetest.Account{ID: "second"})

	config := func(ids string) string {
		return "\nlocals {\n  ids = " + ids + "\n}\n\nresource \"stackone_account\" \"acme\" {\n  count           = length(local.ids)\n  account_id      = local.ids[count.index]\n  deletion_policy = \"delete\"\n}\n"
	}

	a := h.attach(t, config(`["first", "second"]`))
	a.apply()
	a.write("main.tf", config(`["second"]`))
	a.refuses(h, second, inUse)

	if out, _ := a.try("plan", "-no-color"); !strings.Contains(out, "shifted by count") {
		t.Errorf("a shift is refused with other advice:\n%s", out)
	}

	a.keeps(h, first)
}

// An account without another claim is deleted, also if a dependant failed in between.
func TestAccountClaims_ordinary(t *testing.T) {
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
	contains(t, a.apply(), "destroyed")
	a.deleted(h, first)
	a.keeps(h, second)
	a.write("main.tf", "")
	contains(t, a.apply(), "destroyed")
	a.deleted(h, second)
}

// depose adds a deposed object to a state, as an interrupted replacement does.
func (a *attached) depose() {
	a.t.Helper()

	var state map[string]any
	if err := json.Unmarshal([]byte(a.read("terraform.tfstate")), &state); err != nil {
		a.t.Fatal(err)
	}

	for _, raw := range state["resources"].([]any) { //nolint:forcetypeassert // Terraform wrote the state.
		resource := raw.(map[string]any) //nolint:forcetypeassert // See above.
		if resource["type"] != "stackone_account" {
			continue
		}

		instances := resource["instances"].([]any)           //nolint:forcetypeassert // See above.
		deposed := maps.Clone(instances[0].(map[string]any)) //nolint:forcetypeassert // See above.
		deposed["deposed"] = "0a1b2c3d"
		delete(deposed, "private") // Each object has its own.

		resource["instances"] = append(instances, deposed)
	}

	raw, err := json.Marshal(state)
	if err != nil {
		a.t.Fatal(err)
	}

	a.write("terraform.tfstate", string(raw))
}

func TestAccountClaims_deposed(t *testing.T) {
	t.Parallel()

	data := "\ndata \"stackone_accounts\" \"acme\" {\n}\n"

	for name, config := range map[string]string{
		"at once": deleting("acme", "one"),
		"later":   data + strings.Replace(deleting("acme", "one"), `"one"`, "one(data.stackone_accounts.acme.ids)", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			id := h.AddAccount(stackonetest.Account{ID: "one"})
			a := h.attach(t, config)
			a.apply()
			a.depose()
			a.refuses(h, id, inUse)
			a.refuses(h, id, inUse, "-refresh=false")

			a.terraform("state", "rm", "stackone_account.acme")
			a.apply()
			a.keeps(h, id)
			a.plan("-detailed-exitcode")

			a.depose()
			a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false")
			a.deleted(h, id)
		})
	}
}

func TestAccountClaims_twice(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("a", id, `label = "a"`)+deleting("b", id, `label = "b"`))
	contains(t, a.apply(), "Warning: "+managedTwice)

	a.write("main.tf", deleting("a", id))
	a.refuses(h, id, inUse)
	a.refuses(h, id, inUse, "-refresh=false")

	a.write("main.tf", deleting("a", id)+forgetting("b", id))
	a.apply()
	a.write("main.tf", deleting("a", id))
	a.apply()
	a.keeps(h, id)

	a.write("main.tf", deleting("a", id)+forgetting("b", id)+forgetting("c", id))
	a.refuses(h, id, inUse)

	a.write("main.tf", forgetting("a", id))
	a.apply()
	a.write("main.tf", deleting("a", id)+deleting("b", id))
	contains(t, a.apply(), "Warning: "+managedTwice)
	a.terraform("destroy", "-auto-approve", "-no-color")
	a.deleted(h, id)
}

func TestAccountClaims_second(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, forgetting("acme", id))
	a.apply()

	if out := a.plan("-replace=stackone_account.acme"); strings.Contains(out, managedTwice) {
		t.Errorf("there is only one resource:\n%s", out)
	}

	a.write("main.tf", forgetting("acme", id)+forgetting("other", id))

	for _, args := range [][]string{nil, {"-refresh=false"}, {"-replace=stackone_account.acme"}} {
		if out := a.plan(args...); strings.Count(out, "Warning: "+managedTwice) != 1 {
			t.Errorf("%v: no or several warnings:\n%s", args, out)
		}
	}
}

func TestAccountClaims_neverThere(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, forgetting("acme", "nobody")+forgetting("other", "nobody"))

	out, err := a.try("plan", "-no-color")
	if err == nil || strings.Count(out, "Error: Linked account not found") != 2 || strings.Contains(out, "again") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAccountClaims_importedAgain(t *testing.T) {
	t.Parallel()
	needs(t, "1.5.0", "1.6.0")

	for _, policy := range []string{"delete", "forget"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			id := h.newAccount()
			first := strings.Replace(deleting("acme", id, `label = "a"`), `"delete"`, `"`+policy+`"`, 1)
			a := h.attach(t, first)
			a.apply()

			a.write("main.tf", first+forgetting("other", id, `label = "b"`)+"\nimport {\n  to = stackone_account.other\n  id = \""+id+"\"\n}\n")

			if out := a.plan(); strings.Count(out, "Warning: "+managedTwice) != 1 {
				t.Errorf("import block: no or several warnings:\n%s", out)
			}

			a.write("main.tf", first+forgetting("other", id, `label = "b"`))
			a.terraform("import", "-no-color", "stackone_account.other", id)

			for _, args := range [][]string{nil, {"-refresh=false"}} {
				if out := a.plan(args...); strings.Count(out, "Warning: "+managedTwice) != 1 {
					t.Errorf("import command, %v: no or several warnings:\n%s", args, out)
				}
			}
		})
	}
}
