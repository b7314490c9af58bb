package stackonetest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// CutKind is where a connection is cut, if not 0.
type CutKind int

const (
	// CutAtOnce closes the connection without a response.
	CutAtOnce CutKind = iota + 1
	// CutInResponse closes the connection within the body.
	CutInResponse
)

// Fault replaces a response of the fake.
type Fault struct {
	Status      int
	Header      http.Header
	ContentType string
	Body        string
	// Process lets the request take effect first.
	Process bool
	Cut     CutKind
	Hang    bool
	Endless bool
}

// Script makes the next requests fail, with one fault each.
func (s *Server) Script(faults ...Fault) { s.locked(func() { s.script = append(s.script, faults...) }) }

// OnRequest returns the fault of each request, counted from 1. The script takes precedence,
// and requests call it one at a time.
func (s *Server) OnRequest(f func(n int, r Request) *Fault) { s.locked(func() { s.rule = f }) }

// LimitRate refuses requests beyond n within any span with 429 and Retry-After. Refused
// requests do not count, nor do those without a valid key, as with StackOne.
func (s *Server) LimitRate(n int, per time.Duration) {
	s.locked(func() { s.limit, s.limitSpan, s.admitted = n, per, nil })
}

func (s *Server) fault(r *Request) *Fault {
	if len(s.script) > 0 {
		next := s.script[0]
		s.script = s.script[1:]

		return &next
	}

	if s.rule != nil {
		return s.rule(len(s.requests), *r)
	}

	return nil
}

// overLimit reports whether a request is beyond the limit, and counts it if not.
func (s *Server) overLimit(now time.Time) bool {
	s.admitted = slices.DeleteFunc(s.admitted, func(at time.Time) bool { return now.Sub(at) >= s.limitSpan })

	over := s.limit > 0 && len(s.admitted) >= s.limit
	if !over {
		s.admitted = append(s.admitted, now)
	}

	return over
}

func (f Fault) send(w http.ResponseWriter, r *http.Request) {
	if f.Hang {
		<-r.Context().Done()
	}

	if f.Hang || f.Cut == CutAtOnce {
		panic(http.ErrAbortHandler)
	}

	maps.Copy(w.Header(), f.Header)

	if f.ContentType != "" {
		w.Header().Set("Content-Type", f.ContentType)
	}

	if f.Cut == CutInResponse { // The server closes the connection if the body is too short.
		w.Header().Set("Content-Length", fmt.Sprint(len(f.Body)+1))
	}

	w.WriteHeader(f.Status)

	_, err := io.WriteString(w, f.Body)
	for f.Endless && err == nil {
		_, err = io.WriteString(w, strings.Repeat(" ", 64<<10))
	}
}
