package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
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
	planDeletes  = "Removal deletes the linked account"
	staysBehind  = "The linked account stays at StackOne"
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

// orders returns every interleaving of the objects' steps, each as the steps of one object.
func orders(objects ...[]step) (out [][][]step) {
	for i, object := range objects {
		if len(object) == 0 {
			continue
		}

		rest := slices.Clone(objects)
		rest[i] = object[1:]

		for _, order := range orders(rest...) {
			out = append(out, [][]step{append([]step{object[0]}, order[0]...)})
		}
	}

	if out == nil {
		return [][][]step{{nil}}
	}

	return out
}

// summaries leaves out the warnings of planned removals.
func summaries(diags []*tfprotov6.Diagnostic) string {
	found := map[string]bool{}
	for _, d := range diags {
		found[d.Summary] = d.Summary != planDeletes && d.Summary != staysBehind
	}

	maps.DeleteFunc(found, func(_ string, counts bool) bool { return !counts })

	return strings.Join(slices.Sorted(maps.Keys(found)), "; ")
}

func TestAccountClaims_everyOrder(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	one, two := h.AddAccount(stackonetest.Account{ID: "one"}), h.AddAccount(stackonetest.Account{ID: "two"})
	p := h.protocol(t, "stackone_account")

	config := func(id any, policy string) map[string]any {
		return ofAccount(id, map[string]any{"deletion_policy": policy})
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
		"is replaced beside a new copy":     {[][]step{p.steps(forgetting, forgets, forgets), {p.creation(forgets)}}, managedTwice},
		"is replaced beside a copy":         {[][]step{p.steps(forgetting, forgets, forgets), p.steps(forgetting, forgets)}, managedTwice},
		"is planned again, forgets":         {[][]step{minimal(p.steps(forgetting, forgets, forgets))}, ""},
		"is planned again":                  {[][]step{minimal(p.steps(deleting, other, other))}, ""},
		"is planned again, removed":         {[][]step{minimal(p.steps(deleting, other, other)), p.steps(deleting, nil)[1:]}, ""},
		"is planned again, kept":            {[][]step{minimal(p.steps(deleting, deletes)), p.steps(deleting, nil)[1:]}, inUse},
		"is tainted":                        {[][]step{{p.steps(deleting, nil)[0], p.creation(deletes)}}, inUse},
		"is tainted, and moves":             {[][]step{{p.steps(deleting, nil)[0], p.creation(other)}, {p.creation(deletes)}}, inUse},
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
		plans := orders(c.objects...)
		if len(c.objects) > 1 {
			plans = append(plans, slices.Repeat([][][]step{c.objects}, 50)...)
		}

		for i, plan := range plans {
			p.configure()

			if got := summaries(atOnce(plan)); got != c.want {
				t.Errorf("%s, plan %d: %q, want %q", name, i, got, c.want)
			}
		}
	}
}

// "terraform test" since 1.16 may configure the provider once for all of its plans and applies.
func TestAccountClaims_severalRuns(t *testing.T) {
	t.Parallel()

	h, p, id := oneAccount(t)
	unknown := p.creation(ofAccount(tftypes.UnknownValue, nil))
	config := func(policy string) map[string]any { return ofAccount(id, map[string]any{"deletion_policy": policy}) }
	created := p.change(p.null(), config("forget"))
	forgetting, object := p.unpack(created.NewState), created.Private
	deleting := p.with(forgetting, "deletion_policy", "delete")
	planned := func(state tftypes.Value, config map[string]any) step {
		return func() []*tfprotov6.Diagnostic { return p.tryPlan(state, config, object...).Diagnostics }
	}

	h.respondWith("id", "another") // so that the list lacks the account
	p.readAccounts(nil)
	h.EditAccountResponses(nil)

	for i, run := range []step{
		unknown, planned(forgetting, config("delete")), planned(deleting, config("forget")), func() []*tfprotov6.Diagnostic { return planned(forgetting, nil)()[1:] },
		func() []*tfprotov6.Diagnostic { // at another address
			created := p.change(p.null(), config("forget"))
			object = created.Private

			return created.Diagnostics
		},
		func() []*tfprotov6.Diagnostic { return planned(deleting, nil)()[1:] }, func() []*tfprotov6.Diagnostic { return p.delete(deleting, object...) }, unknown,
	} {
		p.expect(i, run())
	}
}

