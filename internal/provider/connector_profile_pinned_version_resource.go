package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var (
	_ resource.ResourceWithConfigure   = (*pinnedVersionResource)(nil)
	_ resource.ResourceWithImportState = (*pinnedVersionResource)(nil)
	_ resource.ResourceWithIdentity    = (*pinnedVersionResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*pinnedVersionResource)(nil)
)

func newPinnedVersionResource() resource.Resource {
	return &pinnedVersionResource{resourceBase{name: "connector_profile_pinned_version"}}
}

type pinnedVersionResource struct{ resourceBase }

func (r *pinnedVersionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Pins a connector profile to a version of its connector. Without a pin, the profile follows the newest version.",
		Attributes: map[string]schema.Attribute{
			"connector_profile_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{notEmpty{}}, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The identifier of the profile, for example from the data source `stackone_connector_profiles`. API field: `connector_profile_id`.",
			},
			"pinned_version": schema.StringAttribute{
				Required: true, Validators: []validator.String{notEmpty{}},
				MarkdownDescription: "The version to pin, for example from the data source `stackone_connector_profile_versions`. API field: `pinned_version`.",
			},
			"owner": schema.StringAttribute{
				Optional: true, Computed: true, Validators: []validator.String{notEmpty{}},
				MarkdownDescription: "The owner of the version: `stackone` for built-in connectors. When absent, it is not sent, and StackOne chooses it. API field: `owner`.",
			},
			"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the profile was first pinned (RFC 3339). API field: `created_at`."},
			"updated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the pin was last changed (RFC 3339). API field: `updated_at`."},
		},
	}
}

func (r *pinnedVersionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "The identifier of the connector profile."},
	}}
}

// ModifyPlan warns about removed and overwritten pins. Only a new pin costs a call.
func (r *pinnedVersionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}

	var plan, state pinnedVersionModel

	creates, destroys := !req.Plan.Raw.IsNull(), !req.State.Raw.IsNull()

	if creates {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}

	if destroys {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}

	if resp.Diagnostics.HasError() || plan.ConnectorProfileID.Equal(state.ConnectorProfileID) {
		return
	}

	if destroys {
		resp.Diagnostics.AddWarning("Connector profile follows the newest version", fmt.Sprintf(
			"Applying this plan unpins the connector profile %q from version %q. To forget the pin and leave it in place, use a removed block with destroy = false, or terraform state rm.",
			state.ConnectorProfileID.ValueString(), state.PinnedVersion.ValueString()))
	} else {
		resp.Diagnostics.Append(planIdentity(ctx, resp.Identity, plan.ConnectorProfileID)...)
	}

	if !creates || !isSet(plan.ConnectorProfileID) {
		return
	}

	pin, err := call(ctx, r.data, (*stackone.Client).GetPinnedVersion, plan.ConnectorProfileID.ValueString())

	_, unknown := errors.AsType[*unknownConfigurationError](err)

	switch {
	case unknown:
	case err != nil:
		resp.Diagnostics.Append(apiDiagnostic(getPinnedVersion, err))
	default:
		resp.Diagnostics.Append(plan.overwrites(pin)...)
	}
}

func (r *pinnedVersionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(r.put(ctx, req.Plan, &resp.State, resp.Identity, resp.Private)...)
}

func (r *pinnedVersionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state pinnedVersionModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}

	pin, err := call(ctx, r.data, (*stackone.Client).GetPinnedVersion, state.ConnectorProfileID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(apiDiagnostic(getPinnedVersion, err))
		return
	}

	// The framework requires the identity of a removed object, too.
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.ConnectorProfileID)...)

	if pin.Version == "" {
		resp.State.RemoveResource(ctx)
		return
	}

	// After an import, there is no earlier response.
	var last returnedPin

	raw, diags := req.Private.GetKey(ctx, privateReturned)
	resp.Diagnostics.Append(diags...)

	_ = json.Unmarshal(raw, &last)

	state.refresh(pin, last)

	resp.Diagnostics.Append(remember(ctx, resp.Private, pin)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *pinnedVersionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(r.put(ctx, req.Plan, &resp.State, resp.Identity, resp.Private)...)
}

func (r *pinnedVersionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state pinnedVersionModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}

	client, err := r.data.client()
	if err == nil {
		err = client.DeletePinnedVersion(r.data.maskKey(ctx), state.ConnectorProfileID.ValueString())
	}

	if err != nil && !stackone.IsNotFound(err) {
		resp.Diagnostics.Append(apiDiagnostic(deletePinnedVersion, err))
	}
}

