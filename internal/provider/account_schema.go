package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// accountResourceSchema makes the settable attributes optional and computed: accounts exist
// before their adoption, and attributes that are not configured keep their values.
func accountResourceSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	managed := func(apiField, description string, rules ...validator.String) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, Computed: true, Validators: append([]validator.String{notEmpty{}}, rules...), PlanModifiers: keep,
			MarkdownDescription: description + " When absent, StackOne keeps its value. API field: `" + apiField + "`.",
		}
	}

	sent := func(apiField, description string, rule validator.String, modifiers ...planmodifier.String) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, Validators: []validator.String{rule}, PlanModifiers: modifiers,
			MarkdownDescription: description + " StackOne does not return it: Terraform sends it with the adoption and when it changes. When absent, nothing is sent. API field: `" + apiField + "`.",
		}
	}

	readOnly := func(apiField, description string, modifiers ...planmodifier.String) schema.Attribute {
		return schema.StringAttribute{Computed: true, PlanModifiers: modifiers, MarkdownDescription: description + " API field: `" + apiField + "`."}
	}

	return schema.Schema{
		MarkdownDescription: "Labels, changes and deletes a linked account that a customer has created with a connect session.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{notEmpty{}}, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The identifier of the account to adopt, for example from the data source `stackone_accounts`. A change replaces the resource. API field: `id`.",
			},
			"id": schema.StringAttribute{Computed: true, PlanModifiers: keep, MarkdownDescription: "The same as `account_id`."},

			"label":             managed("label", "The label of the account."),
			"origin_owner_id":   managed("origin_owner_id", "The identifier of the customer in your own system."),
			"origin_owner_name": managed("origin_owner_name", "The name of the customer."),
			"origin_username":   managed("origin_username", "The person who connected the account."),
			"type":              managed("type", "The type of the account: "+codeList(accountTypes())+". Null if StackOne returns another one, which a configured type replaces without a warning.", oneOf{kind: "account type", words: accountTypes()}),
			"shared": schema.BoolAttribute{
				Optional: true, Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "Whether all end users of the customer may use the account. When absent, StackOne keeps its value. API field: `shared`.",
			},
			"connector_profile_id": sent("connector_profile_id", "The identifier of the connector profile for the account.", notEmpty{}),
			"metadata":             sent("metadata", "A JSON object, written with `jsonencode`.", jsonObject{}, jsonObject{}),
			"deletion_policy": schema.StringAttribute{
				Optional: true, Validators: []validator.String{oneOf{kind: "deletion policy", words: deletionPolicies()}},
				MarkdownDescription: "What a destroy does: `forget`, the default, leaves the account at StackOne; `delete` deletes it there, which ends the customer's connection.",
			},

			"provider_key":  readOnly("provider", "The key of the account's connector, for example `bamboohr`.", keep...),
			"provider_name": readOnly("provider_name", "The name of the account's connector.", keep...),
			"status":        readOnly("status", "The status of the account: "+codeList(accountStatuses())+", or a newer one.", keep...),
			"categories": schema.ListAttribute{
				ElementType: types.StringType, Computed: true, PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The categories of the account, for example `hris`. API field: `categories`.",
			},
			"created_at": readOnly("created_at", "When the account was linked (RFC 3339).", keep...),
			"updated_at": readOnly("updated_at", "When the account was last changed (RFC 3339)."),
		},
	}
}

// setIdentity does nothing for versions of Terraform without identities.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.String) diag.Diagnostics {
	if identity == nil {
		return nil
	}

	return identity.Set(ctx, resourceIdentity{ID: id})
}

// planIdentity sets the identity to null if the account is unknown: a replacement starts with
// the identity of the old account.
func planIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, accountID types.String) diag.Diagnostics {
	if identity == nil || isSet(accountID) {
		return setIdentity(ctx, identity, accountID)
	}

	identity.Raw = tftypes.NewValue(identity.Schema.Type().TerraformType(ctx), nil)

	return nil
}
