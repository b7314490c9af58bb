package provider_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocol speaks the plugin protocol in process: for edited states, and for the cost of calls.
type protocol struct {
	tb       testing.TB
	server   tfprotov6.ProviderServer
	schemas  *tfprotov6.GetProviderSchemaResponse
	typeName string
	// object is the type of the resource.
	object tftypes.Object
}

func (h *harness) protocol(tb testing.TB, typeName string) *protocol {
	tb.Helper()

	server, err := h.factories()["stackone"]()
	if err != nil {
		tb.Fatal(err)
	}

	schemas, err := server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}

	p := &protocol{tb: tb, server: server, schemas: schemas, typeName: typeName}
	p.object = p.objectOf(schemas.ResourceSchemas[typeName])
	p.configure()

	return p
}

func (p *protocol) objectOf(schema *tfprotov6.Schema) tftypes.Object {
	p.tb.Helper()

	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		p.tb.Fatalf("%s has no schema", p.typeName)
	}

	return object
}

func (p *protocol) configure() { p.configureWith(nil) }

func (p *protocol) configureWith(attributes map[string]any) {
	p.tb.Helper()

	object := p.objectOf(p.schemas.Provider)
	resp, err := p.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: p.pack(object, p.value(object, attributes)),
	})
	p.check(err, resp.Diagnostics)
}

// value creates an object; attributes that are not given are null.
func (p *protocol) value(object tftypes.Object, attributes map[string]any) tftypes.Value {
	values := make(map[string]tftypes.Value, len(object.AttributeTypes))

	for name, attributeType := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, native(attributes[name]))
	}

	return tftypes.NewValue(object, values)
}

// native converts to the types of tftypes.
func native(value any) any {
	switch value := value.(type) {
	case []string:
		elements := make([]tftypes.Value, len(value))
		for i, element := range value {
			elements[i] = tftypes.NewValue(tftypes.String, element)
		}

		return elements
	case map[string]string:
		elements := make(map[string]tftypes.Value, len(value))
		for key, element := range value {
			elements[key] = tftypes.NewValue(tftypes.String, element)
		}

		return elements
	default:
		return value
	}
}

func (p *protocol) pack(object tftypes.Object, v tftypes.Value) *tfprotov6.DynamicValue {
	p.tb.Helper()

	packed, err := tfprotov6.NewDynamicValue(object, v)
	if err != nil {
		p.tb.Fatal(err)
	}

	return &packed
}

func (p *protocol) unpack(packed *tfprotov6.DynamicValue) tftypes.Value {
	p.tb.Helper()

	v, err := packed.Unmarshal(p.object)
	if err != nil {
		p.tb.Fatal(err)
	}

	return v
}

