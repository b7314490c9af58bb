package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ resource.ResourceWithConfigure      = (*connectSessionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*connectSessionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*connectSessionResource)(nil)
	_ resource.ResourceWithImportState    = (*connectSessionResource)(nil)
)

func newConnectSessionResource() resource.Resource {
	return &connectSessionResource{resourceBase{name: "connect_session"}}
}

// connectSessionResource only creates sessions: the API cannot change or delete them.
type connectSessionResource struct{ resourceBase }

func (r *connectSessionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := connectSessionAttributes()

	attributes["expired"] = schema.BoolAttribute{
		Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		MarkdownDescription: "Whether the session had ended when Terraform last looked, by the clock of the machine that runs Terraform. Computed without a request.",
	}
	attributes["recreate_when_expired"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether a plan replaces the session once it has expired. The default is `false`: a link that was used once needs no successor. " +
			"A change only updates the state, without a request.",
	}
	attributes["early_renewal_seconds"] = schema.NumberAttribute{
		Optional: true, Validators: []validator.Number{wholeNumber{max: maxExpiresIn}},
		MarkdownDescription: fmt.Sprintf("With `recreate_when_expired = true`: replace the session once this many seconds, or fewer, are left. A whole number, less than `expires_in`, or less than %d when that is absent. "+
			"The default is 0. A change only updates the state, and takes effect in the next plan.", defaultExpiresIn),
	}
	attributes["keepers"] = schema.MapAttribute{
		ElementType: types.StringType, Optional: true, PlanModifiers: []planmodifier.Map{replaceOtherKeepers()},
		MarkdownDescription: "Any values of your own, which are not sent to StackOne. A change replaces the session. Null elements do not count, and an empty map equals none.",
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Creates a connect session: a secret token, and a link that a customer opens to connect a system to your StackOne project.",
		Attributes:          attributes,
	}
}

func (r *connectSessionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config connectSessionModel

	resp.Diagnostics.Append(pick(ctx, req.Config, map[string]any{
		"account_id":            &config.AccountID,
		"early_renewal_seconds": &config.EarlyRenewalSeconds,
		"expires_in":            &config.ExpiresIn,
		"multiple":              &config.Multiple,
		"recreate_when_expired": &config.RecreateWhenExpired,
	})...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(config.warnings()...)
	resp.Diagnostics.Append(config.policyProblems()...)
}

// pickFacts decodes the attributes that isExpired and renew need.
func pickFacts(ctx context.Context, from tfsdk.State) (state connectSessionModel, diags diag.Diagnostics) {
	diags = pick(ctx, from, map[string]any{
		"expired":    &state.Expired,
		"expires_at": &state.ExpiresAt,
	})

	return state, diags
}

// ModifyPlan replaces a session at its end if configured. It makes expires_at unknown because
// Terraform replaces only for a path whose value changes.
func (r *connectSessionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.State.Raw.IsNull() || r.data == nil {
		return
	}

	if req.Plan.Raw.IsNull() {
		removed, diags := r.removed(ctx, req.State)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(r.warnOfRemoval(removed)...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, privateWarned, []byte("true"))...)

		return
	}

	var plan renewalPolicy

	state, diags := pickFacts(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(pick(ctx, req.Plan, map[string]any{
		"early_renewal_seconds": &plan.EarlyRenewalSeconds,
		"recreate_when_expired": &plan.RecreateWhenExpired,
	})...)

	if resp.Diagnostics.HasError() {
		return
	}

	// Terraform plans again during the apply, with the policy known. Replacing only then
	// would fail with "inconsistent final plan".
	for name, value := range map[string]attr.Value{
		"early_renewal_seconds": plan.EarlyRenewalSeconds, "recreate_when_expired": plan.RecreateWhenExpired,
	} {
		if value.IsUnknown() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Renewal policy not known in time",
				fmt.Sprintf("Whether the plan replaces this existing session depends on %s, whose value is known only during apply. "+
					"Set it to a value that is known when Terraform plans, for example a variable.", name))
		}
	}

	unchanged := req.Plan.Raw.Equal(req.State.Raw)
	if !unchanged {
		resp.Diagnostics.Append(r.warnOfReplacement(ctx, req, state)...)
	}

	if plan.renew(r.data.clock.Now(), state, unchanged) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("expires_at"), types.StringUnknown())...)
		resp.RequiresReplace.Append(path.Root("expires_at"))
	}
}

func (r *connectSessionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan connectSessionModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	outputs, diags := plan.create(ctx, r.data)
	if resp.Diagnostics.Append(r.data.withLostLink(diags, plan.OriginOwnerID.ValueString())...); resp.Diagnostics.HasError() {
		return
	}

	plan.connectSessionOutputs = outputs
	plan.Expired = plan.isExpired(r.data.clock.Now())

	resp.Diagnostics.Append(resp.State.Set(outputs.mask(ctx), &plan)...)
}

