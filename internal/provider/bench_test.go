package provider_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// parallelism is Terraform's default.
const parallelism = 10

func usualSession() map[string]any {
	return map[string]any{
		"origin_owner_id":   "customer-1",
		"origin_owner_name": "Customer One",
		"origin_username":   "admin@customer-1.example",
		"categories":        []string{"hris", "ats"},
		"expires_in":        604800,
		"label":             "Customer One",
		"metadata":          `{"plan":"pro","seats":25}`,
	}
}

// measure runs requests for one session at a time and for 1,000 sessions in parallel. The
// requests are prepared, so that only the provider is measured.
func measure(b *testing.B, request func(context.Context) error) {
	b.Helper()

	for _, sessions := range []int{1, 1000} {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				each(b, sessions, request)
			}
		})
	}
}

func each(b *testing.B, sessions int, request func(context.Context) error) {
	b.Helper()

	var group sync.WaitGroup

	for worker := range min(sessions, parallelism) {
		group.Go(func() {
			for i := worker; i < sessions; i += parallelism {
				if err := request(b.Context()); err != nil {
					b.Error(err)
				}
			}
		})
	}

	group.Wait()
}

// newProtocol disables the rate limit.
func newProtocol(b *testing.B) *protocol {
	b.Helper()

	h := newHarness(b)
	h.env["STACKONE_MAX_REQUESTS_PER_MINUTE"] = "0"

	return h.protocol(b, "stackone_connect_session")
}

func failed(err error, diagnostics []*tfprotov6.Diagnostic) error {
	if err != nil {
		return err
	}

	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}

	return nil
}

func BenchmarkStartUp(b *testing.B) {
	h := newHarness(b)

	b.ReportAllocs()

	for b.Loop() {
		server, err := h.factories()["stackone"]()
		if err != nil {
			b.Fatal(err)
		}

		schemas, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err := failed(err, schemas.Diagnostics); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	p := newProtocol(b)
	request := &tfprotov6.ValidateResourceConfigRequest{
		TypeName: p.typeName, Config: p.pack(p.object, p.value(p.object, usualSession())),
	}

	measure(b, func(ctx context.Context) error {
		response, err := p.server.ValidateResourceConfig(ctx, request)
		return failed(err, response.Diagnostics)
	})
}

func BenchmarkPlan(b *testing.B) {
	p := newProtocol(b)
	existing, config := p.apply(nil, usualSession()), p.value(p.object, usualSession())

	for _, states := range []struct {
		name                    string
		prior, config, proposed tftypes.Value
	}{
		{"create", p.null(), config, config},
		{"unchanged", existing, config, existing},
		{"destroy", existing, p.null(), p.null()},
	} {
		request := &tfprotov6.PlanResourceChangeRequest{
			TypeName: p.typeName, PriorState: p.pack(p.object, states.prior),
			Config: p.pack(p.object, states.config), ProposedNewState: p.pack(p.object, states.proposed),
		}

		b.Run(states.name, func(b *testing.B) {
			measure(b, func(ctx context.Context) error {
				response, err := p.server.PlanResourceChange(ctx, request)
				return failed(err, response.Diagnostics)
			})
		})
	}
}

// BenchmarkApply includes the requests to the local fake.
func BenchmarkApply(b *testing.B) {
	p := newProtocol(b)
	planned, _ := p.plan(p.null(), usualSession())
	request := &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, PriorState: p.pack(p.object, p.null()),
		PlannedState: p.pack(p.object, planned), Config: p.pack(p.object, p.value(p.object, usualSession())),
	}

	measure(b, func(ctx context.Context) error {
		response, err := p.server.ApplyResourceChange(ctx, request)
		return failed(err, response.Diagnostics)
	})
}

func BenchmarkRead(b *testing.B) {
	p := newProtocol(b)
	request := &tfprotov6.ReadResourceRequest{
		TypeName: p.typeName, CurrentState: p.pack(p.object, p.apply(nil, usualSession())),
	}

	measure(b, func(ctx context.Context) error {
		response, err := p.server.ReadResource(ctx, request)
		return failed(err, response.Diagnostics)
	})
}
