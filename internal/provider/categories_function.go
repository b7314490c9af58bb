package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ function.Function = (*categoriesFunction)(nil)

func newCategoriesFunction() function.Function { return &categoriesFunction{} }

type categoriesFunction struct{}

func (f *categoriesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "categories"
}

func (f *categoriesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The categories of connectors that a connect session accepts",
		MarkdownDescription: "Returns the values that the attribute `categories` of a connect session accepts, as StackOne's API spells them: " + codeList(categories()) + ". " +
			"It is meant for `validation` blocks of module variables, needs no configured provider and makes no call.",
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (f *categoriesFunction) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	resp.Error = resp.Result.Set(ctx, categories())
}
