package stackonetest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// DefaultAPIKey is the key that servers accept.
const DefaultAPIKey = "v1.eu1.local-fake-key-0123456789abcdef" //nolint:gosec // It opens nothing but a fake.

// Options configure a Server.
type Options struct {
	Now func() time.Time
	// Latency is a real delay before each response.
	Latency time.Duration
	// Customers serves HubPath and ConnectPath, and links lead to HubPath.
	Customers bool
}

// Server is a fake of the API.
type Server struct {
	options Options
	url     string
	http    *http.Server
	strict  bool // collects violations

	// Exported methods lock mu; the others expect it locked.
	mu         sync.Mutex
	requests   []*Request
	violations []string
	sessions   []*Session
	edit       func(session map[string]any)

	accounts    []*Account
	profiles    []*ConnectorProfile
	pins        PinStyle
	connectors  []Connector
	style       ListStyle
	editAccount func(account map[string]any)

	script    []Fault
	rule      func(n int, r Request) *Fault
	limit     int
	limitSpan time.Duration
	admitted  []time.Time
}

// Request is a request as it arrived.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	Fields map[string]json.RawMessage
	Status int
	At     time.Time
	id     string
}

// refusal contains the messages of an error response.
type refusal []string

// handler returns the status and the content of a response.
type handler func(r *Request) (int, any)

// New starts a server that ends with the test. Invalid responses fail the test, except those
// that the test changed.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()

	s, err := Start(o)
	if err != nil {
		tb.Fatalf("starting the fake: %v", err)
	}

	s.strict = true

	tb.Cleanup(func() {
		s.Close()
		s.mu.Lock()
		defer s.mu.Unlock()

		for _, violation := range s.violations {
			tb.Error(violation)
		}
	})

	return s
}

// Start starts a server on a free port of the loopback address.
func Start(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}

	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}

	s := &Server{options: o, url: "http://" + listener.Addr().String()}
	// Cut connections would fill the log.
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}

	go func() { _ = s.http.Serve(listener) }()

	return s, nil
}

// URL returns the base URL.
func (s *Server) URL() string { return s.url }

// APIKey returns the accepted key.
func (s *Server) APIKey() string { return DefaultAPIKey }

// Close stops the server and cuts open requests.
func (s *Server) Close() { _ = s.http.Close() }

// Requests returns all requests in order.
func (s *Server) Requests() []Request { return copies(s, &s.requests) }

func (s *Server) locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()

	f()
}

// copied returns a copy of an item, if there is one.
func copied[T any](s *Server, get func(id string) *T, id string) (out T, ok bool) {
	s.locked(func() {
		if item := get(id); item != nil {
			out, ok = *item, true
		}
	})

	return out, ok
}

func copies[T any](s *Server, items *[]*T) []T {
	out := []T{}

	s.locked(func() {
		for _, item := range *items {
			out = append(out, *item)
		}
	})

	return out
}

// find returns the first item that fits, or nil.
func find[T any](items []*T, fits func(*T) bool) *T {
	if i := slices.IndexFunc(items, fits); i >= 0 {
		return items[i]
	}

	return nil
}

func (s *Server) routes() http.Handler {
	handlers := map[string]handler{
		"createConnectSession": s.createSession, "getConnectSession": s.getSession,
		"listAccounts": s.listAccounts, "getAccount": s.serveAccount, "updateAccount": s.serveAccount, "deleteAccount": s.serveAccount,
		"listConnectorProfiles": s.listProfiles, "listConnectorVersions": s.ofProfile(s.listVersions),
		"getPinnedVersion": s.ofProfile(s.getPin), "putPinnedVersion": s.ofProfile(s.putPin), "deletePinnedVersion": s.ofProfile(s.deletePin),
		"listActions": s.listActions,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.serve(nil, func(*Request) (int, any) { return http.StatusNotFound, refusal{"Not Found"} }))

	if s.options.Customers {
		mux.HandleFunc("GET /{$}", s.page(s.overview))
		mux.HandleFunc("GET "+HubPath, s.page(s.openLink))
		mux.HandleFunc("POST "+HubPath, s.page(s.press))
		mux.HandleFunc("POST "+ConnectPath, s.playCustomer)
	}

	for path, item := range contract().Paths.Map() {
		for method, op := range item.Operations() {
			if handlers[op.OperationID] == nil {
				panic("the fake does not implement " + op.OperationID)
			}

			mux.HandleFunc(method+" "+path, s.serve(op, handlers[op.OperationID]))
		}
	}

	return mux
}

// serve logs a request and sends the response, or that of a fault. op is nil for unknown
// routes.
func (s *Server) serve(op *openapi3.Operation, handle handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}

		r.Body = io.NopCloser(bytes.NewReader(body))

		logged := &Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone(), Body: body, id: r.PathValue("id")}
		_ = json.Unmarshal(body, &logged.Fields)

		<-time.After(s.options.Latency)

		var response Fault

		s.locked(func() {
			logged.At = s.options.Now()
			s.requests = append(s.requests, logged)

			fault := s.fault(logged)
			if fault == nil || fault.Process {
				response = s.process(op, handle, r, logged)
			}

			if fault != nil {
				response = *fault
			}

			response.Status = cmp.Or(response.Status, http.StatusOK)
			if !response.Hang && response.Cut != CutAtOnce {
				logged.Status = response.Status
			}
		})

		w.Header().Set("Date", logged.At.UTC().Format(http.TimeFormat))
		response.send(w, r)
	}
}

// process returns the response without a fault. It refuses Go's default user agent; what
// StackOne blocks is unknown.
func (s *Server) process(op *openapi3.Operation, handle handler, r *http.Request, logged *Request) Fault {
	var value any

	response, agent := Fault{ContentType: "application/json; charset=utf-8"}, r.UserAgent()
	key, password, _ := r.BasicAuth()

	switch wrong := violations(op, r); {
	case agent == "" || strings.HasPrefix(agent, "Go-http-client/"):
		response.Status, value = http.StatusForbidden, refusal{"Forbidden resource"}
	case key != DefaultAPIKey || password != "":
		response.Status, value = http.StatusUnauthorized, refusal{"Unauthorized"}
	case s.overLimit(logged.At):
		response.Status, value = http.StatusTooManyRequests, refusal{"Too many requests"}
		response.Header = http.Header{"Retry-After": {fmt.Sprint(math.Ceil(s.limitSpan.Seconds()))}}
	case len(wrong) > 0:
		response.Status, value = http.StatusBadRequest, refusal(wrong)
	default:
		response.Status, value = handle(logged)
	}

	// The wording is unknown.
	if messages, refused := value.(refusal); refused {
		value = map[string]any{"statusCode": response.Status, "message": strings.Join(messages, "; "), "timestamp": rfc3339(logged.At)}
	}

	if response.Status == http.StatusNoContent {
		return Fault{Status: response.Status}
	}

	body, _ := json.Marshal(value)
	response.Body = string(body)

	if op != nil && s.strict && s.edit == nil && s.editAccount == nil && !s.style.Envelope {
		for _, violation := range validateResponse(op, response.Status, body) {
			s.violations = append(s.violations, fmt.Sprintf("The fake's %d response to %s %s: %s", response.Status, r.Method, r.URL.Path, violation))
		}
	}

	return response
}

// text returns a string field, or "".
func text(fields map[string]json.RawMessage, name string) string {
	var out string

	_ = json.Unmarshal(fields[name], &out)

	return out
}

func nullable(text string) any {
	if text == "" {
		return nil
	}

	return text
}

func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }
