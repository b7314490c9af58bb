package plugin

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns the protocol server of p: the one of
// terraform-plugin-framework, with two additions.
//
// It lets go of a request's context when the request is over. The framework
// (v1.19.0, registerContext in internal/proto6server) derives a context from it
// and keeps that, with the request's loggers and their fields, until Terraform
// stops the provider, so that memory grows with the number of resources. So the
// framework gets a requestContext, which drops the request's own context when the
// request is over. When the framework does so itself, this part can go.
//
// And it ends a request that arrives after Terraform has stopped the provider.
// Terraform may have begun one just before it was interrupted; the framework
// ends only those that it has when it is stopped, and such a late one would
// hold the interrupted run up for as long as StackOne does not answer.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)()
	if complete, ok := framework.(protocolServer); ok {
		return newServer(complete)
	}
	// A framework that lacks an optional part is served as it is: the server
	// must not claim the part.
	return framework
}

// protocolServer is a provider server with every optional part, which
// terraform-plugin-go v0.31.0 looks for by type assertion.
type protocolServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server overrides the requests that Terraform makes for each resource, whose
// contexts would add up, and those that wait for StackOne, which must end when
// the provider is stopped. The framework answers all others, which are few and
// quick. A new kind of request that waits, such as an action, belongs here too.
type server struct {
	protocolServer

	mu      sync.Mutex
	running context.Context    //nolint:containedctx // It is the server's life, not a request's.
	stop    context.CancelFunc // ends running
}

func newServer(framework protocolServer) *server {
	s := &server{protocolServer: framework}
	s.running, s.stop = context.WithCancel(context.Background())

	return s
}

// StopProvider ends the requests in flight and those that arrive from now on.
func (s *server) StopProvider(ctx context.Context, r *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()

	return s.protocolServer.StopProvider(ctx, r)
}

// ConfigureProvider begins anew after a stop, for a provider that serves several
// runs, as with -debug.
func (s *server) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.mu.Lock()
	if s.running.Err() != nil {
		s.running, s.stop = context.WithCancel(context.Background())
	}
	s.mu.Unlock()

	return s.protocolServer.ConfigureProvider(ctx, r)
}

func (s *server) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return forward(ctx, s, r, s.protocolServer.ValidateResourceConfig)
}

func (s *server) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return forward(ctx, s, r, s.protocolServer.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return forward(ctx, s, r, s.protocolServer.UpgradeResourceIdentity)
}

func (s *server) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return forward(ctx, s, r, s.protocolServer.ImportResourceState)
}

func (s *server) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return forward(ctx, s, r, s.protocolServer.ReadResource)
}

func (s *server) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return forward(ctx, s, r, s.protocolServer.PlanResourceChange)
}

func (s *server) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return forward(ctx, s, r, s.protocolServer.ApplyResourceChange)
}

func (s *server) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return forward(ctx, s, r, s.protocolServer.ReadDataSource)
}

func (s *server) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return forward(ctx, s, r, s.protocolServer.OpenEphemeralResource)
}

// ListResource returns before its results are read, so its context lasts until
// the caller's ends: that is when the caller has read them, or goes away.
func (s *server) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	ctx, release := s.begin(ctx)
	context.AfterFunc(ctx, release)

	return s.protocolServer.ListResource(ctx, r)
}

// forward hands on a request whose context is used until method returns.
func forward[Request, Response any](
	ctx context.Context, s *server, request Request, method func(context.Context, Request) (Response, error),
) (Response, error) {
	ctx, release := s.begin(ctx)
	defer release()

	return method(ctx, request)
}

// begin returns the context of a request, which ends when ctx does or when the
// provider is stopped, and a function to call at the end of the request, which
// may be called repeatedly.
func (s *server) begin(ctx context.Context) (_ context.Context, release func()) {
	s.mu.Lock()
	running := s.running
	s.mu.Unlock()

	ctx, cancel := context.WithCancel(ctx)

	detach := context.AfterFunc(running, cancel)
	if running.Err() != nil {
		cancel() // at once: AfterFunc calls it in a goroutine of its own
	}

	request := new(requestContext)
	request.current.Store(&ctx)

	return request, func() {
		detach()
		cancel()
		request.current.Store(&ended)
	}
}

// A requestContext is the context of one request until the request is released,
// and one that has ended from then on.
//
// It always answers with a context of the standard library, so contexts derived
// from it are cancelled by that one directly: no goroutine waits in between.
type requestContext struct {
	current atomic.Pointer[context.Context]
}

// ended is what every requestContext is in the end.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	return ctx
}()

func (c *requestContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *requestContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *requestContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *requestContext) Value(key any) any           { return (*c.current.Load()).Value(key) }
