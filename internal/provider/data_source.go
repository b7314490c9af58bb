package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

var _ datasource.DataSourceWithConfigure = (*dataSource[any])(nil)

// dataSource is the code that all data sources share.
type dataSource[Model any] struct {
	base
	name      string
	schema    schema.Schema
	operation operation
	// read completes a model that contains the configuration.
	read func(ctx context.Context, data *providerData, model *Model) error
	// notFound describes a missing object, if the data source has an id.
	notFound func(model *Model) (summary, detail string)
}

func (d *dataSource[Model]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *dataSource[Model]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.schema
}

func (d *dataSource[Model]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configure(req.ProviderData)
}

func (d *dataSource[Model]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model Model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &model)...); resp.Diagnostics.HasError() {
		return
	}

	err := d.read(d.data.maskKey(ctx), d.data, &model)

	switch {
	case err == nil:
		resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	case stackone.IsNotFound(err) && d.notFound != nil:
		summary, detail := d.notFound(&model)
		resp.Diagnostics.AddAttributeError(path.Root("id"), summary, detail)
	default:
		resp.Diagnostics.Append(apiDiagnostic(d.operation, err))
	}
}

// lookup is the attribute by which a data source finds an object.
func lookup(description string) schema.Attribute {
	return schema.StringAttribute{Required: true, Validators: []validator.String{notEmpty{}}, MarkdownDescription: description}
}

func computedText(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedBool(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func computedTexts(description string) schema.Attribute {
	return schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

func computedObjects(description string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
}

// filterTexts allows repeated values, since lists of customers are often concatenated.
func filterTexts(description string, rules ...validator.List) schema.Attribute {
	return schema.ListAttribute{ElementType: types.StringType, Optional: true, Validators: append([]validator.List{filled{}}, rules...), MarkdownDescription: description}
}
