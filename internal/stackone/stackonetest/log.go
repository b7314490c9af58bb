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
	// Fields are the fields of the body; nil when it is no JSON object.
	Fields map[string]json.RawMessage
	// Unknown are the fields and query parameters that the contract does not have.
	Unknown []string
	// Status is that of the response; 0 when there was none.
	Status int
	At     time.Time
}

// Requests returns all requests in the order of their arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()

	out := make([]Request, len(s.requests))
	for i, r := range s.requests {
		out[i] = *r
	}

	return out
}

// recorder keeps the status of a response, and its body where there is a buffer.
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

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
