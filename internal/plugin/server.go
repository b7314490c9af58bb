package plugin

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns the protocol server of p: the one of
// terraform-plugin-framework, behind one that lets go of each request's context
// when the request is over.
//
// The framework (v1.19.0, registerContext in internal/proto6server) derives a
// context from that of each request and keeps its cancel function until
// Terraform stops the provider. With it stays the request's whole context, the
// loggers and their fields included, so that memory grows with the number of
// resources. The server below hands the framework a context that forgets the
// request's own at the end of the request. The rest, about 200 bytes, goes
// when no request is in flight: see forget.
//
// This file can go, and the framework's server be served as it is, as soon as
// the framework drops a request's cancel function when the request returns.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)()
	if complete, ok := framework.(protocolServer); ok {
		return newServer(complete)
	}
	// A framework that lacks an optional part: to claim the part would be
	// wrong, to keep the contexts is merely wasteful.
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

// newRequestContext returns a context that is ctx until release is called, and
// that ends no later than running does. release also cancels what was derived
// from it, and may be called repeatedly.
func newRequestContext(ctx, running context.Context) (_ context.Context, release func()) {
	ctx, cancel := context.WithCancel(ctx)
	detach := context.AfterFunc(running, cancel)
	request := new(requestContext)
	request.current.Store(&ctx)
	return request, func() {
		detach()
		cancel()
		request.current.Store(&ended)
	}
}

func (c *requestContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *requestContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *requestContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *requestContext) Value(key any) any           { return (*c.current.Load()).Value(key) }

// forgetAfter is the number of requests after which the framework is made to
// forget what it has kept of them.
const forgetAfter = 256

// server forwards each request with a requestContext. The embedded interface
// forwards what a later version of the protocol may add.
type server struct {
	protocolServer

	mu      sync.Mutex
	running context.Context //nolint:containedctx // It is the server's life, not a request's.
	stop    context.CancelFunc

	inFlight sync.RWMutex // held for reading by each request
	finished atomic.Int64 // requests since the framework last forgot
}

func newServer(framework protocolServer) *server {
	s := &server{protocolServer: framework}
	s.start()
	return s
}

// start begins a life of the server, which StopProvider ends.
func (s *server) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil || s.running.Err() != nil {
		s.running, s.stop = context.WithCancel(context.Background())
	}
}

// life is the context that ends when Terraform stops the provider.
func (s *server) life() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

// StopProvider ends the requests in flight and those that arrive from now on:
// Terraform may have begun one before it was interrupted, and the framework ends
// only those that it knows when it is stopped. A server that is kept for another
// run, as with -debug, starts anew when it is configured.
func (s *server) StopProvider(ctx context.Context, r *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	return s.protocolServer.StopProvider(ctx, r)
}

// begin returns the context of a request, and a function to call at its end,
// where more calls than one are as good as one.
func (s *server) begin(ctx context.Context) (_ context.Context, end func()) {
	s.inFlight.RLock()
	ctx, release := newRequestContext(ctx, s.life())
	return ctx, sync.OnceFunc(func() {
		release()
		s.inFlight.RUnlock()
		if s.finished.Add(1) >= forgetAfter {
			s.forget()
		}
	})
}

// forget makes the framework drop what it keeps of requests that have ended, if
// there are no others: all that its StopProvider does is to cancel and forget
// the contexts of its requests. A request that begins meanwhile waits.
func (s *server) forget() {
	if !s.inFlight.TryLock() {
		return // the request in flight will try again
	}
	defer s.inFlight.Unlock()
	s.finished.Store(0)
	// The framework returns no error, and one would not matter.
	_, _ = s.protocolServer.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
}

// call forwards a request whose context is used until method returns.
func call[Request, Response any](
	ctx context.Context, s *server, request Request, method func(context.Context, Request) (Response, error),
) (Response, error) {
	ctx, end := s.begin(ctx)
	defer end()
	return method(ctx, request)
}

// stream forwards a request whose context is used until its answer, which
// events finds in the response, has been read to the end, or until the caller's
// context ends if it is not read.
func stream[Request, Response, Event any](
	ctx context.Context, s *server, request Request, method func(context.Context, Request) (*Response, error),
	events func(*Response) *iter.Seq[Event],
) (*Response, error) {
	caller := ctx
	ctx, end := s.begin(caller)
	response, err := method(ctx, request)
	if err != nil || response == nil || *events(response) == nil {
		end()
		return response, err
	}
	stop := context.AfterFunc(caller, end)
	read := *events(response)
	*events(response) = func(yield func(Event) bool) {
		defer end()
		defer stop()
		read(yield)
	}
	return response, nil
}

