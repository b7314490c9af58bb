package plugin

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// fakeFramework calls back with the context of each request. It implements one method that
// forward serves, and the one that streams.
type fakeFramework struct {
	protocolServer
	seen func(context.Context)
}

func (f *fakeFramework) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return nil, nil
}

func (f *fakeFramework) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return nil, nil
}

func (f *fakeFramework) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	f.seen(ctx)
	return nil, nil
}

func (f *fakeFramework) ListResource(ctx context.Context, _ *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	return &tfprotov6.ListResourceServerStream{Results: func(func(tfprotov6.ListResourceResult) bool) { f.seen(ctx) }}, nil
}

func request(ctx context.Context, s tfprotov6.ProviderServer, method string) {
	// The framework panics on an empty request, but only after it has kept the context.
	defer func() { _ = recover() }()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // as gRPC does

	f := reflect.ValueOf(s).MethodByName(method)

	response := f.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.New(f.Type().In(1).Elem())})[0]
	if list, ok := response.Interface().(*tfprotov6.ListResourceServerStream); ok && list != nil {
		for range list.Results {
		}
	}
}

func TestServerLetsGoOfContexts(t *testing.T) {
	t.Parallel()

	s := NewServer(nil)

	for _, method := range []string{
		"ValidateResourceConfig", "UpgradeResourceState", "UpgradeResourceIdentity", "ImportResourceState",
		"ReadResource", "PlanResourceChange", "ApplyResourceChange", "ReadDataSource", "OpenEphemeralResource", "ListResource",
	} {
		kept := func() weak.Pointer[[64]byte] {
			type key struct{}

			value := new([64]byte)
			request(context.WithValue(context.Background(), key{}, value), s, method)

			return weak.Make(value)
		}()
		for i := 0; i < 100 && kept.Value() != nil; i++ { // AfterFunc's goroutine may still be running.
			runtime.GC()
			runtime.Gosched()
		}

		if kept.Value() != nil {
			t.Errorf("the context of %s is still alive after the request", method)
		}
	}

	runtime.KeepAlive(s)
}

// A leaked goroutine would keep the bubble from ending.
func TestServerEndsRequests(t *testing.T) {
	t.Parallel()

	for _, method := range []string{"ReadResource", "ListResource"} {
		synctest.Test(t, func(t *testing.T) {
			var (
				atFirst, atLast error
				kept            []context.CancelFunc // as the framework does
			)

			s := newServer(&fakeFramework{seen: func(ctx context.Context) {
				ctx, cancel := context.WithCancel(ctx)
				atFirst, kept = ctx.Err(), append(kept, cancel)

				select {
				case <-ctx.Done():
				case <-time.After(time.Hour):
				}

				atLast = ctx.Err()
			}})

			for _, test := range []struct {
				name        string
				meanwhile   func(cancel context.CancelFunc)
				first, last error
			}{
				{"in a run", func(context.CancelFunc) {}, nil, nil},
				{"when the caller's context ends", func(cancel context.CancelFunc) { cancel() }, nil, context.Canceled},
				{"when Terraform stops the provider", func(context.CancelFunc) { _, _ = s.StopProvider(context.Background(), nil) }, nil, context.Canceled},
				{"after the stop", func(context.CancelFunc) { _, _ = s.ConfigureProvider(context.Background(), nil) }, context.Canceled, context.Canceled},
				{"in the next run", func(context.CancelFunc) {}, nil, nil},
				{"when it is configured again, and then stopped", func(context.CancelFunc) {
					_, _ = s.ConfigureProvider(context.Background(), nil)
					_, _ = s.StopProvider(context.Background(), nil)
				}, nil, context.Canceled},
			} {
				atFirst, atLast = errors.New("not forwarded"), errors.New("not forwarded")
				ctx, cancel := context.WithCancel(context.Background())
				ended := make(chan struct{})

				go func() {
					request(ctx, s, method)
					close(ended)
				}()

				synctest.Wait() // until it waits
				test.meanwhile(cancel)
				<-ended
				cancel()

				if !errors.Is(atFirst, test.first) || !errors.Is(atLast, test.last) {
					t.Errorf("%s, the context of %s: %v, later %v", test.name, method, atFirst, atLast)
				}
			}

			runtime.KeepAlive(kept)
		})
	}
}