func (p *protocol) check(err error, diags []*tfprotov6.Diagnostic) {
	p.tb.Helper()

	if err != nil {
		p.tb.Fatal(err)
	}

	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			p.tb.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// expect compares diagnostics with parts of the wanted ones, such as "ERROR summary: detail"
// or `WARNING AttributeName("label") summary`.
func (p *protocol) expect(what any, diags []*tfprotov6.Diagnostic, want ...string) {
	p.tb.Helper()

	got := texts(diags)
	for i, d := range diags {
		if d.Attribute != nil {
			got[i] = d.Attribute.String() + " " + got[i]
		}

		got[i] = d.Severity.String() + " " + got[i]
	}

	if !slices.EqualFunc(got, want, strings.Contains) {
		p.tb.Errorf("%v: got %q, want %q", what, got, want)
	}
}

func (p *protocol) attributes(v tftypes.Value) map[string]tftypes.Value {
	p.tb.Helper()

	attributes := map[string]tftypes.Value{}
	if err := v.As(&attributes); err != nil {
		p.tb.Fatal(err)
	}

	// As returns the value's own map.
	return maps.Clone(attributes)
}

func (p *protocol) with(state tftypes.Value, attribute string, value any) tftypes.Value {
	p.tb.Helper()

	attributes := p.attributes(state)
	attributes[attribute] = tftypes.NewValue(p.object.AttributeTypes[attribute], value)

	return tftypes.NewValue(p.object, attributes)
}

// text returns a string attribute, "" for null.
func (p *protocol) text(state tftypes.Value, attribute string) string {
	p.tb.Helper()

	var text string
	if err := p.attributes(state)[attribute].As(&text); err != nil {
		p.tb.Fatal(err)
	}

	return text
}

func (p *protocol) null() tftypes.Value { return tftypes.NewValue(p.object, nil) }

// proposed is Terraform's proposal: the configuration, with computed attributes from the prior
// state.
func (p *protocol) proposed(prior tftypes.Value, config map[string]any) tftypes.Value {
	p.tb.Helper()

	v := p.value(p.object, config)
	if prior.IsNull() {
		return v
	}

	attributes, before := p.attributes(v), p.attributes(prior)
	for _, name := range p.computed() {
		if attributes[name].IsNull() {
			attributes[name] = before[name]
		}
	}

	return tftypes.NewValue(p.object, attributes)
}

func (p *protocol) computed() []string {
	var names []string

	for _, attribute := range p.schemas.ResourceSchemas[p.typeName].Block.Attributes {
		if attribute.Computed {
			names = append(names, attribute.Name)
		}
	}

	return names
}

// plan returns the planned state and the paths that force a replacement.
func (p *protocol) plan(prior tftypes.Value, config map[string]any) (tftypes.Value, []*tftypes.AttributePath) {
	p.tb.Helper()

	resp := p.tryPlan(prior, config)
	p.check(nil, resp.Diagnostics)

	return p.unpack(resp.PlannedState), resp.RequiresReplace
}

// tryPlan also returns errors and warnings; a nil configuration removes the object.
func (p *protocol) tryPlan(prior tftypes.Value, config map[string]any, private ...byte) *tfprotov6.PlanResourceChangeResponse {
	p.tb.Helper()

	configured, proposed := p.null(), p.null()
	if config != nil {
		configured, proposed = p.value(p.object, config), p.proposed(prior, config)
	}

	resp, err := p.server.PlanResourceChange(context.Background(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, PriorState: p.pack(p.object, prior), Config: p.pack(p.object, configured), ProposedNewState: p.pack(p.object, proposed),
		PriorPrivate: private,
	})
	p.check(err, nil)

	return resp
}

// apply plans and applies a configuration; a nil prior creates.
func (p *protocol) apply(prior *tftypes.Value, config map[string]any) tftypes.Value {
	p.tb.Helper()

	before := p.null()
	if prior != nil {
		before = *prior
	}

	state, diags := p.tryApply(before, config)
	p.check(nil, diags)

	return state
}

func (p *protocol) tryApply(before tftypes.Value, config map[string]any) (tftypes.Value, []*tfprotov6.Diagnostic) {
	p.tb.Helper()

	resp := p.change(before, config)

	return p.unpack(resp.NewState), resp.Diagnostics
}

// change plans and applies a configuration.
func (p *protocol) change(before tftypes.Value, config map[string]any) *tfprotov6.ApplyResourceChangeResponse {
	p.tb.Helper()

	plan := p.tryPlan(before, config)
	p.check(nil, plan.Diagnostics)

	resp, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: p.pack(p.object, before), PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
		Config: p.pack(p.object, p.value(p.object, config)),
	})
	p.check(err, nil)

	return resp
}

func (p *protocol) validate(config map[string]any) []*tfprotov6.Diagnostic {
	p.tb.Helper()

	resp, err := p.server.ValidateResourceConfig(context.Background(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: p.typeName, Config: p.pack(p.object, p.value(p.object, config)),
	})
	p.check(err, nil)

	return resp.Diagnostics
}

func (p *protocol) delete(state tftypes.Value, private ...byte) []*tfprotov6.Diagnostic {
	p.tb.Helper()

	resp, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: p.pack(p.object, state), PlannedState: p.pack(p.object, p.null()), Config: p.pack(p.object, p.null()),
		PlannedPrivate: private,
	})
	p.check(err, nil)

	return resp.Diagnostics
}

func (p *protocol) read(state tftypes.Value) tftypes.Value {
	p.tb.Helper()

	state, diags := p.tryRead(state)
	p.check(nil, diags)

	return state
}

func (p *protocol) tryRead(state tftypes.Value) (tftypes.Value, []*tfprotov6.Diagnostic) {
	p.tb.Helper()

	resp := p.refresh(state, nil)

	return p.unpack(resp.NewState), resp.Diagnostics
}

func (p *protocol) refresh(state tftypes.Value, private []byte) *tfprotov6.ReadResourceResponse {
	p.tb.Helper()

	resp, err := p.server.ReadResource(context.Background(), &tfprotov6.ReadResourceRequest{
		TypeName: p.typeName, CurrentState: p.pack(p.object, state), Private: private,
	})
	p.check(err, nil)

	return resp
}

func listed(p *protocol, filter map[string]any, limit int64, include bool) (ids []string, diags []*tfprotov6.Diagnostic, resources []tftypes.Value) {
	p.tb.Helper()

	lister, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		p.tb.Fatal("the provider serves no lists")
	}

	object := p.objectOf(p.schemas.ListResourceSchemas[p.typeName])
	stream, err := lister.ListResource(p.tb.Context(), &tfprotov6.ListResourceRequest{
		TypeName: p.typeName, Config: p.pack(object, p.value(object, filter)), Limit: limit, IncludeResource: include,
	})
	p.check(err, nil)

	for result := range stream.Results {
		diags = append(diags, result.Diagnostics...)

		if result.Identity == nil {
			continue
		}

		v, err := result.Identity.IdentityData.Unmarshal(identityType())
		p.check(err, nil)

		ids = append(ids, p.text(v, "id"))

		if result.Resource != nil {
			resources = append(resources, p.unpack(result.Resource))
		}
	}

	return ids, diags, resources
}
