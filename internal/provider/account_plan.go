package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
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

	object := objectName(ctx, req.Private)

	switch {
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.claimDeletion(ctx, object, &state)...)

		if !state.deletes() {
			resp.Diagnostics.Append(r.warnOfForgetting(&state)...)
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateWarned, []byte("true"))...)
		}

		return
	case req.State.Raw.IsNull():
		claims := adopted
		if object != "" {
			claims |= replacing
		}

		resp.Diagnostics.Append(planIdentity(ctx, resp.Identity, plan.AccountID)...)
		r.planAdoption(ctx, object, &plan, resp, claims)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateCreates, []byte("true"))...)

		return
	case plan.AccountID.Equal(state.AccountID):
		claims := kept
		if state.deletes() {
			claims |= owned
		}

		// An import does not set the policy.
		if state.DeletionPolicy.IsNull() {
			claims |= imported
		}

		resp.Diagnostics.Append(r.data.claims.add(state.ID.ValueString(), object, claims)...)
	default:
		resp.Diagnostics.Append(r.claimDeletion(ctx, object, &state)...)

		// The plan repeats the old account's values, the configuration does not. Terraform
		// plans the adoption again without the state, but shows only errors then.
		var config accountModel
		if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
			return
		}

		r.planAdoption(ctx, object, &config, resp, adopted|replacing)
	}

	resp.Diagnostics.Append(plan.keepsSent(&state)...)

	// Without this, every update would show updated_at as "known after apply".
	if plan.UpdatedAt.IsUnknown() && len(plan.changes(state.accountFacts, state.accountSent)) == 0 {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), state.UpdatedAt)...)
	}
}

// claimDeletion claims the account of an object that the plan removes or replaces.
func (r *accountResource) claimDeletion(ctx context.Context, object string, state *accountModel) diag.Diagnostics {
	id := state.ID.ValueString()

	if !state.deletes() {
		return r.data.claims.add(id, object, 0)
	}

	diags := r.data.claims.add(id, object, deleted|owned)
	if diags.HasError() {
		return diags
	}

	diags.Append(r.data.deletedAccounts.limit(id,
		diag.NewWarningDiagnostic("Removal deletes the linked account", fmt.Sprintf(
			"Removing or replacing the resource deletes the linked account %q at StackOne, which ends the customer's connection. To keep the account, first apply deletion_policy = \"forget\".", id)),
		diag.NewWarningDiagnostic("Removals delete more linked accounts",
			"The same applies to more than five accounts, and the warnings name only some. The plan lists all."))...)

	if !r.data.lists.lack(state) {
		return diags
	}

	// The state may not be refreshed, before or at all.
	account, err := call(ctx, r.data, (*stackone.Client).GetAccount, id)
	if stackone.IsNotFound(err) {
		account, err = call(ctx, r.data, (*stackone.Client).GetAccount, id)
	}

	switch {
	case stackone.IsNotFound(err):
	case err != nil:
		diags.Append(apiDiagnostic(readAccount, err))
	default:
		state.accountFacts = state.fromResponse(account)

		if r.data.lists.lack(state) {
			diags.AddError("Plan deletes account missing from list", fmt.Sprintf(
				"This plan would delete the linked account %q and end the customer's connection. The account exists and matches the filter of a data source stackone_accounts, but is missing from its list, which probably changed while it was read. "+
					"Run Terraform again. If you want to delete the account, delete it at StackOne.", id))
		}
	}

	return diags
}

// warnOfForgetting warns that a removal from the state leaves the account at StackOne.
func (r *accountResource) warnOfForgetting(state *accountModel) diag.Diagnostics {
	id := state.ID.ValueString()

	return r.data.forgottenAccounts.limit(id,
		diag.NewWarningDiagnostic("The linked account stays at StackOne", fmt.Sprintf(
			"Removing the linked account %q from the state leaves the account and the customer's connection at StackOne, because its deletion_policy in the state is not \"delete\". "+
				"To end them, apply deletion_policy = \"delete\" before you remove the resource, not in the same change. Afterwards, delete the account at StackOne.", id)),
		diag.NewWarningDiagnostic("More linked accounts stay at StackOne",
			"The same applies to more than five accounts, and the warnings name only some. The plan and the backup of the state list all."))
}

// planAdoption reads and claims the account if its identifier and the provider's
// configuration are known.
func (r *accountResource) planAdoption(ctx context.Context, object string, plan *accountModel, resp *resource.ModifyPlanResponse, claims claims) {
	id := plan.AccountID.ValueString()

	if !isSet(plan.AccountID) {
		resp.Diagnostics.Append(r.data.claims.add("", object, claims)...)
		return
	}

	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.AccountID)...)

	// An error here would also end a destroy, which begins with a plan.
	if r.data.claims.isGone(id) {
		resp.Diagnostics.AddAttributeWarning(path.Root("account_id"), "Linked account cannot be adopted again", fmt.Sprintf(
			"The linked account %q is gone, so applying this plan fails: only a customer can create an account, with the link of a connect session. "+
				"Remove the resource from the configuration.", id))

		return
	}

	account, _, err := r.get(ctx, id)
	_, unknown := errors.AsType[*unknownConfigurationError](err)

	switch {
	case unknown:
	case err != nil:
		resp.Diagnostics.Append(adoptionFailed(id, err))
		return
	default:
		resp.Diagnostics.Append(plan.overwrites(accountFacts{}.fromResponse(account))...)
	}

	resp.Diagnostics.Append(r.data.claims.add(id, object, claims)...)
}

// privateState is what the framework's requests and responses have in common.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Keys of the private state of an account.
const (
	// privateObject names an object of the state, which Terraform does not do. It stays when
	// the object moves, and a replacement gets a new one.
	privateObject = "object"
	// privateCreates marks a planned creation. Terraform plans a tainted object as one, without
	// its state and its private state, but passes the mark to its Delete.
	privateCreates = "creates"
)

// objectName returns "" for an object that is not in the state, except while Terraform plans
// its replacement.
func objectName(ctx context.Context, private privateState) string {
	name, _ := private.GetKey(ctx, privateObject)
	return string(name)
}

func nameObject(ctx context.Context, private privateState) (string, diag.Diagnostics) {
	name := strconv.Quote(rand.Text())
	return name, private.SetKey(ctx, privateObject, []byte(name))
}
