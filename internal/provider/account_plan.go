package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan reads an account that is going to be adopted, so that the plan warns of
// values it overwrites and fails if there is no such account. It refuses a plan that
// deletes an account in use. For an account that stays it makes no request.
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

// missedByList refuses to delete an account that was refreshed and should be in a list
// of this plan, but is not. Some versions of Terraform refresh an orphaned object before
// they plan its deletion, and others afterwards, so the two requests both check.
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

	// An import leaves the policy to the next plan.
	if state.DeletionPolicy.IsNull() {
		claims = append(claims, imported)
	}

	return r.data.claims.add(state.ID.ValueString(), claims...)
}

// planReplacement plans the adoption that is a part of a replacement. Terraform plans
// it once more, without the state, but then shows only errors. The configuration is
// read because the plan has the old account's values where it leaves one out.
func (r *accountResource) planReplacement(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config accountModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}

	r.planAdoption(ctx, &config, resp, adopted, replacing)
}

// planAdoption reads the account, if its identifier and the provider's configuration
// are known, and claims it.
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

// privateUnknown marks a planned creation whose account_id is not known yet. If the
// creation replaces a tainted object, Terraform hands the mark to that object's Delete,
// the first request that shows a deletion of what may be the account to adopt.
const privateUnknown = "unknown"

// markUnknown sets or removes the mark, since Terraform plans again with the identifier
// known when it applies.
func markUnknown(ctx context.Context, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}, id types.String,
) diag.Diagnostics {
	if id.IsUnknown() {
		return private.SetKey(ctx, privateUnknown, []byte("true"))
	}

	return private.SetKey(ctx, privateUnknown, nil)
}