// Read makes no call: no input can change at StackOne, and a plan of a thousand sessions must
// not cost a thousand requests. It never removes an expired session.
func (r *connectSessionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, diags := pickFacts(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}

	if expired := state.isExpired(r.data.clock.Now()); !expired.Equal(state.Expired) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("expired"), expired)...)
	}
}

// Update makes no call: changes that affect the request replace the session instead.
func (r *connectSessionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan connectSessionModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete makes no call, since the API cannot revoke a session.
func (r *connectSessionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	removed, diags := r.removed(ctx, req.State)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() || removed.until == "" {
		return
	}

	r.data.removedSessions.Store(removed.owner, removed)

	// In a replacement, and in Pulumi, which plans no deletions.
	if warned, _ := req.Private.GetKey(ctx, privateWarned); warned == nil {
		resp.Diagnostics.Append(r.warnOfRemoval(removed)...)
	}
}

// removedSession is a session that leaves the state. until is empty if it has expired.
type removedSession struct{ owner, id, until string }

func (r *connectSessionResource) removed(ctx context.Context, from tfsdk.State) (removedSession, diag.Diagnostics) {
	var owner, id, expiresAt types.String

	diags := pick(ctx, from, map[string]any{"origin_owner_id": &owner, "id": &id, "expires_at": &expiresAt})
	removed := removedSession{owner: owner.ValueString(), id: id.ValueString(), until: "its end"}

	if end, known := parseTimestamp(expiresAt); known && due(r.data.clock.Now(), end, 0) {
		removed.until = ""
	} else if known {
		removed.until = end.UTC().Format(time.RFC3339)
	}

	return removed, diags
}

func (r *connectSessionResource) warnOfRemoval(removed removedSession) diag.Diagnostics {
	if removed.until == "" {
		return nil
	}

	return r.data.usableSessions.limit(removed.id,
		diag.NewWarningDiagnostic("Removed connect session stays usable",
			fmt.Sprintf("StackOne cannot revoke a connect session: without session %s in the state, its token and its link stay usable until %s. "+
				"Until then, treat them as secrets. To keep a session when you rename its resource, add a moved block.", removed.id, removed.until)),
		diag.NewWarningDiagnostic("More removed connect sessions stay usable",
			"The same applies to more than five sessions, and the warnings name only some. The plan and the backup of the state list all."))
}

// ImportState explains why there is no import.
func (r *connectSessionResource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("A connect session cannot be imported",
		"StackOne returns the token of a session only once, when it creates the session, so an import could not read it. "+
			"Remove the import and run terraform apply to create a new session.")
}

// warnOfReplacement warns when a changed input replaces a valid session. Renewals and changes
// of keepers are routine and do not warn.
func (r *connectSessionResource) warnOfReplacement(ctx context.Context, req resource.ModifyPlanRequest, state connectSessionModel) diag.Diagnostics {
	changed := changedInputs(req.Plan.Raw, req.State.Raw)

	end, known := parseTimestamp(state.ExpiresAt)
	if len(changed) == 0 || !known || due(r.data.clock.Now(), end, 0) {
		return nil
	}

	var id types.String

	diags := req.State.GetAttribute(ctx, path.Root("id"), &id)

	diags.AddAttributeWarning(path.Root(changed[0]), "A valid connect session is replaced",
		fmt.Sprintf("Changed inputs (%s) replace session %s. StackOne cannot revoke it: its token and its link stay usable until %s.\n\n"+
			"Unless the lifecycle block has create_before_destroy = true, which the provider cannot see, a new session that StackOne refuses leaves the state without a link.",
			strings.Join(changed, ", "), id.ValueString(), end.UTC().Format(time.RFC3339)))

	return diags
}

// changedInputs returns the sorted names of the inputs that differ between plan and state.
func changedInputs(plan, state tftypes.Value) []string {
	var before, after map[string]tftypes.Value
	if plan.As(&after) != nil || state.As(&before) != nil {
		return nil
	}

	var changed []string

	for name, attribute := range connectSessionAttributes() {
		if !attribute.IsComputed() && !after[name].Equal(before[name]) {
			changed = append(changed, name)
		}
	}

	slices.Sort(changed)

	return changed
}

// withLostLink adds to create errors where the old link is, if this run has removed a valid
// session of the same owner, as a replacement without create_before_destroy does.
func (d *providerData) withLostLink(diags diag.Diagnostics, owner string) diag.Diagnostics {
	value, _ := d.removedSessions.Load(owner)

	old, ok := value.(removedSession)
	if !ok {
		return diags
	}

	for i, found := range diags {
		if found.Severity() == diag.SeverityError {
			diags[i] = diag.NewErrorDiagnostic(found.Summary(), found.Detail()+fmt.Sprintf("\n\n"+
				"Before this, Terraform removed session %s of the same owner from the state; its link stays usable until %s. "+
				"The link is still in the backup of the state: terraform.tfstate.backup, or an earlier version in the backend. "+
				"With create_before_destroy = true in its lifecycle block, the old session stays in the state until the new one exists.", old.id, old.until))
		}
	}

	return diags
}