// ImportState imports by the profile's identifier, as an ID or in the identity.
func (r *pinnedVersionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importByID(ctx, "connector_profile_id", "connector profile", "The data source stackone_connector_profiles finds the identifiers of profiles.", req, resp)
}

// put creates or updates the pin: both are the same request.
func (r *pinnedVersionResource) put(ctx context.Context, planned tfsdk.Plan, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private privateState) diag.Diagnostics {
	var plan pinnedVersionModel

	diags := planned.Get(ctx, &plan)
	if diags.HasError() {
		return diags
	}

	request := stackone.PinnedVersionRequest{PinnedVersion: plan.PinnedVersion.ValueString()}
	if isSet(plan.Owner) {
		request.Owner = plan.Owner.ValueStringPointer()
	}

	var pin stackone.PinnedVersion

	client, err := r.data.client()
	if err == nil {
		pin, err = client.PutPinnedVersion(r.data.maskKey(ctx), plan.ConnectorProfileID.ValueString(), request)
	}

	if err != nil {
		return diag.Diagnostics{apiDiagnostic(putPinnedVersion, err)}
	}

	if plan.Owner.IsUnknown() {
		plan.Owner = types.StringPointerValue(pin.Owner)
	}

	plan.CreatedAt, plan.UpdatedAt = types.StringPointerValue(pin.CreatedAt), types.StringPointerValue(pin.UpdatedAt)

	diags.Append(remember(ctx, private, pin)...)
	diags.Append(state.Set(ctx, &plan)...)
	diags.Append(setIdentity(ctx, identity, plan.ConnectorProfileID)...)

	return diags
}

type pinnedVersionModel struct {
	ConnectorProfileID types.String `tfsdk:"connector_profile_id"`
	PinnedVersion      types.String `tfsdk:"pinned_version"`
	Owner              types.String `tfsdk:"owner"`
	CreatedAt          types.String `tfsdk:"created_at"`
	UpdatedAt          types.String `tfsdk:"updated_at"`
}

// refresh updates a configured value only if it differs from the last response: StackOne may
// return another spelling than it was sent, such as a version for a range.
func (m *pinnedVersionModel) refresh(pin stackone.PinnedVersion, last returnedPin) {
	returned := newReturnedPin(pin)

	if returned.PinnedVersion != last.PinnedVersion {
		m.PinnedVersion = types.StringValue(pin.Version)
	}

	if returned.Owner != last.Owner {
		m.Owner = types.StringPointerValue(pin.Owner)
	}

	m.CreatedAt, m.UpdatedAt = types.StringPointerValue(pin.CreatedAt), types.StringPointerValue(pin.UpdatedAt)
}

// overwrites warns about a pin that the planned one replaces.
func (m *pinnedVersionModel) overwrites(pin stackone.PinnedVersion) diag.Diagnostics {
	have := newReturnedPin(pin)
	sameOwner := !isSet(m.Owner) || m.Owner.ValueString() == have.Owner

	if pin.Version == "" || m.PinnedVersion.ValueString() == pin.Version && sameOwner {
		return nil
	}

	planned := "a version that is known after apply"
	if isSet(m.PinnedVersion) {
		planned = returnedPin{m.PinnedVersion.ValueString(), m.Owner.ValueString()}.String()
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("The connector profile is already pinned", fmt.Sprintf(
		"StackOne has pinned the connector profile %q to %s. Applying this plan pins it to %s. To manage the existing pin, import it.",
		m.ConnectorProfileID.ValueString(), have, planned))}
}

// privateReturned is the key of the last response in the private state.
const privateReturned = "returned"

// remember stores a response for refresh.
func remember(ctx context.Context, private privateState, pin stackone.PinnedVersion) diag.Diagnostics {
	raw, _ := json.Marshal(newReturnedPin(pin))

	return private.SetKey(ctx, privateReturned, raw)
}

type returnedPin struct {
	PinnedVersion string `json:"pinned_version"`
	Owner         string `json:"owner"`
}

func newReturnedPin(pin stackone.PinnedVersion) returnedPin {
	return returnedPin{pin.Version, types.StringPointerValue(pin.Owner).ValueString()}
}

func (p returnedPin) String() string {
	if p.Owner == "" {
		return fmt.Sprintf("version %q", p.PinnedVersion)
	}

	return fmt.Sprintf("version %q of the owner %q", p.PinnedVersion, p.Owner)
}
