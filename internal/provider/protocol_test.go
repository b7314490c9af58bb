package provider_test

import (
	"context"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocol speaks the plugin protocol in process: for edited states, and for the cost of calls.
type protocol struct {
	tb       testing.TB
	server   tfprotov6.ProviderServer
	typeName string
	// object is the type of the resource, provider that of the provider's configuration.
	object, provider tftypes.Object
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

	object, ok := schemas.ResourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		tb.Fatalf("no schema for %s", typeName)
	}

	p := &protocol{tb: tb, server: server, typeName: typeName, object: object}

	p.provider, ok = schemas.Provider.ValueType().(tftypes.Object)
	if !ok {
		tb.Fatal("no schema for the provider")
	}

	p.configure()

	return p
}

func (p *protocol) configure() {
	p.tb.Helper()

	resp, err := p.server.ConfigureProvider(context.Background(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: p.pack(p.provider, p.value(p.provider, nil)),
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

	var text *string
	if err := p.attributes(state)[attribute].As(&text); err != nil {
		p.tb.Fatal(err)
	}

	if text == nil {
		return ""
	}

	return *text
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
	p.tb.Helper()

	schemas, err := p.server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		p.tb.Fatal(err)
	}

	var names []string

	for _, attribute := range schemas.ResourceSchemas[p.typeName].Block.Attributes {
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

	planned, _ := p.plan(before, config)

	resp, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: p.pack(p.object, before), PlannedState: p.pack(p.object, planned),
		Config: p.pack(p.object, p.value(p.object, config)),
	})
	p.check(err, nil)

	return p.unpack(resp.NewState), resp.Diagnostics
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
