package provider

import (
	"context"
	"iter"
	"strings"
	"unicode"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ list.ListResourceWithConfigure = (*listResource[accountFilter, any])(nil)

// listResource serves "terraform query" for one resource.
type listResource[Filter interface{ matchesNothing() bool }, Item any] struct {
	resourceBase
	description string
	filter      map[string]datasource.Attribute
	operation   operation
	items       func(ctx context.Context, client *stackone.Client, filter Filter, limit int) iter.Seq2[Item, error]
	// describe returns an item's resource, and the parts of its displayed name after the id.
	describe func(item *Item) (id string, resource any, name []*string)
}

func newAccountList() list.ListResource {
	return &listResource[accountFilter, stackone.Account]{
		resourceBase: resourceBase{name: "account"},
		description:  "Finds linked accounts for `terraform query`, for example to import all accounts of a customer.",
		filter:       accountFilterAttributes(),
		operation:    listAccounts,
		items: func(ctx context.Context, client *stackone.Client, filter accountFilter, limit int) iter.Seq2[stackone.Account, error] {
			return client.StreamAccounts(ctx, stackone.AccountFilter(filter), limit)
		},
		describe: func(a *stackone.Account) (string, any, []*string) {
			id := types.StringValue(a.ID)

			return a.ID, accountModel{accountFacts: accountFacts{}.fromResponse(a), ID: id, AccountID: id}, []*string{a.OriginOwnerName, a.Provider, a.Label}
		},
	}
}

func newPinnedVersionList() list.ListResource {
	return &listResource[connectorProfileFilter, stackone.ConnectorProfile]{
		resourceBase: resourceBase{name: "connector_profile_pinned_version"},
		description:  "Finds the connector profiles that are pinned to a version, for `terraform query`.",
		filter:       connectorProfileFilterAttributes(),
		operation:    listConnectorProfiles,
		items: func(ctx context.Context, client *stackone.Client, filter connectorProfileFilter, _ int) iter.Seq2[stackone.ConnectorProfile, error] {
			return func(yield func(stackone.ConnectorProfile, error) bool) {
				for profile, err := range client.ConnectorProfiles(ctx, stackone.ConnectorProfileFilter(filter)) {
					if (err != nil || profile.ConnectorPinnedVersion != nil) && !yield(profile, err) {
						return
					}
				}
			}
		},
		// Owner and times stay null: the API lists those of the profile, not of the pin.
		describe: func(p *stackone.ConnectorProfile) (string, any, []*string) {
			pin := pinnedVersionModel{ConnectorProfileID: types.StringValue(p.ID), PinnedVersion: types.StringPointerValue(p.ConnectorPinnedVersion)}

			return p.ID, pin, []*string{p.Name, p.ConnectorKey, p.ConnectorPinnedVersion}
		},
	}
}

func (l *listResource[Filter, Item]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: l.description, Attributes: map[string]schema.Attribute{}}
	for name, attribute := range l.filter {
		resp.Schema.Attributes[name] = attribute
	}
}

// List requests a page when Terraform has taken the results of the one before.
func (l *listResource[Filter, Item]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter Filter

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
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{apiDiagnostic(l.operation, err)})
		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		var sent int64

		for item, err := range l.items(l.data.maskKey(ctx), client, filter, int(req.Limit)) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{apiDiagnostic(l.operation, err)}})
				return
			}

			id, object, name := l.describe(&item)

			result := req.NewListResult(ctx)
			result.DisplayName = displayName(id, name...)
			result.Diagnostics.Append(result.Identity.Set(ctx, resourceIdentity{ID: types.StringValue(id)})...)

			if req.IncludeResource {
				result.Diagnostics.Append(result.Resource.Set(ctx, object)...)
			}

			if sent++; !push(result) || sent == req.Limit {
				return
			}
		}
	}
}

// displayName describes an object on one line. Terraform prints it unescaped.
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
