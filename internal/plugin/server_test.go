package plugin

import (
	"context"
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"iter"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// tinyProvider has one resource, whose Read is a function of the test.
type tinyProvider struct{ read func(context.Context) }

func (*tinyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, r *provider.MetadataResponse) {
	r.TypeName = "tiny"
}
func (*tinyProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (*tinyProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (*tinyProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (p *tinyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &tinyResource{read: p.read} }}
}

type tinyResource struct {
	resource.Resource // Create, Update and Delete are not called
	read              func(context.Context)
}

func (*tinyResource) Metadata(_ context.Context, _ resource.MetadataRequest, r *resource.MetadataResponse) {
	r.TypeName = "tiny_thing"
}
func (*tinyResource) Schema(_ context.Context, _ resource.SchemaRequest, r *resource.SchemaResponse) {
	r.Schema.Attributes = map[string]schema.Attribute{"name": schema.StringAttribute{Optional: true}}
}
func (t *tinyResource) Read(ctx context.Context, _ resource.ReadRequest, _ *resource.ReadResponse) {
	t.read(ctx)
}

func readTinyThing(tb testing.TB) *tfprotov6.ReadResourceRequest {
	tb.Helper()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}
	state, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, "a"),
	}))
	if err != nil {
		tb.Fatal(err)
	}
	return &tfprotov6.ReadResourceRequest{TypeName: "tiny_thing", CurrentState: &state}
}

// requestMethods are the methods of the protocol that serve one request.
func requestMethods() []string {
	var names []string
	for method := range reflect.TypeFor[protocolServer]().Methods() {
		if method.Name != "StopProvider" {
			names = append(names, method.Name)
		}
	}
	return names
}

// keeps reports whether s keeps the context of a call of method after its end.
func keeps(t *testing.T, s tfprotov6.ProviderServer, method string) bool {
	t.Helper()
	kept := callWithValue(t, s, method)
	for range 3 {
		runtime.GC()
	}
	return kept.Value() != nil
}

// callWithValue calls method with a context that holds a value, reads the
// answer to its end and returns a weak pointer to the value.
func callWithValue(t *testing.T, s tfprotov6.ProviderServer, method string) weak.Pointer[[64]byte] {
	t.Helper()
	type key struct{}
	value := new([64]byte)
	ctx := context.WithValue(context.Background(), key{}, value)

	func() {
		// An empty request may be more than the framework can take, which is
		// no matter here: it keeps the context before it looks at the request.
		defer func() { _ = recover() }()
		f := reflect.ValueOf(s).MethodByName(method)
		request := reflect.New(f.Type().In(1).Elem())
		answer := f.Call([]reflect.Value{reflect.ValueOf(ctx), request})[0]
		if answer.IsNil() {
			return
		}
		for _, field := range answer.Elem().Fields() {
			if field.Kind() == reflect.Func {
				for range field.Seq() {
				}
			}
		}
	}()
	return weak.Make(value)
}

func TestServerLetsGoOfEveryRequest(t *testing.T) {
	t.Parallel()
	s := NewServer(&tinyProvider{})
	for _, method := range requestMethods() {
		if keeps(t, s, method) {
			t.Errorf("the context of %s is still alive after the request", method)
		}
	}
	runtime.KeepAlive(s)
}

// When this test fails, the framework has learnt to let go of its requests, and
// server.go can be removed.
func TestFrameworkKeepsRequests(t *testing.T) {
	t.Parallel()
	s := providerserver.NewProtocol6(&tinyProvider{})()
	for _, method := range requestMethods() {
		if !keeps(t, s, method) {
			t.Errorf("the framework no longer keeps the context of %s", method)
		}
	}
	runtime.KeepAlive(s)
}

// A goroutine that outlives its request would keep the bubble from ending.
func TestServerLeavesNoGoroutine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		s := NewServer(&tinyProvider{read: func(ctx context.Context) {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			if derived.Err() == nil {
				reads++
			}
		}})
		for range 100 {
			if _, err := s.ReadResource(context.Background(), readTinyThing(t)); err != nil {
				t.Fatal(err)
			}
		}
		if reads != 100 {
			t.Errorf("%d of 100 requests reached the resource with a live context", reads)
		}
	})
}

