package provider_test

import (
	"strings"
	"testing"
)

// Claims of the pages that no example shows.

// The policy in the state counts. An import block stores the configured one, an import on the
// command line none.
func TestPageClaims_destroyAfterImport(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		commands []string
		block    bool
		deleted  bool
	}{
		"at once":        {commands: []string{"import -no-color stackone_account.acme 45355976281015164504"}},
		"after an apply": {commands: []string{"import -no-color stackone_account.acme 45355976281015164504", "apply -auto-approve"}, deleted: true},
		"by a block":     {commands: []string{"apply -auto-approve"}, block: true, deleted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			id := h.newAccount()
			a := h.attach(t, deleting("acme", id))

			if test.block {
				needs(t, "1.5.0", "1.6.0")
				a.write("import.tf", example(t, "resources/stackone_account/import-by-string-id.tf"))
			}

			for _, command := range test.commands {
				a.terraform(strings.Fields(command)...)
			}

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
	id := h.newAccount()
	a := h.attach(t, "data \"stackone_account\" \"acme\" {\n  id = \""+id+"\"\n}\n\nresource \"terraform_data\" \"other\" {\n  input = data.stackone_account.acme.label\n}\n")
	a.apply()
	h.RemoveAccount(id)

	for _, command := range []string{"apply", "destroy"} {
		contains(t, oneLine(a.fails("Error: Linked account not found", command, "-auto-approve")), "terraform destroy -refresh=false")
	}

	contains(t, a.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false"), "1 destroyed")
}

// "terraform test" without a provider block in the file deletes an account that several runs
// keep.
func TestPageClaims_terraformTest(t *testing.T) {
	t.Parallel()
	needs(t, "1.6.0", "1.6.0")

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("acme", id))
	a.write("main.tftest.hcl", "run \"adopts\" {}\n\nrun \"keeps\" {}\n\nrun \"plans\" {\n  command = plan\n}\n")

	contains(t, a.terraform("test", "-no-color"), "3 passed, 0 failed")
	a.deleted(h, id)
}

// The advice for import blocks works with and without the defect of Terraform.
func TestPageClaims_namedImports(t *testing.T) {
	t.Parallel()
	needs(t, "1.5.0", "1.6.0")

	h := newHarness(t)
	h.newAccount()

	a := h.attach(t, example(t, "resources/stackone_account/import-by-string-id.tf"))
	if out, err := a.tryWithNamedImports("plan", "-no-color", "-generate-config-out=generated.tf"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	contains(t, a.apply(), "1 imported, 0 added, 0 changed")
}
