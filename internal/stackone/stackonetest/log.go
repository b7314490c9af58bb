package stackonetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// Request is a request as it arrived.
type Request struct {
	Method string
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	Fields map[string]json.RawMessage
	// Unknown contains undocumented fields and query parameters.
	Unknown []string
	Status  int
	At      time.Time
}

// Requests returns all requests in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()

	out := make([]Request, len(s.requests))
	for i, r := range s.requests {
		out[i] = *r
	}

	return out
}

// recorder records the status, and the body if it is not nil.
type recorder struct {
	http.ResponseWriter
	status int
	body   *bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}

	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}

	if r.body != nil {
		r.body.Write(b)
	}

	return r.ResponseWriter.Write(b)
}

// Unwrap supports http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
