package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var (
	_ resource.ResourceWithConfigure   = (*accountResource)(nil)
	_ resource.ResourceWithImportState = (*accountResource)(nil)
	_ resource.ResourceWithIdentity    = (*accountResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*accountResource)(nil)
)

func newAccountResource() resource.Resource { return &accountResource{} }

// accountResource is the managed resource stackone_account. Customers make
// accounts, the API cannot; so creating one in Terraform adopts what exists.
type accountResource struct{ resourceBase }

func (r *accountResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (r *accountResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = accountResourceSchema()
}

func (r *accountResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "The identifier of the account."},
	}}
}

// ModifyPlan looks at the account that is going to be adopted, so that the plan
// says which values change, or that there is none. For an account that is adopted
// already it makes no call.
func (r *accountResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}

	if req.Plan.Raw.IsNull() {
		r.planDeletion(ctx, req, resp)
		return
	}

	var plan accountModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(planIdentity(ctx, resp.Identity, plan.AccountID)...)
		r.planAdoption(ctx, &plan, resp)
		r.adoptionConflict(ctx, &plan, req, resp)

		return
	}

	state, diags := accountState(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	if plan.AccountID.Equal(state.AccountID) {
		resp.Diagnostics.Append(r.holdingConflict(state.ID.ValueString())...)
	} else {
		resp.Diagnostics.Append(r.deletionConflict(ctx, &state, req.Private)...)
		r.planReplacement(ctx, req, resp)
	}

	deleted := ""
	if state.DeletionPolicy.ValueString() == deletionDelete {
		deleted = state.ID.ValueString()
	}

	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateReplaces, deleted)...)

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

	id, forgotten := plan.AccountID.ValueString(), false
	r.data.holders.of(id, func(h *accountHolder) { forgotten = h.forgotten })

	// To fail here would be the end of a destroy, too, which begins with a plan.
	if forgotten {
		resp.Diagnostics.Append(adoptionAgain(id))
		return
	}

	account, err := r.get(ctx, id)

	var unknown *unknownConfigurationError

	switch {
	case errors.As(err, &unknown):
	case stackone.IsNotFound(err):
		r.noteGone(id, false)
		resp.Diagnostics.Append(adoptionFailed(id, err))
	case err != nil:
		resp.Diagnostics.Append(adoptionFailed(id, err))
	default:
		resp.Diagnostics.Append(plan.overwrites(accountFacts{}.fromAnswer(account))...)
	}
}

// Create adopts: it reads the account and sets what differs.
func (r *accountResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan accountModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	id := plan.AccountID.ValueString()

	account, err := r.get(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(adoptionFailed(id, err))
		return
	}

	have := accountFacts{}.fromAnswer(account)

	update, diags := plan.updateRequest(have, types.StringNull())
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	have, err = r.patch(ctx, id, update, have)
	if err != nil {
		resp.Diagnostics.Append(adoptionFailed(id, err))
		return
	}

	plan.setUnknown(have)

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(r.noteAdoption(id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.ID)...)
}

// Read removes from the state an account that is gone.
func (r *accountResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, diags := accountState(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	r.noteRead(state.ID.ValueString())

	account, err := r.get(ctx, state.ID.ValueString())
	if stackone.IsNotFound(err) && state.AccountID.IsNull() {
		// Only an import knows the id alone.
		resp.Diagnostics.Append(accountNotFound(state.ID.ValueString(), "import", "if the account was deleted, remove what imports it."))

		return
	}

	if stackone.IsNotFound(err) {
		r.noteGone(state.ID.ValueString(), true)
		resp.Diagnostics.AddWarning("The linked account is gone", fmt.Sprintf(
			"StackOne has no linked account %q any more, so Terraform forgets it. Somebody deleted it outside of Terraform, or the API key is of another project, which looks the same.", state.ID.ValueString()))
		resp.State.RemoveResource(ctx)
		// The framework insists on an identity, also of what is gone.
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.ID)...)

		return
	}

	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
		return
	}

	// After an import nothing was known before.
	state.accountFacts = state.fromAnswer(account)
	state.AccountID = state.ID

	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(r.noteShared(ctx, state.ID.ValueString(), resp.Private)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.ID)...)
}

// Update sets what differs from the state, and makes no call when nothing does.
func (r *accountResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state accountModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	update, diags := plan.updateRequest(state.accountFacts, state.Metadata)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	// No replacement has become of it, also where the update fails.
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, privateReplaces, nil)...)

	have, err := r.patch(ctx, plan.AccountID.ValueString(), update, state.accountFacts)
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(updateAccount, err))
		return
	}

	plan.setUnknown(have)

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.ID)...)
}

// Delete lets Terraform forget the account. It deletes it at StackOne only where the
// policy says so and no other object of the state holds the same account.
func (r *accountResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, diags := accountState(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() || state.DeletionPolicy.ValueString() != deletionDelete {
		return
	}

	id := state.ID.ValueString()

	if r.spares(ctx, id, req.Private) {
		resp.Diagnostics.Append(accountSpared(id))
		return
	}

	client, err := r.data.client()
	if err == nil {
		err = client.DeleteAccount(r.data.maskKey(ctx), id)
	}

	if err != nil && !stackone.IsNotFound(err) {
		resp.Diagnostics.Append(apiDiagnostic(deleteAccount, err))
	}
}

// ImportState imports by id and by identity.
func (r *accountResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if resp.Diagnostics.Append(refuseBlankImport(ctx, req)...); resp.Diagnostics.HasError() {
		return
	}

	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
}

// refuseBlankImport refuses an import without an identifier, which Terraform does
// not: StackOne would be asked for the list of all accounts.
func refuseBlankImport(ctx context.Context, req resource.ImportStateRequest) diag.Diagnostics {
	id := types.StringValue(req.ID)

	if req.ID == "" && req.Identity != nil {
		if diags := req.Identity.GetAttribute(ctx, path.Root("id"), &id); diags.HasError() {
			return diags
		}
	}

	if strings.TrimSpace(id.ValueString()) != "" {
		return nil
	}

	return diag.Diagnostics{diag.NewErrorDiagnostic("Empty identifier",
		"An import needs the identifier of a linked account, and this one is empty or blank, so StackOne was not asked. "+
			"The data source stackone_accounts finds the identifiers of a customer's accounts.")}
}

// accountState decodes an object of the state. Its account_id says which account it is,
// also where a hand, another tool or a test has written no id or another one: a request
// without an identifier would be about all accounts. Only an import knows the id alone.
func accountState(ctx context.Context, from tfsdk.State) (accountModel, diag.Diagnostics) {
	var state accountModel

	diags := from.Get(ctx, &state)
	if !state.AccountID.IsNull() {
		state.ID = state.AccountID
	}

	return state, diags
}

// get reads an account at StackOne.
func (r *accountResource) get(ctx context.Context, id string) (*stackone.Account, error) {
	client, err := r.data.client()
	if err != nil {
		return nil, err
	}

	return client.GetAccount(r.data.maskKey(ctx), id)
}

// patch makes an update, without a call when it is empty, and returns what StackOne
// has then.
func (r *accountResource) patch(ctx context.Context, id string, update stackone.AccountUpdate, have accountFacts) (accountFacts, error) {
	if update.IsEmpty() {
		return have, nil
	}

	client, err := r.data.client()
	if err != nil {
		return have, err
	}

	account, err := client.UpdateAccount(r.data.maskKey(ctx), id, update)
	if err != nil {
		return have, err
	}

	return have.fromAnswer(account), nil
}
