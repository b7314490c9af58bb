package provider

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// claims is what one object does with a linked account in the state or the plan.
type claims uint8

const (
	// owned: the state has deletion_policy = "delete", so destroying or replacing the
	// object deletes the account.
	owned claims = 1 << iota
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
)

// accountClaims records the claims on each account in one plan or apply. Terraform plans
// objects in any order, so each new claim is checked against all earlier ones. The claims end
// with the configured provider, which Terraform replaces for each plan and apply.
type accountClaims struct {
	mu sync.Mutex
	// byID maps an account to the claims of each object.
	byID map[string]map[string]claims
	// deleting are the objects that delete an account, unknown those that adopt one whose
	// identifier is unknown, and so may be the same.
	deleting, unknown map[string]bool
}

func newAccountClaims() *accountClaims {
	return &accountClaims{byID: map[string]map[string]claims{}, deleting: map[string]bool{}, unknown: map[string]bool{}}
}

// add records what an object does with an account, in place of what it did before: Terraform
// may plan an object several times. Objects that are not in the state have no name; an empty
// id is unknown. add returns an error if the plan deletes an account that it also keeps or
// adopts, and a warning if a second object would manage it.
func (c *accountClaims) add(id, object string, now claims) diag.Diagnostics {
	c.mu.Lock()
	defer c.mu.Unlock()

	if object == "" {
		object = rand.Text()
	}

	if id == "" && now&adopted == 0 {
		return nil
	}

	if id == "" {
		if c.unknown[object] = true; len(c.deleting) > 0 {
			return diag.Diagnostics{unknownConflict()}
		}

		return nil
	}

	objects := c.of(id)

	switch {
	case now&deleted > 0:
		c.deleting[object] = true
	case now&kept > 0:
		c.drop(object)
	case now == created:
		// The plan has ended. "terraform test" since 1.16 plans again with the same provider.
		maps.DeleteFunc(objects, func(_ string, claims claims) bool { return claims&adopted > 0 })
		clear(c.unknown)
	}

	// A replacement's object owns what the replaced one did.
	if now&adopted > 0 {
		now |= objects[object] & owned
	}

	objects[object] = now

	switch deletions, adoptions := count(objects, deleted), count(objects, adopted); {
	case adoptions > 0 && deletions >= max(1, count(objects, owned)) && count(objects, kept|replacing) == 0:
		return diag.Diagnostics{accountRenamed(id)}
	case adoptions > 0 && count(objects, owned|deleted) > 0, count(objects, kept|created) > 0 && deletions > 0:
		return diag.Diagnostics{accountConflict(id)}
	case len(c.unknown) > 0 && deletions > 0:
		return diag.Diagnostics{unknownConflict()}
	case adoptions > 0 && count(objects, kept|replacing) > 0 && count(objects, kept|adopted) > 1, count(objects, imported) > 0 && count(objects, kept) > 1, count(objects, created) > 1:
		return diag.Diagnostics{accountManagedTwice(id)}
	}

	return nil
}

// count returns the number of objects with one of the given claims.
func count(objects map[string]claims, given claims) (n int) {
	for _, claims := range objects {
		if claims&given > 0 {
			n++
		}
	}

	return n
}

// note adds a claim of the refresh to those of an object. It returns an error if the object
// has no plan yet, owns the account, and another one adopts it: a tainted object gets none.
func (c *accountClaims) note(id, object string, found claims) diag.Diagnostics {
	c.mu.Lock()
	defer c.mu.Unlock()

	objects := c.of(id)
	objects[object] |= found

	if objects[object] == owned && count(objects, adopted) > 0 {
		return diag.Diagnostics{accountConflict(id)}
	}

	return nil
}

// end drops the claims of an object that is destroyed, and reports whether another one keeps
// or has adopted the account. Pulumi deletes objects without planning it.
func (c *accountClaims) end(id, object string) (inUse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()

	delete(c.of(id), object)
	c.drop(object)

	return count(c.of(id), kept|adopted|created) > 0
}

// isGone reports whether a refresh did not find the account.
func (c *accountClaims) isGone(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	return count(c.of(id), gone) > 0
}

func (c *accountClaims) of(id string) map[string]claims {
	if c.byID[id] == nil {
		c.byID[id] = map[string]claims{}
	}

	return c.byID[id]
}

func (c *accountClaims) drop(object string) {
	delete(c.deleting, object)
	delete(c.unknown, object)
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
			"  - Renamed resource: add a moved block instead of a removed block.\n"+
			"  - -replace or replace_triggered_by: remove it.\n"+
			"  - Two resources for one account: set deletion_policy = \"forget\" on the one to remove, apply, then remove it.\n"+
			"  - Instances shifted by count: use for_each with the account identifiers as keys.\n"+
			"  - Accounts exchanged between resources: apply deletion_policy = \"forget\" first.\n"+
			"  - Pulumi: give a renamed resource an alias, or run pulumi state delete for the removed one.\n\n"+
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

// accountLists records the lists of accounts that a plan has read. Pages shift when an
// account disappears during the listing, so a list can lack an existing account, and a
// for_each over it would delete that account. Terraform evaluates for_each before it plans
// the instances, so the list is recorded by then.
type accountLists struct {
	mu    sync.Mutex
	lists []accountList
}

// accountList is a complete list with sorted identifiers.
type accountList struct {
	filter stackone.AccountFilter
	ids    []string
}

func (l *accountLists) record(list accountList) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.lists = append(l.lists, list)
}

// reset forgets the lists after a plan: "terraform test" may plan again with this provider.
func (l *accountLists) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.lists = nil
}

// lack reports whether a list that should contain the account does not.
func (l *accountLists) lack(account *accountModel) bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return slices.ContainsFunc(l.lists, func(list accountList) bool {
		_, found := slices.BinarySearch(list.ids, account.ID.ValueString())

		return !found && list.filter.Matches(stackone.Account{
			ID: account.ID.ValueString(), OriginOwnerID: account.OriginOwnerID.ValueStringPointer(),
			Provider: account.ProviderKey.ValueStringPointer(), Status: account.Status.ValueStringPointer(),
		})
	})
}
