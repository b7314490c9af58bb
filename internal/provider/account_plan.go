package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan reads an account only to adopt it: it warns about values that it overwrites and
// fails if there is no account. It refuses to delete an account in use.
func (r *accountResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}

	var plan, state accountModel

	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}

	if !req.State.Raw.IsNull() {
		var diags diag.Diagnostics

		state, diags = accountState(ctx, req.State)
		resp.Diagnostics.Append(diags...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	switch {
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.claimDeletion(&state)...)
		return
	case req.State.Raw.IsNull():
		resp.Diagnostics.Append(planIdentity(ctx, resp.Identity, plan.AccountID)...)
		r.planAdoption(ctx, &plan, resp, adopted)
		resp.Diagnostics.Append(markUnknown(ctx, resp.Private, plan.AccountID)...)

		return
	case plan.AccountID.Equal(state.AccountID):
		resp.Diagnostics.Append(r.claimInPlace(&state)...)
	default:
		resp.Diagnostics.Append(r.claimDeletion(&state)...)
		r.planReplacement(ctx, req, resp)
	}

	resp.Diagnostics.Append(plan.keepsSent(&state)...)

	// Without this, every update would show updated_at as "known after apply".
	if plan.UpdatedAt.IsUnknown() && len(plan.changes(state.accountFacts, state.accountSent)) == 0 {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), state.UpdatedAt)...)
	}
}

// claimDeletion claims the account of an object that the plan removes or replaces.
func (r *accountResource) claimDeletion(state *accountModel) diag.Diagnostics {
	if !state.deletes() {
		return nil
	}

	diags := r.data.claims.add(state.ID.ValueString(), deleted)
	if !diags.HasError() {
		diags.Append(r.missedByList(state)...)
	}

	return diags
}

// missedByList refuses to delete a refreshed account that a list of this plan lacks. Some
// versions of Terraform refresh an orphan before they plan its deletion, others afterwards,
// so both requests check.
func (r *accountResource) missedByList(state *accountModel) diag.Diagnostics {
	id := state.ID.ValueString()

	if r.data.claims.has(id, alive) && r.data.claims.has(id, deleted) && r.data.lists.lack(state) {
		return diag.Diagnostics{accountMissed(id)}
	}

	return nil
}

// claimInPlace claims the account of an object that stays.
func (r *accountResource) claimInPlace(state *accountModel) diag.Diagnostics {
	claims := []claim{kept}

	if state.deletes() {
		claims = append(claims, owned)
	}

	// An import does not set the policy.
	if state.DeletionPolicy.IsNull() {
		claims = append(claims, imported)
	}

	return r.data.claims.add(state.ID.ValueString(), claims...)
}

// planReplacement plans the adoption of a replacement. Terraform plans it again without the
// state, but shows only errors then. It reads the configuration because the plan repeats the
// old account's values.
func (r *accountResource) planReplacement(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config accountModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}

	r.planAdoption(ctx, &config, resp, adopted, replacing)
}

// planAdoption reads and claims the account if its identifier and the provider's
// configuration are known.
func (r *accountResource) planAdoption(ctx context.Context, plan *accountModel, resp *resource.ModifyPlanResponse, claims ...claim) {
	id := plan.AccountID.ValueString()

	if !isSet(plan.AccountID) {
		resp.Diagnostics.Append(r.data.claims.add(unknownAccount, claims...)...)
		return
	}

	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.AccountID)...)

	// An error here would also end a destroy, which begins with a plan.
	if r.data.claims.has(id, gone) {
		resp.Diagnostics.Append(adoptionAgain(id))
		return
	}

	account, _, err := r.get(ctx, id)

	var unknown *unknownConfigurationError

	switch {
	case errors.As(err, &unknown):
	case err != nil:
		resp.Diagnostics.Append(adoptionFailed(id, err))
		return
	default:
		resp.Diagnostics.Append(plan.overwrites(accountFacts{}.fromResponse(account))...)
	}

	resp.Diagnostics.Append(r.data.claims.add(id, claims...)...)
}

// privateUnknown marks a planned creation with an unknown account_id. If it replaces a
// tainted object, Terraform passes the mark to that object's Delete, the first request from
// which the deletion of an account to adopt can be noticed.
const privateUnknown = "unknown"

// markUnknown sets or removes the mark: at apply, the identifier is known.
func markUnknown(ctx context.Context, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}, id types.String,
) diag.Diagnostics {
	if id.IsUnknown() {
		return private.SetKey(ctx, privateUnknown, []byte("true"))
	}

	return private.SetKey(ctx, privateUnknown, nil)
}
