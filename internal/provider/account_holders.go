package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// A deletion cannot be undone, and several objects of a state may hold one account:
// a resource that was renamed without a moved block, one that is replaced and adopts
// the same account anew, a copy, or a deposed object, which a replacement with
// create_before_destroy has left behind. The provider is not told which object is
// which, and plans them in any order. So each object that is planned leaves its
// mark here, and whoever comes second sees the first.

// accountHolders is what this plan or apply has seen of the objects that hold an
// account. Terraform plans and applies many at the same time, and configures the
// provider anew for each plan and each apply, but for "terraform test" from 1.16 on with
// a provider block in the test file.
type accountHolders struct {
	mu   sync.Mutex
	byID map[string]*accountHolder
	// deletes tells that the plan deletes an account, adoptsUnknown that it adopts one
	// that is not known yet, which may be the same.
	deletes, adoptsUnknown bool
}

type accountHolder struct {
	// read counts the objects of the state that a refresh reads, kept those that the
	// plan leaves in place, deleting those with which it deletes the account.
	read, kept, deleting int
	// adopting tells that the plan adopts the account anew, adopted that this run has
	// done so.
	adopting, adopted bool
	// gone tells that StackOne did not have the account, forgotten that a refresh has
	// therefore removed it from the state, told that the warning was given which the first
	// and the second of two holders would give alike.
	gone, forgotten, told bool
}

// conflicts reports whether the plan deletes the account with one object and keeps
// another one.
func (h *accountHolder) conflicts() bool {
	return h.kept > 0 && h.deleting > 0
}

// of calls do with what is known of an account.
func (h *accountHolders) of(id string, do func(*accountHolder)) {
	h.mu.Lock()
	defer h.mu.Unlock()

	if h.byID == nil {
		h.byID = map[string]*accountHolder{}
	}

	if h.byID[id] == nil {
		h.byID[id] = &accountHolder{}
	}

	do(h.byID[id])
}

// privateState is what Terraform keeps for the provider beside an object, from the
// refresh over the plan to the apply.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

const (
	// privateShared is true when other objects of the state held the account as this
	// one was read; absent where it was the only one.
	privateShared = "shared"
	// privateReplaces is there where the plan may replace the object, and is the account
	// that this would delete, "" for none; privateAdopts is the one that the replacement
	// adopts, "" for one that is not known yet.
	privateReplaces = "replaces"
	privateAdopts   = "adopts"
)

// setPrivate keeps a value; nil removes it.
func setPrivate(ctx context.Context, state privateState, key string, value any) diag.Diagnostics {
	if value == nil {
		return state.SetKey(ctx, key, nil)
	}

	// True or a text, which can always be encoded.
	raw, _ := json.Marshal(value)

	return state.SetKey(ctx, key, raw)
}

// getPrivate returns a value that was kept, and whether there is one.
func getPrivate[T any](ctx context.Context, state privateState, key string) (value T, found bool) {
	raw, _ := state.GetKey(ctx, key)
	return value, json.Unmarshal(raw, &value) == nil
}

// held warns once where the plan adopts an account that an object of the state holds.
func (h *accountHolder) held(id string) diag.Diagnostics {
	if h.told || h.gone || !h.adopting || h.read+h.kept == 0 {
		return nil
	}

	h.told = true

	return diag.Diagnostics{accountHeld(id)}
}

// noteRead counts an object of the state that is going to be read.
func (r *accountResource) noteRead(id string) {
	r.data.holders.of(id, func(h *accountHolder) { h.read++ })
}

// noteGone keeps that StackOne does not have an account, and whether an object has
// left the state for that.
func (r *accountResource) noteGone(id string, forgotten bool) {
	r.data.holders.of(id, func(h *accountHolder) { h.gone, h.forgotten = true, h.forgotten || forgotten })
}

// noteShared keeps with an object that was read whether others hold its account.
func (r *accountResource) noteShared(ctx context.Context, id string, state privateState) (diags diag.Diagnostics) {
	var shared any

	r.data.holders.of(id, func(h *accountHolder) {
		if diags = h.held(id); h.read > 1 {
			shared = true
		}
	})

	return append(diags, setPrivate(ctx, state, privateShared, shared)...)
}

// planDeletion looks at an object that the plan removes.
func (r *accountResource) planDeletion(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, diags := accountState(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateReplaces, nil)...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateAdopts, nil)...)

	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.deletionConflict(ctx, &state, req.Private)...)
	}
}

