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

func faked() []string { return []string{"ReadResource", "ListResource"} }

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

func keeps(s tfprotov6.ProviderServer, method string) bool {
	kept := func() weak.Pointer[[64]byte] {
		type key struct{}

		value := new([64]byte)
		request(context.WithValue(context.Background(), key{}, value), s, method)

		return weak.Make(value)
	}()
	// AfterFunc's goroutine may still be running.
	for range 100 {
		runtime.GC()

		if kept.Value() == nil {
			return false
		}

		runtime.Gosched()
	}

	return true
}

func TestServerLetsGoOfContexts(t *testing.T) {
	t.Parallel()

	s := NewServer(nil)
	for _, method := range []string{
		"ValidateResourceConfig", "UpgradeResourceState", "UpgradeResourceIdentity", "ImportResourceState",
		"ReadResource", "PlanResourceChange", "ApplyResourceChange", "ReadDataSource", "OpenEphemeralResource", "ListResource",
	} {
		if keeps(s, method) {
			t.Errorf("the context of %s is still alive after the request", method)
		}
	}

	runtime.KeepAlive(s)
}

func TestServerEndsWhatIsInFlight(t *testing.T) {
	t.Parallel()

	for name, end := range map[string]func(*server, context.CancelFunc){
		"the caller's context ends":    func(_ *server, cancel context.CancelFunc) { cancel() },
		"Terraform stops the provider": func(s *server, _ context.CancelFunc) { _, _ = s.StopProvider(context.Background(), nil) },
	} {
		for _, method := range faked() {
			synctest.Test(t, func(t *testing.T) {
				ended := errors.New("not forwarded")
				s := newServer(&fakeFramework{seen: func(ctx context.Context) {
					select {
					case <-ctx.Done():
					case <-time.After(time.Hour):
					}

					ended = ctx.Err()
				}})

				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()

				go request(ctx, s, method)

				synctest.Wait() // until it waits
				end(s, cancel)
				synctest.Wait()

				if !errors.Is(ended, context.Canceled) {
					t.Errorf("%s: %s ended with %v, want %v", name, method, ended, context.Canceled)
				}
			})
		}
	}
}

// Requests after a stop end at once; those after the next Configure do not. A leaked goroutine
// would keep the bubble from ending.
func TestServerEndsWhatArrivesAfterTheStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			err  error
			kept []context.CancelFunc // as the framework does
		)

		s := newServer(&fakeFramework{seen: func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			err, kept = ctx.Err(), append(kept, cancel)
		}})
		expect := func(want error, when string) {
			t.Helper()

			for _, method := range faked() {
				err = errors.New("not forwarded")

				request(context.Background(), s, method)

				if !errors.Is(err, want) {
					t.Errorf("%s the context of %s says %v, want %v", when, method, err, want)
				}
			}
		}

		expect(nil, "in a run")

		_, _ = s.StopProvider(context.Background(), nil)

		expect(context.Canceled, "after the stop")

		_, _ = s.ConfigureProvider(context.Background(), nil)

		expect(nil, "in the next run")
		runtime.KeepAlive(kept)
	})
}
