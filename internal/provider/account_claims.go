package provider

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// claim is one object's use of a linked account in the state or the plan.
type claim int

const (
	// owned: the state has deletion_policy = "delete", so destroying or replacing the
	// object deletes the account.
	owned claim = iota
	// kept: the plan leaves the object in place.
	kept
	// imported: the object is kept, and new to the state.
	imported
	// adopted: the plan creates the object, possibly as a replacement.
	adopted
	// replacing: the adoption is part of a replacement.
	replacing
	// created: this apply has created the object.
	created
	// deleted: the plan removes the object and deletes the account.
	deleted
	// gone: a refresh removed the object because the API returned 404.
	gone
	// alive: a refresh found the account.
	alive

	claimKinds
)

// accountClaims records the claims on each account in one plan or apply. Terraform plans
// objects in any order and does not name them, so each new claim is checked against all
// earlier ones. The claims end with the configured provider, which Terraform replaces for
// each plan and apply.
type accountClaims struct {
	mu   sync.Mutex
	byID map[string]*[claimKinds]int
}

// unknownAccount is the key for accounts with unknown identifiers, and for all deletions of
// a plan, each of which may be of such an account.
const unknownAccount = ""

// add records claims of one object. It returns an error if the plan deletes an account that
// it also keeps or adopts, and a warning if a second object would manage it.
func (c *accountClaims) add(id string, claims ...claim) diag.Diagnostics {
	c.mu.Lock()
	defer c.mu.Unlock()

	count := c.of(id)
	for _, claim := range claims {
		count[claim]++
	}

	// The plan has ended. "terraform test" since 1.16 plans again with the same provider.
	if count[created] > 0 {
		count[adopted] = 0
	}

	if count[deleted] > 0 {
		c.of(unknownAccount)[deleted]++
	}

	switch unknown := c.of(unknownAccount); {
	case count[gone] > 0:
		return nil
	case count[adopted] > 0 && count[deleted] >= max(1, count[owned]) && count[kept]+count[replacing] == 0 && id != unknownAccount:
		return diag.Diagnostics{accountRenamed(id)}
	case count[adopted] > 0 && count[owned]+count[deleted] > 0 && id != unknownAccount, count[kept] > 0 && count[deleted] > 0:
		return diag.Diagnostics{accountConflict(id)}
	case unknown[adopted] > 0 && count[deleted] > 0:
		return diag.Diagnostics{unknownConflict()}
	case count[adopted] > 0 && count[kept] > 0, count[imported] > 0 && count[kept] > 1, count[created] > 1:
		return diag.Diagnostics{accountManagedTwice(id)}
	}

	return nil
}

// note records a claim without a check.
func (c *accountClaims) note(id string, claim claim) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.of(id)[claim]++
}

// has reports whether there is a claim of this kind on the account.
func (c *accountClaims) has(id string, claim claim) bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.of(id)[claim] > 0
}

// of returns the claims on an account. The mutex must be locked.
func (c *accountClaims) of(id string) *[claimKinds]int {
	if c.byID == nil {
		c.byID = map[string]*[claimKinds]int{}
	}

	if c.byID[id] == nil {
		c.byID[id] = new([claimKinds]int)
	}

	return c.byID[id]
}

// accountRenamed refuses to delete an account at one address and adopt it at another.
func accountRenamed(id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan deletes an account in use", fmt.Sprintf(
		"This plan would delete the linked account %q at StackOne and end the customer's connection: it removes a resource with deletion_policy = \"delete\" and adopts the same account at another address.\n\n"+
			"If you renamed or moved the resource, add a moved block:\n\n"+
			"  moved {\n    from = stackone_account.old_name\n    to   = stackone_account.new_name\n  }", id))
}

// accountConflict refuses to delete an account that the plan also keeps or adopts.
func accountConflict(id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan deletes an account in use", fmt.Sprintf(
		"This plan would delete the linked account %q at StackOne and end the customer's connection: it removes or replaces an object with deletion_policy = \"delete\", and keeps or adopts the same account elsewhere. Choose the case that applies:\n\n"+
			"  - Deposed object (a replacement was interrupted): run terraform state rm for the resource, then apply.\n"+
			"  - Tainted resource: run terraform untaint.\n"+
			"  - Renamed resource: add a moved block.\n"+
			"  - -replace or replace_triggered_by: remove it.\n"+
			"  - Two resources for one account: set deletion_policy = \"forget\" on the one to remove, apply, then remove it.\n"+
			"  - Instances shifted by count: use for_each with the account identifiers as keys.\n\n"+
			"To destroy everything in the state, run terraform destroy -refresh=false.", id))
}

// unknownConflict refuses to delete an account if an unknown one is adopted.
func unknownConflict() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Plan may delete an adopted account",
		"This plan removes or replaces an object with deletion_policy = \"delete\", and adopts a linked account whose account_id is known only after apply. If both are the same account, applying the plan would delete it at StackOne and end the customer's connection. Choose one:\n\n"+
			"  - Renamed resource: add a moved block.\n"+
			"  - Make account_id known when Terraform plans: write the identifier, or remove depends_on from the data source that finds it.\n"+
			"  - First apply what account_id depends on: terraform apply -target=…, or tofu apply -exclude=… for this resource.\n"+
			"  - First apply deletion_policy = \"forget\".")
}

// accountManagedTwice warns that a second object would manage an account.
func accountManagedTwice(id string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("account_id"), "Two resources manage one linked account", fmt.Sprintf(
		"Another resource in this configuration already manages the linked account %q. The two overwrite each other's values, so plans never become empty. Keep one of them.", id))
}