func TestServerPassesCancellationOn(t *testing.T) {
	t.Parallel()
	for name, cancel := range map[string]func(tfprotov6.ProviderServer, context.CancelFunc) error{
		"the caller's context ends": func(_ tfprotov6.ProviderServer, cancel context.CancelFunc) error {
			cancel()
			return nil
		},
		"Terraform stops the provider": func(s tfprotov6.ProviderServer, _ context.CancelFunc) error {
			_, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ended error
				s := NewServer(&tinyProvider{read: func(ctx context.Context) {
					select {
					case <-ctx.Done():
						ended = ctx.Err()
					case <-time.After(time.Hour):
					}
				}})
				ctx, cancelCaller := context.WithCancel(context.Background())
				defer cancelCaller()
				go func() {
					if _, err := s.ReadResource(ctx, readTinyThing(t)); err != nil {
						t.Error(err)
					}
				}()
				synctest.Wait() // until Read waits
				if err := cancel(s, cancelCaller); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if !errors.Is(ended, context.Canceled) {
					t.Errorf("the request in flight ended with %v, want %v", ended, context.Canceled)
				}
			})
		})
	}
}

func TestRequestContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	deadline := time.Now().Add(time.Hour)
	parent, cancel := context.WithDeadline(context.WithValue(context.Background(), key{}, "value"), deadline)
	defer cancel()

	ctx, release := newRequestContext(parent, context.Background())
	derived, cancelDerived := context.WithCancel(ctx)
	defer cancelDerived()
	done := ctx.Done()
	if got, ok := ctx.Deadline(); !ok || !got.Equal(deadline) {
		t.Errorf("Deadline() = %v, %v, want that of the request", got, ok)
	}
	if got := derived.Value(key{}); got != "value" {
		t.Errorf("Value() = %v, want that of the request", got)
	}
	if ctx.Err() != nil || derived.Err() != nil {
		t.Errorf("Err() = %v and %v before the end of the request", ctx.Err(), derived.Err())
	}

	release()
	release()
	for name, done := range map[string]<-chan struct{}{
		"earlier": done, "later": ctx.Done(), "derived": derived.Done(),
	} {
		select {
		case <-done:
		default:
			t.Errorf("the %s channel is open after the request", name)
		}
	}
	if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(derived.Err(), context.Canceled) {
		t.Errorf("Err() = %v and %v after the request", ctx.Err(), derived.Err())
	}
	if got := derived.Value(key{}); got != nil {
		t.Errorf("Value() = %v after the request, want nil", got)
	}
	late, cancelLate := context.WithTimeout(ctx, time.Hour)
	defer cancelLate()
	if late.Err() == nil {
		t.Error("a context derived after the request is alive")
	}
}

// fakeLister answers ListResource with a stream or an error, and shows the
// context that it was given.
type fakeLister struct {
	protocolServer
	ctx    context.Context
	events int
	err    error
}

func (f *fakeLister) ListResource(ctx context.Context, _ *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	f.ctx = ctx
	if f.err != nil {
		return nil, f.err
	}
	var results iter.Seq[tfprotov6.ListResourceResult] = func(yield func(tfprotov6.ListResourceResult) bool) {
		for range 3 {
			if ctx.Err() != nil {
				return
			}
			f.events++
			if !yield(tfprotov6.ListResourceResult{}) {
				return
			}
		}
	}
	return &tfprotov6.ListResourceServerStream{Results: results}, nil
}

// released reports whether the context has let go of the request.
func (f *fakeLister) released() bool {
	request, ok := f.ctx.(*requestContext)

	return ok && *request.current.Load() == ended
}

func TestServerKeepsAStreamUntilItIsRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read func(*tfprotov6.ListResourceServerStream, context.CancelFunc)
		want int
	}{
		"to the end": {want: 3, read: func(s *tfprotov6.ListResourceServerStream, _ context.CancelFunc) {
			for range s.Results {
			}
		}},
		"in part": {want: 1, read: func(s *tfprotov6.ListResourceServerStream, _ context.CancelFunc) {
			for range s.Results {
				break
			}
		}},
		"until the caller's context ends": {want: 1, read: func(s *tfprotov6.ListResourceServerStream, cancel context.CancelFunc) {
			for range s.Results {
				cancel()
				synctest.Wait()
			}
		}},
		"not at all": {want: 0, read: func(_ *tfprotov6.ListResourceServerStream, cancel context.CancelFunc) {
			cancel()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				lister := new(fakeLister)
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				answer, err := (newServer(lister)).ListResource(ctx, &tfprotov6.ListResourceRequest{})
				if err != nil {
					t.Fatal(err)
				}
				if err := lister.ctx.Err(); err != nil {
					t.Fatalf("the context ended with %v before the stream was read", err)
				}
				test.read(answer, cancel)
				synctest.Wait()
				if lister.events != test.want {
					t.Errorf("%d events came, want %d", lister.events, test.want)
				}
				if !lister.released() {
					t.Error("the context is still that of the request")
				}
			})
		})
	}
}

