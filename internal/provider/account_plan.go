package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ resource.ResourceWithModifyPlan = (*accountResource)(nil)

// ModifyPlan looks at the account that is going to be adopted, so that the plan
// says which values change, or that there is none. For an account that is adopted
// already it makes no call.
func (r *accountResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.data == nil {
		return
	}

	var plan accountModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	if req.State.Raw.IsNull() {
		r.planAdoption(ctx, &plan, resp)

		return
	}

	var state accountModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(plan.deletesUnknowingly(&state)...)
	resp.Diagnostics.Append(plan.keepsMetadata(&state)...)

	// The time of the last change stays where nothing is sent, so that the plan
	// shows what changes and no more.
	if plan.UpdatedAt.IsUnknown() && len(plan.changes(state.accountFacts, state.Metadata)) == 0 {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("updated_at"), state.UpdatedAt)...)
	}
}

// planAdoption looks at the account, where it and the provider's configuration
// are known.
func (r *accountResource) planAdoption(ctx context.Context, plan *accountModel, resp *resource.ModifyPlanResponse) {
	if !isSet(plan.AccountID) {
		return
	}

	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), plan.AccountID)...)

	// To fail here would be the end of a destroy, too, which begins with a plan.
	if id := plan.AccountID.ValueString(); r.data.gone.has(id) {
		resp.Diagnostics.AddAttributeWarning(path.Root("account_id"), "The linked account cannot be adopted again", fmt.Sprintf(
			"The linked account %q is gone, and an account comes into being only when a customer opens the link of a connect session. "+
				"So the adoption is going to fail when this plan is applied. Remove the resource from the configuration; when Terraform destroys, there is nothing to do.", id))

		return
	}

	account, err := r.find(ctx, plan.AccountID.ValueString())

	var unknown *unknownConfigurationError

	switch {
	case errors.As(err, &unknown):
	case err != nil:
		resp.Diagnostics.Append(adoptionFailed(plan.AccountID.ValueString(), err))
	default:
		resp.Diagnostics.Append(plan.overwrites(newAccountFacts(account))...)
	}
}

// deletesUnknowingly refuses a plan that might delete the account that it is going
// to adopt: Terraform takes an identifier that it does not know yet for another
// one, and replaces.
func (m *accountModel) deletesUnknowingly(state *accountModel) diag.Diagnostics {
	if !m.AccountID.IsUnknown() || state.DeletionPolicy.ValueString() != deletionDelete {
		return nil
	}

	id := state.AccountID.ValueString()

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("account_id"), "Account to adopt not known in time", fmt.Sprintf(
		"Terraform will know only during apply which account to adopt, so it would replace the linked account %[1]q. Its deletion_policy in the state is \"delete\", "+
			"so that this would delete the account at StackOne and end the customer's connection, even if it turns out to be the account to adopt. "+
			"Make account_id known when Terraform plans: write %[1]q, remove depends_on from the data source that finds it, or apply first what it depends on (terraform apply -target=…). "+
			"Or write %[1]q with deletion_policy = \"forget\" and apply that first; then a replacement deletes nothing.", id))}
}

// keepsMetadata warns that metadata which is no longer configured leaves the state
// alone: the plan shows it as removed.
func (m *accountModel) keepsMetadata(state *accountModel) diag.Diagnostics {
	if !m.Metadata.IsNull() || state.Metadata.IsNull() || !m.AccountID.Equal(state.AccountID) {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("metadata"), "StackOne keeps the metadata", fmt.Sprintf(
		"The configuration no longer sets metadata, so Terraform forgets what it has sent, and sends nothing: the metadata of the linked account %s stays as it is at StackOne. "+
			"To replace it there, set it to something else, for example jsonencode({}).", m.AccountID.ValueString()))}
}

// overwrites warns which values of an account an adoption is going to replace. To
// give an account a value where it has none takes nothing away. The new values may
// be sensitive, and Terraform masks nothing in a provider's messages. It plans once
// more when it applies, so the text has to be true then as well.
func (m *accountModel) overwrites(have accountFacts) diag.Diagnostics {
	var lines []string

	for _, change := range m.changes(have, jsonObject{}) {
		switch {
		case change.name == "metadata":
			lines = append(lines, "  metadata: StackOne does not say what it has; it is replaced")
		case isSet(change.want) && isSet(change.have):
			lines = append(lines, fmt.Sprintf("  %s: now %s", change.name, change.have))
		}
	}

	if len(lines) == 0 {
		return nil
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("Adopting the linked account overwrites values", fmt.Sprintf(
		"The linked account %s exists already, and its adoption gives it the configured values in place of those that StackOne has:\n\n%s\n\n"+
			"What the configuration does not set stays as it is.", m.AccountID.ValueString(), strings.Join(lines, "\n")))}
}

// adoptionFailed says why an account cannot be adopted.
func adoptionFailed(id string, err error) diag.Diagnostic {
	if stackone.IsNotFound(err) {
		return accountNotFound(id, "adopt", "if the account was deleted, remove this resource from the configuration. To destroy what else is in the state before you do, run terraform destroy -refresh=false.")
	}

	return apiDiagnostic(adoptAccount, err)
}

// accountNotFound says that there is no account for a purpose, and what to do.
func accountNotFound(id, purpose, otherwise string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("account_id"), "Linked account not found", fmt.Sprintf(
		"StackOne has no linked account %q in the project of the API key, so there is nothing to %s. An account comes into being only when a customer opens the link of a connect session. "+
			"Check the identifier; %s", id, purpose, otherwise))
}