// deletionConflict refuses a plan that deletes an account which another object
// holds, or is going to adopt. Where the refresh has already found another holder,
// the deletion leaves the account alone instead.
func (r *accountResource) deletionConflict(ctx context.Context, state *accountModel, private privateState) (diags diag.Diagnostics) {
	if state.DeletionPolicy.ValueString() != deletionDelete {
		return nil
	}

	id := state.ID.ValueString()
	_, spared := getPrivate[bool](ctx, private, privateShared)

	r.data.holders.of(id, func(h *accountHolder) {
		// Terraform plans the end of a deposed object once more when it applies. Delete
		// leaves the account alone then, and says so. What is gone is not deleted either.
		if h.adopted || h.gone {
			return
		}

		if spared {
			diags.Append(accountSpared(id))
			return
		}

		h.deleting++
		r.data.holders.deletes = true

		switch {
		case h.adopting, h.conflicts():
			diags.Append(accountConflict(id))
		case r.data.holders.adoptsUnknown:
			diags.Append(unknownConflict())
		}
	})

	return diags
}

// holdingConflict is deletionConflict for an object that stays.
func (r *accountResource) holdingConflict(id string) (diags diag.Diagnostics) {
	r.data.holders.of(id, func(h *accountHolder) {
		h.kept++

		if diags = h.held(id); h.conflicts() {
			diags.Append(accountConflict(id))
		}
	})

	return diags
}

// deletesUnknowingly refuses a plan that might delete the account that it is going
// to adopt: Terraform takes an identifier that it does not know yet for another
// one, and replaces.
func (m *accountModel) deletesUnknowingly(state *accountModel) diag.Diagnostics {
	if !m.AccountID.IsUnknown() || state.DeletionPolicy.ValueString() != deletionDelete {
		return nil
	}

	id := state.AccountID.ValueString()

	// It names the account, since that is what to write into the configuration.
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("account_id"), "Account to adopt not known in time", fmt.Sprintf(
		"Terraform will know only during apply which account to adopt, so it would replace the linked account %[1]q. Its deletion_policy in the state is \"delete\", "+
			"so that this would delete the account at StackOne and end the customer's connection, even if it turns out to be the account to adopt. "+
			"Make account_id known when Terraform plans: write %[1]q, remove depends_on from the data source that finds it, or apply first what it depends on (terraform apply -target=…). "+
			"Or write %[1]q with deletion_policy = \"forget\" and apply that first; then a replacement deletes nothing.", id))}
}

// adoptionConflict refuses a plan that adopts an account which the plan also deletes:
// by a replacement of this object, or by another object. It warns when another object
// of the state holds the account. Its messages name the account, or nobody could tell
// which one is meant.
func (r *accountResource) adoptionConflict(ctx context.Context, plan *accountModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	id := plan.AccountID.ValueString()

	// Whether this is the second plan of a replacement, of which Terraform shows errors
	// alone: planReplacement warns in the first one.
	replaced, replaces := getPrivate[string](ctx, req.Private, privateReplaces)

	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateReplaces, nil)...)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateAdopts, id)...)

	switch {
	case id == "":
		r.data.holders.of(id, func(*accountHolder) {
			if r.data.holders.adoptsUnknown = true; r.data.holders.deletes {
				resp.Diagnostics.Append(unknownConflict())
			}
		})

		return
	case replaces && replaced == id:
		resp.Diagnostics.AddAttributeError(path.Root("account_id"), "The replacement would adopt the account that it deletes", fmt.Sprintf(
			"Terraform wants to replace the resource of the linked account %q. Its deletion_policy in the state is \"delete\", so that this would delete the account at StackOne and end the customer's connection, "+
				"and there would be nothing left to adopt. Remove what causes the replacement (replace_triggered_by, -replace), or set deletion_policy = \"forget\" and apply that first.", id))

		return
	}

	r.data.holders.of(id, func(h *accountHolder) {
		h.adopting = true

		if h.deleting > 0 && !h.gone {
			resp.Diagnostics.Append(accountConflict(id))
		} else if !replaces {
			resp.Diagnostics.Append(h.held(id)...)
		}
	})
}

