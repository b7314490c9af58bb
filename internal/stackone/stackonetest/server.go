package stackonetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// DefaultAPIKey is the key that a server accepts by default.
const DefaultAPIKey = "v1.eu1.local-fake-key-0123456789abcdef" //nolint:gosec // It opens nothing but a fake.

// Options configure a Server.
type Options struct {
	APIKey string
	Now    func() time.Time
	// Latency is a real delay before each response.
	Latency time.Duration
	// Customers serves HubPath and ConnectPath, and links lead to HubPath.
	Customers bool
	// NewErrors returns errors in the newer documented format.
	NewErrors bool
	// UnknownNames are undocumented fields and parameters that a test may send. Any other
	// fails the test.
	UnknownNames []string
}

// Server is a fake of the API.
type Server struct {
	options Options
	url     string
	http    *http.Server
	closing chan struct{}
	once    sync.Once
	strict  bool

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

	connections int
}

// New starts a server that ends with the test. Undocumented names in requests and invalid
// responses fail the test, except responses that the test changed.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()

	s, err := start(o, true)
	if err != nil {
		tb.Fatalf("starting the fake: %v", err)
	}

	tb.Cleanup(func() {
		s.Close()

		for _, r := range s.Requests() {
			for _, name := range r.Unknown {
				if !slices.Contains(o.UnknownNames, name) {
					tb.Errorf("%s %s was sent with %s, which the contract does not have", r.Method, r.Path, name)
				}
			}
		}

		s.mu.Lock()
		defer s.mu.Unlock()

		for _, violation := range s.violations {
			tb.Error(violation)
		}
	})

	return s
}

// Start starts a server on a free port of the loopback address.
func Start(o Options) (*Server, error) { return start(o, false) }

func start(o Options, strict bool) (*Server, error) {
	if o.APIKey == "" {
		o.APIKey = DefaultAPIKey
	}

	if o.Now == nil {
		o.Now = time.Now
	}

	s := &Server{options: o, strict: strict, closing: make(chan struct{})}

	api, err := s.api()
	if err != nil {
		return nil, err
	}

	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}

	s.url = "http://" + listener.Addr().String()

	if o.Customers {
		if api, err = s.serveCustomers(api); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}

	// Cut connections would fill the log.
	s.http = &http.Server{Handler: api, ConnState: s.countConnection, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}

	go func() { _ = s.http.Serve(listener) }()

	return s, nil
}

// URL returns the base URL.
func (s *Server) URL() string { return s.url }

// APIKey returns the accepted key.
func (s *Server) APIKey() string { return s.options.APIKey }

// Close stops the server and cuts open requests.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		_ = s.http.Close()
	})
}

// Connections returns the number of connections opened so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.connections
}

func (s *Server) countConnection(_ net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if state == http.StateNew {
		s.connections++
	}
}

func (s *Server) handlers() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"createConnectSession": s.createSession, "getConnectSession": s.getSession, "authenticateConnectSession": s.authenticateSession,
		"listAccounts": s.listAccounts, "getAccount": s.account, "updateAccount": s.account, "deleteAccount": s.account,
		"listConnectorProfiles": s.listProfiles, "listConnectorVersions": s.ofProfile(s.listVersions),
		"getPinnedVersion": s.ofProfile(s.getPin), "putPinnedVersion": s.ofProfile(s.putPin), "deletePinnedVersion": s.ofProfile(s.deletePin),
		"listActions": s.listActions,
	}
}

func (s *Server) api() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, http.StatusNotFound, "Not Found") })

	operations, err := s.route(mux)
	if err != nil {
		return nil, err
	}

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}

		r.Body = io.NopCloser(bytes.NewReader(body))

		logged := &Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone(), Body: body}
		_ = json.Unmarshal(body, &logged.Fields)

		_, pattern := mux.Handler(r)
		op := operations[pattern]

		if op != nil {
			logged.Unknown = unknown(op, logged)
		}

		s.mu.Lock()
		logged.At = s.options.Now()
		s.requests = append(s.requests, logged)
		fault := s.fault(logged, s.hasKey(r))
		s.mu.Unlock()

		s.delay(r)

		response := &recorder{ResponseWriter: w}
		response.Header().Set("Date", logged.At.UTC().Format(http.TimeFormat))

		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()

			logged.Status = response.status
		}()

		normal := func(w http.ResponseWriter, r *http.Request) {
			out := &recorder{ResponseWriter: w, body: &bytes.Buffer{}}
			if s.admissible(out, r) {
				mux.ServeHTTP(out, r)
			}

			if op != nil && s.strict {
				s.validate(op, r, out)
			}
		}

		if fault != nil {
			s.misbehave(response, r, fault, normal)
			return
		}

		normal(response, r)
	}), nil
}

func (s *Server) validate(op *openapi3.Operation, r *http.Request, out *recorder) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.edit != nil || s.editAccount != nil || s.style.Envelope || s.style.NewSpelling || r.Method == http.MethodHead {
		return
	}

	for _, violation := range validateResponse(op, out.status, out.body.Bytes()) {
		s.violations = append(s.violations, fmt.Sprintf("The fake's %d response to %s %s: %s", out.status, r.Method, r.URL.Path, violation))
	}
}

func (s *Server) delay(r *http.Request) {
	if s.options.Latency <= 0 {
		return
	}

	timer := time.NewTimer(s.options.Latency)
	defer timer.Stop()

	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// admissible checks credentials and headers. It refuses Go's default user agent; what
// StackOne blocks is unknown. GET patterns also match HEAD, which StackOne lacks.
func (s *Server) admissible(w http.ResponseWriter, r *http.Request) bool {
	agent := r.UserAgent()

	switch {
	case agent == "" || strings.HasPrefix(agent, "Go-http-client/"):
		s.refuse(w, http.StatusForbidden, "Forbidden resource")
	case !s.hasKey(r):
		s.refuse(w, http.StatusUnauthorized, "Unauthorized")
	case r.Method == http.MethodHead:
		s.refuse(w, http.StatusNotFound, "Not Found")
	default:
		return true
	}

	return false
}

func (s *Server) hasKey(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	return ok && user == s.options.APIKey && password == ""
}

func (s *Server) refuse(w http.ResponseWriter, status int, messages ...string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, s.errorBody(status, s.options.Now(), messages...))
}

// errorBody returns an error in the format of the OpenAPI document, or the newer one. The
// wording is unknown.
func (s *Server) errorBody(status int, now time.Time, messages ...string) string {
	fields := map[string]any{"statusCode": status, "message": strings.Join(messages, "; ")}

	switch {
	case !s.options.NewErrors:
		fields["timestamp"] = rfc3339(now)
	case status == http.StatusBadRequest:
		fields["message"], fields["errorCode"], fields["errors"] = http.StatusText(status), "ValidationError", messages
	}

	body, err := json.Marshal(fields)
	if err != nil {
		return ""
	}

	return string(body)
}

func respond(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
