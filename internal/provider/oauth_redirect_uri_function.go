package provider

import (
	"context"
	"net/url"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

var _ function.Function = (*oauthRedirectURIFunction)(nil)

func newOAuthRedirectURIFunction() function.Function { return &oauthRedirectURIFunction{} }

type oauthRedirectURIFunction struct{}

func (f *oauthRedirectURIFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "oauth_redirect_uri"
}

func (f *oauthRedirectURIFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
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

func (f *oauthRedirectURIFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
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
