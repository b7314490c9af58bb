package stackonetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// DefaultAPIKey is the key that a server accepts when none is chosen.
const DefaultAPIKey = "v1.eu1.stand-in-key-0123456789abcdef" //nolint:gosec // It opens nothing but a stand-in.

// Options shape a Server.
type Options struct {
	// APIKey is the one key that is accepted; empty means DefaultAPIKey.
	APIKey string
	// Now tells the time; nil means the system's clock.
	Now func() time.Time
	// Latency is a real delay before each answer.
	Latency time.Duration
	// Customers lets a person play the customer: the links lead to HubPath instead
	// of looking like StackOne's, and the server serves HubPath and ConnectPath.
	Customers bool
	// NewErrors answers errors as newer documentation shows them.
	NewErrors bool
	// UnknownNames are fields and filters that a test sends although the contract
	// does not have them; any other fails the test.
	UnknownNames []string
}

// Server is one stand-in with its own state.
type Server struct {
	options Options
	url     string
	http    *http.Server
	closing chan struct{}
	once    sync.Once

	mu       sync.Mutex
	requests []*Request
	sessions []*Session
	edit     func(answer map[string]any)

	accounts    []*Account
	authConfigs []AuthConfig
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

// New starts a server that ends with the test, and fails the test if a request had
// a name that the contract does not have: nothing else would tell that a field or a
// filter is misspelt.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()

	s, err := Start(o)
	if err != nil {
		tb.Fatalf("starting the stand-in: %v", err)
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
	})

	return s
}

// Start starts a server on a free port of the loopback address.
func Start(o Options) (*Server, error) {
	if o.APIKey == "" {
		o.APIKey = DefaultAPIKey
	}

	if o.Now == nil {
		o.Now = time.Now
	}

	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}

	s := &Server{options: o, url: "http://" + listener.Addr().String(), closing: make(chan struct{})}

	handler := s.serveRoutes()

	if o.Customers {
		if handler, err = s.serveCustomers(handler); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}

	s.http = &http.Server{Handler: handler, ConnState: s.countConnection, ReadHeaderTimeout: time.Minute, ErrorLog: quiet()}

	go func() { _ = s.http.Serve(listener) }()

	return s, nil
}

// URL is the address to use as base URL.
func (s *Server) URL() string { return s.url }

// APIKey is the key that the server accepts.
func (s *Server) APIKey() string { return s.options.APIKey }

// Close stops the server and cuts what is under way.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closing)
		_ = s.http.Close()
	})
}

// Connections is how many connections were opened in all.
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

// guard logs each request with the names in it that are unknown, carries out
// faults, and checks what every request must have.
func (s *Server) guard(next http.Handler, unknown func(r *http.Request, logged *Request) []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}

		r.Body = io.NopCloser(bytes.NewReader(body))

		logged := &Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone(), Body: body}
		_ = json.Unmarshal(body, &logged.Fields)
		logged.Unknown = unknown(r, logged)

		s.mu.Lock()
		logged.At = s.options.Now()
		s.requests = append(s.requests, logged)
		fault := s.fault(logged, s.hasKey(r))
		s.mu.Unlock()

		if s.options.Latency > 0 {
			wait(r, s.options.Latency)
		}

		answer := &recorder{ResponseWriter: w}
		answer.Header().Set("Date", logged.At.UTC().Format(http.TimeFormat))

		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()

			logged.Status = answer.status
		}()

		normal := func(w http.ResponseWriter, r *http.Request) {
			if s.admissible(w, r) {
				next.ServeHTTP(w, r)
			}
		}

		if fault != nil {
			s.misbehave(answer, r, fault, normal)
			return
		}

		normal(answer, r)
	})
}

// admissible checks credentials and headers. Which user agents the API blocks is
// unknown, but it wants an honest one. A client in Go that sets none sends the one of
// net/http, which says nothing of the client: it is refused as if none were sent.
// HEAD, which a pattern for GET matches too, is none of the API's operations.
func (s *Server) admissible(w http.ResponseWriter, r *http.Request) bool {
	if agent := r.UserAgent(); agent == "" || strings.HasPrefix(agent, "Go-http-client/") {
		s.refuse(w, http.StatusForbidden, "Forbidden resource")
		return false
	}

	if !s.hasKey(r) {
		s.refuse(w, http.StatusUnauthorized, "Unauthorized")
		return false
	}

	if r.Method == http.MethodHead {
		s.refuse(w, http.StatusNotFound, "Not Found")
		return false
	}

	return true
}

func (s *Server) hasKey(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	return ok && user == s.options.APIKey && password == ""
}

// refuse answers an error in one of the API's shapes.
func (s *Server) refuse(w http.ResponseWriter, status int, messages ...string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, s.errorBody(status, s.options.Now(), messages...))
}

// errorBody is an error in the shape that the OpenAPI document has, with the
// complaints in message, or in the newer one: a refused request has its complaints in
// errors, and of the values of errorCode none is documented for what else is refused
// here. How the API words its messages is unknown.
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

// answer writes a JSON answer.
func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