// A plan names five accounts that it deletes.
func TestAccountClaims_plannedDeletions(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")

	states := make([]tftypes.Value, 8)
	for i := range states {
		id := h.AddAccount(stackonetest.Account{ID: fmt.Sprint("account-", i)})
		states[i] = p.apply(nil, map[string]any{"account_id": id, "deletion_policy": "delete"})
	}

	p.configure()

	forgetting := p.with(states[0], "deletion_policy", "forget")
	forgotten := p.tryPlan(forgetting, nil)
	p.expect("forgotten", forgotten.Diagnostics, staysBehind)
	p.expect("forgotten, as planned", p.delete(forgetting, forgotten.PlannedPrivate...))
	p.expect("replaced", p.tryPlan(states[1], map[string]any{"account_id": h.AddAccount(stackonetest.Account{})}).Diagnostics, planDeletes)

	for i := 2; i < 6; i++ {
		p.expect(i, p.tryPlan(states[i], nil).Diagnostics, fmt.Sprintf("WARNING %s: Removing or replacing the resource deletes the linked account \"account-%d\" at StackOne", planDeletes, i))
	}

	p.expect("the sixth", p.tryPlan(states[6], nil).Diagnostics, "WARNING Removals delete more linked accounts")
	p.expect("the seventh", p.tryPlan(states[7], nil).Diagnostics)
}

