package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// defaultExpiresIn is how long a session lasts when expires_in is not sent, in
// seconds, as the API documents it.
const defaultExpiresIn = 1800

// connectSessionSpecs describes the inputs and outputs that the resource and the
// ephemeral resource have in common.
func connectSessionSpecs() []attributeSpec {
	return append(connectSessionInputSpecs(), connectSessionOutputSpecs()...)
}

func connectSessionInputSpecs() []attributeSpec {
	text := []validator.String{notEmpty{}}

	return []attributeSpec{
		{
			name: "origin_owner_id", apiField: "origin_owner_id", required: true, textRules: text,
			description: "The identifier of the customer in your own system. Together with `origin_owner_name` and the connector it decides whether StackOne makes a new linked account or opens an existing one.",
		},
		{
			name: "origin_owner_name", apiField: "origin_owner_name", required: true, textRules: text,
			description: "The name of the customer, which StackOne keeps on the linked account.",
		},
		{
			name: "origin_username", apiField: "origin_username", textRules: text,
			description: "The person who connects, for example an e-mail address.",
		},
		{
			name: "categories", kind: kindTextList, apiField: "categories",
			listRules: []validator.List{
				listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.UniqueValues(), distinctCategories{},
				listvalidator.ValueStringsAre(oneOf{what: "category", words: categories(), aliases: categorySpellings()}),
			},
			description: "The categories of connectors that the customer may choose from: " + codeList(categories()) + ". " + spellingNote() + " When absent, all that are enabled in the project are offered.",
		},
		{
			name: "provider_key", apiField: "provider", textRules: text,
			description: "The key of the connector, for example `bamboohr` or `salesforce`; the link then opens at its credentials. When absent, the customer chooses. Terraform reserves the word `provider`, hence the name.",
		},
		{
			name: "provider_version", apiField: "provider_version", textRules: text,
			deprecated:  "StackOne no longer selects a connector version by this field, and sending it can make the call fail. Use connector_profile_id instead.",
			description: "The version of the connector. StackOne ignores it by now, and it can make the call fail; use `connector_profile_id` instead.",
		},
		{
			name: "connector_profile_id", apiField: "connector_profile_id",
			textRules:   []validator.String{notEmpty{}, stringvalidator.ConflictsWith(path.MatchRoot("integration_id"))},
			description: "The connector profile (formerly auth config) to use instead of the project's default for the connector. Conflicts with `integration_id`.",
		},
		{
			name: "integration_id", apiField: "integration_id", textRules: text,
			deprecated:  "StackOne renamed this field. Use connector_profile_id with the same value instead.",
			description: "The former name of `connector_profile_id`, with which it conflicts.",
		},
		{
			name: "account_id", apiField: "account_id", textRules: text,
			description: "An existing linked account. The link then opens that account for editing, and `multiple` has no effect.",
		},
		{
			name: "expires_in", kind: kindWholeNumber, apiField: "expires_in", numberRules: []validator.Int64{int64validator.AtLeast(1)},
			description: fmt.Sprintf("How long the session and its link stay valid, in whole seconds, at least 1. When absent, StackOne's default of %d seconds (30 minutes) applies. Links that are sent by e-mail usually get days: 432000 is five days.", defaultExpiresIn),
		},
		{
			name: "label", apiField: "label", textRules: text,
			description: "A label that StackOne puts on the linked account.",
		},
		{
			name: "metadata", kind: kindJSON, apiField: "metadata",
			description: "Any JSON object, written with `jsonencode`, that StackOne carries to the linked account, for example `jsonencode({ plan = \"pro\", seats = 25 })`. Differences in white space or in the order of keys are no change.",
		},
		{
			name: "multiple", kind: kindFlag, apiField: "multiple",
			description: "Whether the customer may link several accounts with the same owner and connector. When absent, StackOne's default `false` applies. It has no effect with `account_id`.",
		},
		{
			name: "type", apiField: "type", textRules: []validator.String{oneOf{what: "account type", words: accountTypes()}},
			description: "The type of the linked account: " + codeList(accountTypes()) + ". When absent, StackOne's default `production` applies.",
		},
		{
			name: "shared", kind: kindFlag, apiField: "shared",
			description: "Whether the linked account may be used by all end users of the customer. When absent, StackOne decides.",
		},
		{
			name: "relink", kind: kindFlag, apiField: "relink",
			description: "Whether the session re-authenticates an account that is linked already. StackOne documents the field but not its exact effect; set it only when StackOne advises so.",
		},
	}
}

func connectSessionOutputSpecs() []attributeSpec {
	return []attributeSpec{
		{
			name: "id", apiField: "id", computed: true,
			description: "The identifier of the session at StackOne.",
		},
		{
			name: "organization_id", apiField: "organization_id", computed: true,
			description: "The StackOne organization that the API key belongs to.",
		},
		{
			name: "project_id", apiField: "project_id", computed: true,
			description: "The StackOne project that the API key belongs to.",
		},
		{
			name: "created_at", apiField: "created_at", computed: true,
			description: "When StackOne made the session (RFC 3339, UTC). When the answer holds no usable time, the time of the answer, else of the request.",
		},
		{
			name: "expires_at", computed: true,
			description: "When the session and its link end (RFC 3339, UTC): `created_at` plus `expires_in`. StackOne's answer does not hold it.",
		},
		{
			name: "token", kind: kindSecret, apiField: "token", computed: true,
			description: "The secret token of the session, which StackOne's hub component takes. Whoever has it can link accounts for the customer until `expires_at`.",
		},
		{
			name: "auth_link_url", kind: kindSecret, apiField: "auth_link_url", computed: true,
			description: "The link that the customer opens to connect. It contains the token and is as secret.",
		},
		{
			name: "external_trigger_token", kind: kindSecret, apiField: "external_trigger_token", computed: true,
			description: "A secret that triggers actions on the account from outside; null when StackOne sends none.",
		},
	}
}
