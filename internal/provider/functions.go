package provider

import (
	"context"
	"net/url"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type categoriesFunction struct{}

func newCategoriesFunction() function.Function { return categoriesFunction{} }

func (categoriesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "categories"
}

func (categoriesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The categories of connectors that a connect session accepts",
		MarkdownDescription: "Returns the values that the attribute `categories` of a connect session accepts, as StackOne's API spells them: " + codeList(categories()) + ". " +
			"It is meant for `validation` blocks of module variables, needs no configured provider and makes no call.",
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (categoriesFunction) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	resp.Error = resp.Result.Set(ctx, categories())
}

type oauthRedirectURIFunction struct{}

func newOAuthRedirectURIFunction() function.Function { return oauthRedirectURIFunction{} }

func (oauthRedirectURIFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "oauth_redirect_uri"
}

func (oauthRedirectURIFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The redirect URI that an OAuth application must allow for a connector",
		MarkdownDescription: "Returns the address to which a system sends a customer back who has signed in there, for example `" + oauthRedirectURI("slack") + "`. " +
			"An OAuth application of your own, registered at that system, must allow it as a redirect URI. The function needs no configured provider and makes no call.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "connector",
			MarkdownDescription: "The key of the connector, as `provider_key` of a connect session takes it, for example `slack`: lower-case letters, digits, `_` and `-`. " +
				"The function does not check that StackOne has the connector; the data source `stackone_connectors` lists them.",
		}},
		Return: function.StringReturn{},
	}
}

func (oauthRedirectURIFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var connector string
	if resp.Error = req.Arguments.Get(ctx, &connector); resp.Error != nil {
		return
	}

	if !regexp.MustCompile(`^[a-z0-9_-]+$`).MatchString(connector) {
		resp.Error = function.NewArgumentFuncError(0, "A connector key consists of lower-case letters, digits, _ and -, for example slack or bullhorn_ats. "+
			"The data source stackone_connectors lists the keys that there are")

		return
	}

	resp.Error = resp.Result.Set(ctx, oauthRedirectURI(connector))
}

// oauthRedirectURI returns the documented address: one host for all regions, whatever base_url.
func oauthRedirectURI(connector string) string {
	return "https://api.stackone.com/connect/oauth2/" + url.PathEscape(connector) + "/callback"
}