func (s *server) GetMetadata(ctx context.Context, r *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return call(ctx, s, r, s.protocolServer.GetMetadata)
}

func (s *server) GetProviderSchema(ctx context.Context, r *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return call(ctx, s, r, s.protocolServer.GetProviderSchema)
}

func (s *server) GetResourceIdentitySchemas(ctx context.Context, r *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return call(ctx, s, r, s.protocolServer.GetResourceIdentitySchemas)
}

func (s *server) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateProviderConfig)
}

func (s *server) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.start()
	return call(ctx, s, r, s.protocolServer.ConfigureProvider)
}

func (s *server) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateResourceConfig)
}

func (s *server) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.UpgradeResourceState)
}

func (s *server) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, s, r, s.protocolServer.ReadResource)
}

func (s *server) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, s, r, s.protocolServer.PlanResourceChange)
}

func (s *server) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, s, r, s.protocolServer.ApplyResourceChange)
}

func (s *server) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.ImportResourceState)
}

func (s *server) MoveResourceState(ctx context.Context, r *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.MoveResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, s, r, s.protocolServer.UpgradeResourceIdentity)
}

func (s *server) GenerateResourceConfig(ctx context.Context, r *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.GenerateResourceConfig)
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateDataResourceConfig)
}

func (s *server) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return call(ctx, s, r, s.protocolServer.ReadDataSource)
}

func (s *server) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return call(ctx, s, r, s.protocolServer.CallFunction)
}

func (s *server) GetFunctions(ctx context.Context, r *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return call(ctx, s, r, s.protocolServer.GetFunctions)
}

func (s *server) ValidateEphemeralResourceConfig(ctx context.Context, r *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateEphemeralResourceConfig)
}

func (s *server) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return call(ctx, s, r, s.protocolServer.OpenEphemeralResource)
}

func (s *server) RenewEphemeralResource(ctx context.Context, r *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return call(ctx, s, r, s.protocolServer.RenewEphemeralResource)
}

func (s *server) CloseEphemeralResource(ctx context.Context, r *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return call(ctx, s, r, s.protocolServer.CloseEphemeralResource)
}

func (s *server) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateListResourceConfig)
}

func (s *server) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return stream(ctx, s, r, s.protocolServer.ListResource, func(a *tfprotov6.ListResourceServerStream) *iter.Seq[tfprotov6.ListResourceResult] { return &a.Results })
}

func (s *server) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateActionConfig)
}

func (s *server) PlanAction(ctx context.Context, r *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return call(ctx, s, r, s.protocolServer.PlanAction)
}

func (s *server) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	return stream(ctx, s, r, s.protocolServer.InvokeAction, func(a *tfprotov6.InvokeActionServerStream) *iter.Seq[tfprotov6.InvokeActionEvent] { return &a.Events })
}

func (s *server) ValidateStateStoreConfig(ctx context.Context, r *tfprotov6.ValidateStateStoreConfigRequest) (*tfprotov6.ValidateStateStoreConfigResponse, error) {
	return call(ctx, s, r, s.protocolServer.ValidateStateStoreConfig)
}

func (s *server) ConfigureStateStore(ctx context.Context, r *tfprotov6.ConfigureStateStoreRequest) (*tfprotov6.ConfigureStateStoreResponse, error) {
	return call(ctx, s, r, s.protocolServer.ConfigureStateStore)
}

func (s *server) ReadStateBytes(ctx context.Context, r *tfprotov6.ReadStateBytesRequest) (*tfprotov6.ReadStateBytesStream, error) {
	return stream(ctx, s, r, s.protocolServer.ReadStateBytes, func(a *tfprotov6.ReadStateBytesStream) *iter.Seq[tfprotov6.ReadStateByteChunk] { return &a.Chunks })
}

func (s *server) WriteStateBytes(ctx context.Context, r *tfprotov6.WriteStateBytesStream) (*tfprotov6.WriteStateBytesResponse, error) {
	return call(ctx, s, r, s.protocolServer.WriteStateBytes)
}

func (s *server) GetStates(ctx context.Context, r *tfprotov6.GetStatesRequest) (*tfprotov6.GetStatesResponse, error) {
	return call(ctx, s, r, s.protocolServer.GetStates)
}

func (s *server) DeleteState(ctx context.Context, r *tfprotov6.DeleteStateRequest) (*tfprotov6.DeleteStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.DeleteState)
}

func (s *server) LockState(ctx context.Context, r *tfprotov6.LockStateRequest) (*tfprotov6.LockStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.LockState)
}

func (s *server) UnlockState(ctx context.Context, r *tfprotov6.UnlockStateRequest) (*tfprotov6.UnlockStateResponse, error) {
	return call(ctx, s, r, s.protocolServer.UnlockState)
}