func TestServerReleasesAFailedStream(t *testing.T) {
	t.Parallel()
	lister := &fakeLister{err: errors.New("no list today")}
	_, err := (newServer(lister)).ListResource(context.Background(), &tfprotov6.ListResourceRequest{})
	if !errors.Is(err, lister.err) {
		t.Errorf("ListResource() failed with %v, want %v", err, lister.err)
	}
	if !lister.released() {
		t.Error("the context is still that of the request")
	}
}

// fakeReader counts how often it is stopped, and waits in ReadResource as long
// as the test wants.
type fakeReader struct {
	protocolServer
	wait  chan struct{}
	stops int
}

func (f *fakeReader) ReadResource(context.Context, *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	<-f.wait
	return nil, nil
}

func (f *fakeReader) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return nil, nil
}

func (f *fakeReader) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	f.stops++
	return nil, nil
}

func TestServerMakesTheFrameworkForget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader := &fakeReader{wait: make(chan struct{})}
		s := newServer(reader)
		ask := func(n int) {
			for range n {
				if _, err := s.GetMetadata(context.Background(), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		expect := func(stops int, when string) {
			t.Helper()
			if reader.stops != stops {
				t.Errorf("%s the framework was stopped %d times, want %d", when, reader.stops, stops)
			}
		}

		ask(forgetAfter - 1)
		expect(0, "before there is enough to forget,")
		ask(1)
		expect(1, "when there is enough to forget,")

		go func() { _, _ = s.ReadResource(context.Background(), nil) }()
		synctest.Wait() // until it is in flight
		ask(3 * forgetAfter)
		expect(1, "while a request is in flight,")
		close(reader.wait)
		synctest.Wait()
		expect(2, "when the request in flight has ended,")
		ask(1)
		expect(2, "after that")
	})
}

// Requests live on while others make the framework forget.
func TestServerForgetsOnlyTheEnded(t *testing.T) {
	t.Parallel()
	var broken atomic.Int64
	s := NewServer(&tinyProvider{read: func(ctx context.Context) {
		runtime.Gosched()
		if ctx.Err() != nil {
			broken.Add(1)
		}
	}})
	request := readTinyThing(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 2 * forgetAfter {
				if _, err := s.ReadResource(context.Background(), request); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := broken.Load(); n > 0 {
		t.Errorf("the contexts of %d requests ended too early", n)
	}
}

// Terraform finds what a provider can do by type assertion, so the server must
// have all that the framework's has.
func TestServerHasEveryOptionalInterface(t *testing.T) {
	t.Parallel()
	s := NewServer(&tinyProvider{})
	if _, ok := s.(*server); !ok {
		t.Fatalf("the framework lacks a part of the protocol: its server is served as it is, %T", s)
	}

	//nolint:staticcheck // Deprecated by the promise to merge them, and in use until then.
	forwarded := []reflect.Type{
		reflect.TypeFor[tfprotov6.ProviderServerWithActions](),
		reflect.TypeFor[tfprotov6.ProviderServerWithListResource](),
		reflect.TypeFor[tfprotov6.ProviderServerWithStateStores](),
	}
	var names []string
	for _, optional := range forwarded {
		names = append(names, optional.Name())
		if !reflect.TypeOf(s).Implements(optional) {
			t.Errorf("the server lacks %s", optional)
		}
	}
	if known := optionalInterfaces(t); !slices.Equal(known, names) {
		t.Errorf("terraform-plugin-go knows the optional interfaces %q, the server forwards %q", known, names)
	}
}

// optionalInterfaces are the names of the interfaces in package tfprotov6 that
// extend ProviderServer, or are named after it, in alphabetical order.
func optionalInterfaces(t *testing.T) []string {
	t.Helper()
	found, err := build.Import("github.com/hashicorp/terraform-plugin-go/tfprotov6", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(found.Dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of terraform-plugin-go in %s: %v", found.Dir, err)
	}
	var names []string
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok && extendsProviderServer(spec) {
				names = append(names, spec.Name.Name)
			}
			return true
		})
	}
	slices.Sort(names)
	return names
}

func extendsProviderServer(spec *ast.TypeSpec) bool {
	declared, ok := spec.Type.(*ast.InterfaceType)
	if !ok || spec.Name.Name == "ProviderServer" {
		return false
	}
	return strings.HasPrefix(spec.Name.Name, "ProviderServer") ||
		slices.ContainsFunc(declared.Methods.List, func(field *ast.Field) bool {
			embedded, ok := field.Type.(*ast.Ident)
			return ok && len(field.Names) == 0 && embedded.Name == "ProviderServer"
		})
}