// planReplacement gives the warnings of an adoption that replaces another one. Terraform
// plans it once more without its state, and of that plan it shows errors alone. What
// the configuration leaves out is that of the old account in the plan here, and in the
// configuration too where ignore_changes names it.
func (r *accountResource) planReplacement(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config accountModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() || !isSet(config.AccountID) {
		return
	}

	r.planAdoption(ctx, &config, resp)

	id := config.AccountID.ValueString()
	r.data.holders.of(id, func(h *accountHolder) {
		h.adopting = true
		resp.Diagnostics.Append(h.held(id)...)
	})
}

// noteAdoption keeps that this run has adopted an account, and warns when it had
// done so before, naming the account, or nobody could tell which one is meant.
func (r *accountResource) noteAdoption(id string) (diags diag.Diagnostics) {
	r.data.holders.of(id, func(h *accountHolder) {
		if h.adopted {
			diags.AddAttributeWarning(path.Root("account_id"), "The linked account is adopted twice", fmt.Sprintf(
				"Another resource has adopted the linked account %q in this run. Where they set different values, they overwrite each other's, and no plan is ever empty. Keep one of the two.", id))
		}

		h.adopted = true
	})

	return diags
}

// spares reports whether a deletion leaves the account alone, because another object
// holds it: one that the refresh has seen, or one that this run adopts, or has
// adopted.
func (r *accountResource) spares(ctx context.Context, id string, private privateState) (spared bool) {
	_, shared := getPrivate[bool](ctx, private, privateShared)
	adopts, replaced := getPrivate[string](ctx, private, privateAdopts)

	r.data.holders.of(id, func(h *accountHolder) {
		spared = h.adopted || shared || replaced && (adopts == id || adopts == "")
	})

	return spared
}

// accountHeld warns of an account that an object holds and another one adopts.
func accountHeld(id string) diag.Diagnostic {
	// It names the account, or nobody could tell which one is meant.
	return diag.NewAttributeWarningDiagnostic(path.Root("account_id"), "The linked account is held already", fmt.Sprintf(
		"An object of this state holds the linked account %q, and this plan adopts it. If one is the replacement of the other, for example because it is tainted, the account is left alone. "+
			"If they are two resources, keep one of them: they overwrite each other's values.", id))
}

// accountConflict refuses a plan that would delete an account which it also keeps.
func accountConflict(id string) diag.Diagnostic {
	// It names the account, or nobody could tell which one is meant.
	return diag.NewErrorDiagnostic("The plan deletes a linked account that it also keeps", fmt.Sprintf(
		"One object of the state holds the linked account %[1]q with deletion_policy = \"delete\" and is removed by this plan, while another one holds or adopts the same account. "+
			"To apply that would delete the account at StackOne and end the customer's connection.\n\n"+
			"If you have renamed the resource, say so with a moved block. If count has handed the accounts on to other instances, use for_each with the identifiers as keys, and moved blocks from the numbers to them. "+
			"If you remove a copy, set its deletion_policy = \"forget\" and apply that first. "+
			"If it is a deposed object, which an interrupted replacement has left behind, run terraform state rm for the resource and apply: it adopts the account again. "+
			"If Terraform is to destroy everything, run terraform destroy -refresh=false.", id))
}

// unknownConflict refuses a plan that deletes an account and adopts one that is not
// known yet: a resource that was renamed and finds its account by a data source.
func unknownConflict() diag.Diagnostic {
	return diag.NewErrorDiagnostic("The plan deletes a linked account and adopts one that is not known yet",
		"One object of the state holds a linked account with deletion_policy = \"delete\" and is removed by this plan, while a resource adopts an account that Terraform will know only during apply. "+
			"If the two are the same, to apply that would delete the account at StackOne and end the customer's connection.\n\n"+
			"If you have renamed the resource, say so with a moved block. Otherwise make account_id known when Terraform plans: write the identifier, remove depends_on from the data source that finds it, "+
			"or apply first what it depends on (terraform apply -target=…).")
}

// accountSpared says that a deletion does not delete.
func accountSpared(id string) diag.Diagnostic {
	// It names the account, or nobody could tell which one is meant.
	return diag.NewWarningDiagnostic("The linked account is not deleted", fmt.Sprintf(
		"Another object of the state held the linked account %q when Terraform last read it, or adopts it in this run, so Terraform forgets this object alone, and does not delete the account with it. "+
			"If this run removes the other object too, that may delete the account. If no other object is left, run terraform apply -refresh-only before the removal. To remove several that hold one account and to delete it, set deletion_policy = \"forget\" on all but one, and apply that first.", id))
}
