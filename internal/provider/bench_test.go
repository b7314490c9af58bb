package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// BenchmarkProvider measures requests of the plugin protocol for one session; internal/dev/bench
// measures whole runs. The requests are prepared, so that only the provider is measured, and for
// "apply" the local fake.
func BenchmarkProvider(b *testing.B) {
	h := newHarness(b)
	h.env["STACKONE_MAX_REQUESTS_PER_MINUTE"] = "0"
	p := h.protocol(b, "stackone_connect_session")

	session := map[string]any{
		"origin_owner_id": "customer-1", "origin_owner_name": "Customer One", "origin_username": "admin@customer-1.example", "categories": []string{"hris", "ats"},
		"expires_in": 604800, "label": "Customer One", "metadata": `{"plan":"pro","seats":25}`,
	}
	existing, config, null := p.apply(nil, session), p.value(p.object, session), p.null()
	planned, _ := p.plan(null, session)

	plan := func(prior, config, proposed tftypes.Value) func(context.Context) ([]*tfprotov6.Diagnostic, error) {
		request := &tfprotov6.PlanResourceChangeRequest{TypeName: p.typeName, PriorState: p.pack(p.object, prior), Config: p.pack(p.object, config), ProposedNewState: p.pack(p.object, proposed)}

		return func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			response, err := p.server.PlanResourceChange(ctx, request)
			return response.Diagnostics, err
		}
	}
	validate := &tfprotov6.ValidateResourceConfigRequest{TypeName: p.typeName, Config: p.pack(p.object, config)}
	apply := &tfprotov6.ApplyResourceChangeRequest{TypeName: p.typeName, PriorState: p.pack(p.object, null), PlannedState: p.pack(p.object, planned), Config: p.pack(p.object, config)}
	read := &tfprotov6.ReadResourceRequest{TypeName: p.typeName, CurrentState: p.pack(p.object, existing)}

	for name, request := range map[string]func(context.Context) ([]*tfprotov6.Diagnostic, error){
		"start": func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			response, err := h.server().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
			return response.Diagnostics, err
		},
		"validate": func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			response, err := p.server.ValidateResourceConfig(ctx, validate)
			return response.Diagnostics, err
		},
		"plan/create":    plan(null, config, config),
		"plan/unchanged": plan(existing, config, existing),
		"plan/destroy":   plan(existing, null, null),
		"apply": func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			response, err := p.server.ApplyResourceChange(ctx, apply)
			return response.Diagnostics, err
		},
		"read": func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
			response, err := p.server.ReadResource(ctx, read)
			return response.Diagnostics, err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				if diags, err := request(b.Context()); err != nil || len(diags) > 0 {
					b.Fatalf("%v, %v", err, diags)
				}
			}
		})
	}
}
