package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/numberplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// connectSessionAttributes are shared by the resource and the ephemeral resource. A changed
// input replaces the session, because the API cannot change one.
func connectSessionAttributes() map[string]schema.Attribute {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}

	required := func(description string) schema.Attribute {
		return schema.StringAttribute{Required: true, Validators: []validator.String{notEmpty{}}, PlanModifiers: replace, MarkdownDescription: description}
	}

	optional := func(description string, rule validator.String) schema.Attribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{rule}, PlanModifiers: replace, MarkdownDescription: description}
	}

	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, PlanModifiers: keep, MarkdownDescription: description}
	}

	secret := func(description string) schema.Attribute {
		return schema.StringAttribute{CustomType: secretStringType{}, Computed: true, Sensitive: true, PlanModifiers: keep, MarkdownDescription: description}
	}

	return map[string]schema.Attribute{
		"origin_owner_id":   required("The identifier of the customer in your own system. StackOne uses it, together with `origin_owner_name` and the connector, to decide whether to create a linked account or open an existing one. API field: `origin_owner_id`."),
		"origin_owner_name": required("The name of the customer. StackOne stores it on the linked account. API field: `origin_owner_name`."),
		"origin_username":   optional("The person who connects, for example an e-mail address. API field: `origin_username`.", notEmpty{}),
		"categories": schema.ListAttribute{
			ElementType: types.StringType, Optional: true, PlanModifiers: []planmodifier.List{sameCategories{}, listplanmodifier.RequiresReplace()},
			Validators:          []validator.List{filled{}, distinctCategories{}, oneOf{kind: "category", words: categories(), aliases: categorySpellings()}},
			MarkdownDescription: "The categories of connectors that the customer may choose from: " + codeList(categories()) + ". " + spellingNote + " Order and spelling do not count as changes. When absent, the customer may choose from all connectors that are enabled in the project. API field: `categories`.",
		},
		"provider_key":         optional("The key of the connector, for example `bamboohr` or `salesforce`; the link then opens its sign-in. When absent, the customer chooses. Terraform reserves the word `provider`. API field: `provider`.", notEmpty{}),
		"connector_profile_id": optional("The connector profile to use instead of the project's default for the connector. API field: `connector_profile_id`.", notEmpty{}),
		"account_id":           optional("The identifier of an existing linked account. The link then opens that account for editing, and `multiple` has no effect. API field: `account_id`.", notEmpty{}),
		"expires_in": schema.NumberAttribute{
			Optional: true, Validators: []validator.Number{wholeNumber{min: 1, max: maxExpiresIn}}, PlanModifiers: []planmodifier.Number{numberplanmodifier.RequiresReplace()},
			MarkdownDescription: fmt.Sprintf("How long the session and its link are valid, in whole seconds, from 1 to %d (ten years). When absent, StackOne's default of %d seconds (30 minutes) applies. Links sent by e-mail usually need days: 432000 is five days. API field: `expires_in`.", maxExpiresIn, defaultExpiresIn),
		},
		"label": optional("A label that StackOne puts on the linked account. API field: `label`.", notEmpty{}),
		"metadata": schema.StringAttribute{
			Optional: true, Validators: []validator.String{jsonObject{}}, PlanModifiers: append([]planmodifier.String{jsonObject{}}, replace...),
			MarkdownDescription: "Any JSON object, written with `jsonencode`, for example `jsonencode({ plan = \"pro\", seats = 25 })`. StackOne copies it to the linked account. White space, the order of keys and the spelling of numbers (`25` and `25.0`) do not count as changes. API field: `metadata`.",
		},
		"multiple": schema.BoolAttribute{
			Optional: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
			MarkdownDescription: "Whether the customer may link several accounts with the same owner and connector. When absent, StackOne's default `false` applies. It has no effect with `account_id`. API field: `multiple`.",
		},
		"type": optional("The type of the linked account: "+codeList(accountTypes())+". When absent, StackOne's default `production` applies. API field: `type`.", oneOf{kind: "account type", words: accountTypes()}),

		"id":                     computed("The identifier of the session at StackOne. API field: `id`."),
		"organization_id":        computed("The StackOne organization that the API key belongs to. API field: `organization_id`."),
		"project_id":             computed("The StackOne project that the API key belongs to. API field: `project_id`."),
		"created_at":             computed("When StackOne created the session (RFC 3339, UTC). If the response has no usable time, the `Date` of the response, or else the time of the request. API field: `created_at`."),
		"expires_at":             computed("When the session and its link expire (RFC 3339, UTC): `created_at` plus `expires_in`. The provider computes it."),
		"token":                  secret("The secret token of the session, for StackOne's hub component. Whoever has it can link accounts for the customer until `expires_at`. API field: `token`."),
		"auth_link_url":          secret("The link that the customer opens to connect. It contains the token, so it is equally secret. API field: `auth_link_url`."),
		"external_trigger_token": secret("A secret that triggers actions on the account from outside; null when StackOne sends none. API field: `external_trigger_token`."),
	}
}

// sameCategories plans no change if only order or spelling differ.
type sameCategories struct{ undescribed }

func (sameCategories) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	// An unknown element is an error here and counts as different.
	before, _ := apiCategories(ctx, req.StateValue)
	after, _ := apiCategories(ctx, req.PlanValue)

	slices.Sort(before)
	slices.Sort(after)

	if len(before) > 0 && slices.Equal(before, after) {
		resp.PlanValue = req.StateValue
	}
}

// replaceOtherKeepers ignores null elements and treats an empty map as null.
func replaceOtherKeepers() planmodifier.Map {
	values := func(keepers types.Map) map[string]attr.Value {
		elements := keepers.Elements()
		maps.DeleteFunc(elements, func(_ string, v attr.Value) bool { return v.IsNull() })

		return elements
	}

	return mapplanmodifier.RequiresReplaceIf(func(_ context.Context, req planmodifier.MapRequest, resp *mapplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = req.PlanValue.IsUnknown() || !maps.EqualFunc(values(req.StateValue), values(req.PlanValue), attr.Value.Equal)
	}, "", "")
}
