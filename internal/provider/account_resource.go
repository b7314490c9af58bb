package provider

import (
	"context"
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

func newAccountResource() resource.Resource { return &accountResource{resourceBase{name: "account"}} }

// accountResource adopts existing accounts: the API cannot create them.
type accountResource struct{ resourceBase }

func (r *accountResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = accountResourceSchema()
}

func (r *accountResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "The identifier of the account."},
	}}
}

// Create reads the account and sets the values that differ.
func (r *accountResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan accountModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	id := plan.AccountID.ValueString()

	account, listed, err := r.get(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(adoptionFailed(id, err))
		return
	}

	// A listed account may be outdated: if a value differs, set all configured ones;
	// otherwise read the account again.
	have := accountFacts{}.fromResponse(account)
	known := have

	if update, _ := plan.updateRequest(have, accountSent{}); listed && !update.IsEmpty() {
		known = accountFacts{}
	} else if listed {
		if account, err = call(ctx, r.data, (*stackone.Client).GetAccount, id); err != nil {
			resp.Diagnostics.Append(adoptionFailed(id, err))
			return
		}

		have = accountFacts{}.fromResponse(account)
		known = have
	}

	diags, err := r.change(ctx, &plan, have, known, accountSent{})
	if err != nil {
		diags.Append(adoptionFailed(id, err))
	}

	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	object, diags := nameObject(ctx, resp.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(r.data.claims.add(id, object, created)...)
	r.data.lists.reset()
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.ID)...)
}

// Read removes a deleted account from the state.
func (r *accountResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, diags := accountState(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	object := objectName(ctx, req.Private)
	if object == "" {
		object, diags = nameObject(ctx, resp.Private)
		resp.Diagnostics.Append(diags...)
	}

	id := state.ID.ValueString()

	// Terraform plans a tainted object without its state. Only this call shows which
	// account the replacement deletes.
	if state.deletes() {
		resp.Diagnostics.Append(r.data.claims.note(id, object, owned)...)
	}

	account, _, err := r.get(ctx, id)

	// An import sets only the id.
	imports := state.AccountID.IsNull()

	// One false 404 would make Terraform forget an account that exists.
	if stackone.IsNotFound(err) && !imports {
		account, err = call(ctx, r.data, (*stackone.Client).GetAccount, id)
	}

	switch {
	case stackone.IsNotFound(err) && imports:
		resp.Diagnostics.Append(accountNotFound(id, "import", "if the account was deleted, remove the import."))
	case stackone.IsNotFound(err):
		resp.Diagnostics.Append(r.data.claims.note(id, object, gone)...)
		resp.Diagnostics.AddWarning("The linked account is gone", fmt.Sprintf(
			"StackOne no longer has the linked account %q, so Terraform removes it from the state. It was deleted outside of Terraform, or the API key belongs to another project.", id))
		resp.State.RemoveResource(ctx)
		// The framework requires the identity of a removed object, too.
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.ID)...)
	case err != nil:
		resp.Diagnostics.Append(apiDiagnostic(readAccount, err))
	default:
		// An import has no earlier values.
		state.accountFacts = state.fromResponse(account)
		state.AccountID = state.ID

		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.ID)...)
	}
}

// Update makes no call if no value differs from the state.
func (r *accountResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state accountModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	diags, err := r.change(ctx, &plan, state.accountFacts, state.accountFacts, state.accountSent)
	if err != nil {
		diags.Append(apiDiagnostic(updateAccount, err))
	}

	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.ID)...)
}

// Delete deletes the account only if the state has deletion_policy = "delete".
func (r *accountResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, diags := accountState(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	id, object := state.ID.ValueString(), objectName(ctx, req.Private)
	creates, _ := req.Private.GetKey(ctx, privateCreates)

	inUse := r.data.claims.end(id, object)

	// If this fails, the object stays in the state, which must not keep the plan's mark.
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateCreates, nil)...)

	if !state.deletes() {
		if warned, _ := req.Private.GetKey(ctx, privateWarned); warned == nil {
			resp.Diagnostics.Append(r.warnOfForgetting(&state)...)
		}

		return
	}

	// The plan of a tainted object does not show whether its account is still in use.
	if inUse || creates != nil && object == "" {
		resp.Diagnostics.Append(accountConflict(id))
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

func (r *accountResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByID(ctx, "id", "linked account", "The data source stackone_accounts finds the identifiers of a customer's accounts.", req, resp)
}

// importByID stores the ID or the identity of an import in an attribute. It rejects an empty
// ID, for which the API would list all objects.
func importByID(ctx context.Context, attribute, object, hint string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := types.StringValue(req.ID)

	if req.ID == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
	}

	switch {
	case resp.Diagnostics.HasError():
	case strings.TrimSpace(id.ValueString()) == "":
		resp.Diagnostics.AddError("Empty identifier", fmt.Sprintf("An import needs the identifier of a %s, and this one is empty. %s", object, hint))
	default:
		resource.ImportStatePassthroughWithIdentity(ctx, path.Root(attribute), path.Root("id"), req, resp)
	}
}

// accountState decodes an object of the state and identifies it by account_id. The id may be
// missing or wrong in an edited state, but an import sets only the id.
func accountState(ctx context.Context, from tfsdk.State) (state accountModel, diags diag.Diagnostics) {
	if diags = from.Get(ctx, &state); !state.AccountID.IsNull() {
		state.ID = state.AccountID
	}

	return state, diags
}

// get returns the account from a list of this run if there is one, or else reads it.
func (r *accountResource) get(ctx context.Context, id string) (account *stackone.Account, listed bool, err error) {
	client, err := r.data.client()
	if err != nil {
		return nil, false, err
	}

	return client.FindAccount(r.data.maskKey(ctx), id)
}

// change updates the planned values that differ from known, without a call if none does, and
// fills unknown ones from the response, or else from have.
func (r *accountResource) change(ctx context.Context, plan *accountModel, have, known accountFacts, sent accountSent) (diag.Diagnostics, error) {
	update, diags := plan.updateRequest(known, sent)
	if diags.HasError() {
		return diags, nil
	}

	if !update.IsEmpty() {
		client, err := r.data.client()
		if err != nil {
			return nil, err
		}

		account, err := client.UpdateAccount(r.data.maskKey(ctx), plan.AccountID.ValueString(), update)
		if err != nil {
			return nil, err
		}

		diags.Append(plan.notTaken(plan.changes(known, sent), account)...)
		have = have.fromResponse(account)
	}

	plan.setUnknown(have)

	return diags, nil
}
