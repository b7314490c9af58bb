package provider

import (
	"fmt"

	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// attributeKind is the shape of an attribute's value.
type attributeKind int

const (
	kindText attributeKind = iota
	kindSecret
	kindJSON
	kindWholeNumber
	kindFlag
	kindTextList
)

// attributeSpec describes an attribute once, so that a resource and its
// ephemeral twin cannot drift apart. The framework has a type of attribute for
// each of the two; the functions below render a spec as either.
type attributeSpec struct {
	name string
	kind attributeKind
	// description is Markdown, in full sentences.
	description string
	// apiField is the field of StackOne's API that the attribute maps to; empty
	// when the attribute is the provider's own.
	apiField   string
	deprecated string
	required   bool
	computed   bool

	textRules   []validator.String
	numberRules []validator.Int64
	listRules   []validator.List
}

// markdown is the description as the documentation shows it.
func (s attributeSpec) markdown() string {
	if s.apiField == "" {
		return s.description
	}

	return fmt.Sprintf("%s API field: `%s`.", s.description, s.apiField)
}

func (s attributeSpec) optional() bool { return !s.required && !s.computed }

// resourceAttributes renders specs for a managed resource: a change of an input
// replaces the object, a computed value stays what it is.
func resourceAttributes(specs []attributeSpec) map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(specs))

	for _, s := range specs {
		attributes[s.name] = s.resourceAttribute()
	}

	return attributes
}

func (s attributeSpec) resourceAttribute() schema.Attribute {
	switch s.kind {
	case kindWholeNumber:
		return schema.Int64Attribute{
			CustomType: wholeNumberType{},
			Required:   s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.numberRules,
			PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
		}
	case kindFlag:
		return schema.BoolAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated,
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
		}
	case kindTextList:
		return schema.ListAttribute{
			ElementType: types.StringType,
			Required:    s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.listRules,
			PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()},
		}
	case kindJSON:
		return schema.StringAttribute{
			CustomType: jsonObjectType{},
			Required:   s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.textRules,
			PlanModifiers: []planmodifier.String{equivalentJSON{}, stringplanmodifier.RequiresReplace()},
		}
	default:
		attribute := schema.StringAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed, Sensitive: s.kind == kindSecret,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.textRules,
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		}

		if s.computed {
			attribute.PlanModifiers = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
		}

		if s.kind == kindSecret {
			attribute.CustomType = secretStringType{}
		}

		return attribute
	}
}

// ephemeralAttributes renders specs for an ephemeral resource.
func ephemeralAttributes(specs []attributeSpec) map[string]ephemeralschema.Attribute {
	attributes := make(map[string]ephemeralschema.Attribute, len(specs))

	for _, s := range specs {
		attributes[s.name] = s.ephemeralAttribute()
	}

	return attributes
}

func (s attributeSpec) ephemeralAttribute() ephemeralschema.Attribute {
	switch s.kind {
	case kindWholeNumber:
		return ephemeralschema.Int64Attribute{
			CustomType: wholeNumberType{},
			Required:   s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.numberRules,
		}
	case kindFlag:
		return ephemeralschema.BoolAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated,
		}
	case kindTextList:
		return ephemeralschema.ListAttribute{
			ElementType: types.StringType,
			Required:    s.required, Optional: s.optional(), Computed: s.computed,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.listRules,
		}
	default:
		attribute := ephemeralschema.StringAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed, Sensitive: s.kind == kindSecret,
			MarkdownDescription: s.markdown(), DeprecationMessage: s.deprecated, Validators: s.textRules,
		}

		switch s.kind {
		case kindJSON:
			attribute.CustomType = jsonObjectType{}
		case kindSecret:
			attribute.CustomType = secretStringType{}
		}

		return attribute
	}
}

// dataSourceAttributes renders specs for a data source. Its results are texts,
// flags and lists of texts alone.
func dataSourceAttributes(specs []attributeSpec) map[string]datasourceschema.Attribute {
	attributes := make(map[string]datasourceschema.Attribute, len(specs))

	for _, s := range specs {
		attributes[s.name] = s.dataSourceAttribute()
	}

	return attributes
}

func (s attributeSpec) dataSourceAttribute() datasourceschema.Attribute {
	switch s.kind {
	case kindFlag:
		return datasourceschema.BoolAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed, MarkdownDescription: s.markdown(),
		}
	case kindTextList:
		return datasourceschema.ListAttribute{
			ElementType: types.StringType,
			Required:    s.required, Optional: s.optional(), Computed: s.computed, MarkdownDescription: s.markdown(), Validators: s.listRules,
		}
	default:
		return datasourceschema.StringAttribute{
			Required: s.required, Optional: s.optional(), Computed: s.computed, MarkdownDescription: s.markdown(), Validators: s.textRules,
		}
	}
}