// Pulumi deletes without planning it, and without private state.
func TestAccountClaims_unplannedDeletion(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	for name, test := range map[string]struct {
		before  func(p *protocol, state tftypes.Value, config map[string]any)
		refused bool
	}{
		"nothing else":       {func(*protocol, tftypes.Value, map[string]any) {}, false},
		"another is kept":    {func(p *protocol, state tftypes.Value, config map[string]any) { p.plan(state, config) }, true},
		"another is created": {func(p *protocol, _ tftypes.Value, config map[string]any) { p.apply(nil, config) }, true},
		"another is planned": {func(p *protocol, _ tftypes.Value, config map[string]any) { p.plan(p.null(), config) }, true},
		"it moves to another account": {func(p *protocol, state tftypes.Value, _ map[string]any) {
			p.plan(state, map[string]any{"account_id": h.AddAccount(stackonetest.Account{}), "deletion_policy": "delete"})
		}, false},
	} {
		p := h.protocol(t, "stackone_account")
		id := h.newAccount()
		config := map[string]any{"account_id": id, "deletion_policy": "delete"}
		state := p.apply(nil, config)

		p.configure()
		test.before(p, state, config)

		diags := p.delete(state)
		if _, found := h.Account(id); found != test.refused {
			t.Errorf("%s: the account is there: %t, %q", name, found, texts(diags))
		}

		if test.refused {
			p.expect(name, diags, inUse)
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
			if got := summaries(atOnce(phase)); got != "" {
				t.Errorf("both are deleted: %s", got)
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

// depose adds a deposed object to a state, as an interrupted replacement does. Each object has its
// own private data.
func (a *attached) depose() {
	a.t.Helper()

	state := a.state()
	current := regexp.MustCompile(`(?s)"type": "stackone_account",.*?"instances": \[\s*(\{.*?\n        \})`).FindStringSubmatch(state)[1]
	deposed := regexp.MustCompile(`,\s*"private": "[^"]*"`).ReplaceAllString(current, `, "deposed": "0a1b2c3d"`)

	a.write("terraform.tfstate", strings.Replace(state, current, current+", "+deposed, 1))
}

// terraformStep runs commands of Terraform, joined by " && ", with a new configuration unless it
// is "". Each command must fail if it wants an error, report no other one, and delete no account
// that it does not want "deleted". Three pseudo commands are changes from elsewhere: "depose" edits
// the state, "lose" deletes account one, and "miss" hides an account from one request.
type terraformStep struct {
	config, commands string
	want             []string
}

func then(config, commands string, want ...string) terraformStep {
	return terraformStep{config, commands, want}
}

// learned makes account_id known only after apply, in the first apply and with step=2.
func learned(config string) string {
	return "variable \"step\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"id\" {\n  input            = \"one\"\n  triggers_replace = var.step\n}\n" +
		strings.Replace(config, `"one"`, "terraform_data.id.output", 1)
}

func TestAccountClaims_terraform(t *testing.T) {
	t.Parallel()

	const (
		refused, mayRefuse, warned = "Error: " + inUse, "Error: " + mayBeInUse, "Warning: " + managedTwice

		trigger   = "variable \"step\" {\n  default = 1\n}\n\nresource \"terraform_data\" \"trigger\" {\n  input = var.step\n}\n"
		dependant = "variable \"fails\" {\n  default = false\n}\n\nresource \"terraform_data\" \"dependant\" {\n  triggers_replace = stackone_account.acme.id\n\n" +
			"  lifecycle {\n    create_before_destroy = true\n\n    postcondition {\n      condition     = !var.fails\n      error_message = \"The dependant fails.\"\n    }\n  }\n}\n"
	)

	triggered := func(lifecycle string) []terraformStep {
		lines := []string{"lifecycle {", "  replace_triggered_by = [terraform_data.trigger]", lifecycle, "}"}

		return []terraformStep{
			then(trigger+deleting("acme", "one", lines...), "apply"),
			then("", "apply -var step=2 && apply -replace=stackone_account.acme", refused),
			then("", "taint stackone_account.acme"),
			then("", "apply", refused),
			then("", "untaint stackone_account.acme && plan -detailed-exitcode"),
			then(trigger+forgetting("acme", "one", lines...), "apply"),
			then("", "apply -var step=2", "1 added, 1 changed, 1 destroyed"),
		}
	}
	deposed := func(config string) []terraformStep {
		return []terraformStep{
			then(config, "apply && depose"),
			then("", "apply && apply -refresh=false", refused),
			then("", "state rm stackone_account.acme && apply && plan -detailed-exitcode && depose"),
			then("", "destroy -refresh=false", "deleted one"),
		}
	}
	importedAgain := func(first string) []terraformStep {
		both := first + forgetting("other", "one", `label = "b"`)

		return []terraformStep{
			then(first, "apply"),
			then(both+"\nimport {\n  to = stackone_account.other\n  id = \"one\"\n}\n", "plan", warned),
			then(both, "import stackone_account.other one"),
			then("", "plan && plan -refresh=false", warned),
		}
	}
	counted := func(ids string) string {
		return "locals {\n  ids = " + ids + "\n}\n" + strings.Replace(deleting("acme", "one", "count = length(local.ids)"), `"one"`, "local.ids[count.index]", 1)
	}
	createFirst := []string{"lifecycle {", "  create_before_destroy = true", "}"}
	found := "data \"stackone_accounts\" \"acme\" {\n  account_ids = [\"one\"]\n}\n" + strings.Replace(deleting("acme", "one"), `"one"`, "one(data.stackone_accounts.acme.ids)", 1)
	labelled := "variable \"label\" {\n  default = \"old\"\n}\n" + deleting("gone", "one", "label = var.label") + deleting("present", "two", "label = var.label")

	for name, steps := range map[string][]terraformStep{
		"replaced":                triggered(""),
		"replaced, created first": triggered("  create_before_destroy = true"),
		"deposed":                 deposed(deleting("acme", "one")),
		"deposed, planned later":  deposed(found),
		"imported again":          importedAgain(deleting("acme", "one", `label = "a"`)),
		"imported again, forgets": importedAgain(forgetting("acme", "one", `label = "a"`)),
		"renamed": {
			then(deleting("old", "one"), "apply"),
			then(deleting("new", "one"), "apply", refused, "add a moved block"),
			then(learned(deleting("new", "one")), "apply", mayRefuse),
			then(deleting("new", "one")+"\nmoved {\n  from = stackone_account.old\n  to   = stackone_account.new\n}\n", "apply"),
		},
		// Terraform plans a tainted object without its state. Without a refresh, or if the account_id
		// is unknown, the account it owns shows only at apply.
		"tainted, replaced by an unknown account": {
			then(learned(deleting("acme", "one")), "apply && taint stackone_account.acme"),
			then("", "apply -var step=2", refused),
			then("", "untaint stackone_account.acme && plan -detailed-exitcode"),
			then("", "destroy -refresh=false", "deleted one"),
		},
		"tainted, created first, replaced by an unknown account": {
			then(learned(deleting("acme", "one", createFirst...)), "apply && taint stackone_account.acme"),
			then("", "apply -var step=2", refused),
		},
		"tainted, not refreshed": {
			then(deleting("acme", "one"), "apply && taint stackone_account.acme"),
			then("", "apply -refresh=false", refused),
			then("", "untaint stackone_account.acme && apply && taint stackone_account.acme"),
			then("", "apply -refresh=false", refused),
			then("", "destroy -refresh=false", "deleted one"),
		},
		"tainted, not refreshed, then removed": {
			then(deleting("acme", "one"), "apply && taint stackone_account.acme"),
			then("", "apply -refresh=false", refused),
			then("", "untaint stackone_account.acme"),
			then("\n", "apply", "deleted one"),
		},
		"tainted, created first, not refreshed": {
			then(deleting("acme", "one", createFirst...), "apply && taint stackone_account.acme"),
			then("", "apply -refresh=false", refused),
		},
		"tainted, moved": {
			then(forgetting("other", "one")+deleting("acme", "one"), "apply", warned),
			then("", "taint stackone_account.acme"),
			then(forgetting("other", "one")+deleting("acme", "two"), "apply", refused),
			then("", "untaint stackone_account.acme"),
			then("", "apply", refused),
			then(deleting("acme", "two"), "apply", "deleted one"),
		},
		"tainted, created first, moved": {
			then(deleting("acme", "one", createFirst...), "apply && taint stackone_account.acme"),
			then(deleting("acme", "two", createFirst...), "apply", "deleted one"),
			then("\n", "apply", "destroyed", "deleted two"),
		},
		"replaced by an unknown account": {
			then(learned(deleting("acme", "one", createFirst...)), "apply"),
			then("", "apply -var step=2", mayRefuse),
			then(learned(forgetting("acme", "one", createFirst...)), "apply"),
			then("", "apply -var step=2", "2 destroyed"),
			then("", "plan -detailed-exitcode -var step=2"),
		},
		// With count, accounts move to other addresses when the first one is removed.
		"shifted": {
			then(counted(`["one", "two"]`), "apply"),
			then(counted(`["two"]`), "apply", refused, "shifted by count"),
		},
		// An account without another claim is deleted, also if a dependant failed in between.
		"ordinary": {
			then(dependant+deleting("acme", "one", createFirst...), "apply"),
			then(dependant+deleting("acme", "two", createFirst...), "apply -var fails=true", "Error: Resource postcondition failed"),
			then("", "apply", "destroyed", "deleted one"),
			then("\n", "apply", "destroyed", "deleted two"),
		},
		"managed twice": {
			then(deleting("a", "one", `label = "a"`)+deleting("b", "one", `label = "b"`), "apply", warned),
			then(deleting("a", "one"), "apply && apply -refresh=false", refused),
			then(deleting("a", "one")+forgetting("b", "one"), "apply"),
			then(deleting("a", "one"), "apply"),
			then(deleting("a", "one")+forgetting("b", "one")+forgetting("c", "one"), "apply", refused),
			then(forgetting("a", "one"), "apply"),
			then(deleting("a", "one")+deleting("b", "one"), "apply", warned),
			then("", "destroy", "deleted one"),
		},
		"a second one is planned": {
			then(forgetting("acme", "one"), "apply && plan -replace=stackone_account.acme"),
			then(forgetting("acme", "one")+forgetting("other", "one"), "plan && plan -refresh=false && plan -replace=stackone_account.acme", warned),
		},
		// Terraform plans a replacement twice, and shows warnings only of the first plan.
		"replaced by another's account": {
			then(forgetting("acme", "one")+forgetting("other", "two"), "apply"),
			then(forgetting("acme", "two")+forgetting("other", "two"), "plan && plan && plan", warned),
		},
		// The policy in the state counts, also if the change that removes the resource adds another.
		"forgotten": {
			then(forgetting("acme", "one"), "apply"),
			then("\n", "apply", "Warning: The linked account stays at StackOne", "1 destroyed"),
		},
		// A temporary 404 in the refresh does not make a destroy forget the account.
		"missed once": {
			then(deleting("acme", "one"), "apply && miss"),
			then("", "destroy", "deleted one"),
		},
		"lost before a destroy": {
			then(labelled, "apply && lose"),
			then("", "destroy", "Resources: 1 destroyed", "deleted two"),
		},
		// Terraform forgets the lost account in the apply, so the identifier may be wrong.
		"lost before a change": {
			then(labelled, "apply && lose"),
			then("", "plan", "Warning: The linked account is gone", `The linked account "one" is gone`, "Warning: Linked account cannot be adopted again"),
			then("", "apply -var label=new && plan -var label=new", "Error: Linked account not found", "-refresh=false"),
			then("", "state show stackone_account.present", `label = "new"`),
			then("", "destroy -refresh=false", "Resources: 1 destroyed", "deleted two"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if strings.HasPrefix(name, "imported") {
				needs(t, "1.5.0", "1.6.0")
			}

			h := newHarness(t)
			left := map[string]bool{h.AddAccount(stackonetest.Account{ID: "one"}): true, h.AddAccount(stackonetest.Account{ID: "two"}): true}
			a := h.attach(t, "")

			for _, step := range steps {
				if step.config != "" {
					a.write("main.tf", step.config)
				}

				for command := range strings.SplitSeq(step.commands, " && ") {
					a.take(h, command, step.want, left)
				}
			}
		})
	}
}

// take runs a command, after which the accounts that are left must exist.
func (a *attached) take(h *harness, command string, wants []string, left map[string]bool) {
	a.t.Helper()

	args := append(strings.Fields(command), "-no-color")

	switch args[0] {
	case "depose":
		a.depose()
		return
	case "lose":
		h.RemoveAccount("one")

		left["one"] = false

		return
	case "miss":
		h.Script(notFound(http.StatusNotFound))
		return
	case "apply", "destroy":
		args = append(args, "-auto-approve")
	}

	out, err := a.try(args...)
	failure, warnings := "", 0

	for _, want := range wants {
		if id, ok := strings.CutPrefix(want, "deleted "); ok {
			left[id] = false
			continue
		}

		contains(a.t, oneLine(out), want)

		if strings.HasPrefix(want, "Error: ") {
			failure = want
		}

		warnings += strings.Count(want, managedTwice)
	}

	if (err != nil) != (failure != "") || strings.Contains(strings.ReplaceAll(out, failure, ""), "Error: ") || strings.Count(out, "Warning: "+managedTwice) != warnings {
		a.t.Fatalf("%s: %v, want %q\n%s", command, err, wants, out)
	}

	for id, want := range left {
		if _, found := h.Account(id); found != want {
			a.t.Errorf("%s: account %s exists: %t", command, id, found)
		}
	}
}
