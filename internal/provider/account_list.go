package provider

import (
	"context"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ list.ListResourceWithConfigure = (*accountList)(nil)

func newAccountList() list.ListResource { return &accountList{} }

// accountList serves "terraform query".
type accountList struct{ resourceBase }

func (l *accountList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (l *accountList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range accountFilterAttributes() {
		attributes[name] = attribute
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds linked accounts for `terraform query`, for example to import all accounts of a customer.",
		Attributes:          attributes,
	}
}

// List requests a page when Terraform has taken the results of the one before.
func (l *accountList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter accountFilter

	if diags := req.Config.Get(ctx, &filter); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	if filter.matchesNothing() {
		stream.Results = list.NoListResults
		return
	}

	client, err := l.data.client()
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{apiDiagnostic(listAccounts, err)})
		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		for account, err := range client.StreamAccounts(l.data.maskKey(ctx), filter.listRequest(), int(req.Limit)) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{apiDiagnostic(listAccounts, err)}})
				return
			}

			if !push(l.result(ctx, req, &account)) {
				return
			}
		}
	}
}

func (l *accountList) result(ctx context.Context, req list.ListRequest, account *stackone.Account) list.ListResult {
	result := req.NewListResult(ctx)
	id := types.StringValue(account.ID)
	result.DisplayName = displayName(account.ID, account.OriginOwnerName, account.Provider, account.Label)

	result.Diagnostics.Append(result.Identity.Set(ctx, resourceIdentity{ID: id})...)

	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, accountModel{
			accountFacts: accountFacts{}.fromResponse(account), ID: id, AccountID: id,
		})...)
	}

	return result
}

// displayName describes an account on one line. Terraform prints it unescaped.
func displayName(id string, parts ...*string) string {
	name := id

	for _, part := range parts {
		if part != nil && *part != "" {
			name += ", " + *part
		}
	}

	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}

		return c
	}, name)
}
