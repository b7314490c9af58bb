package stackonetest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// CutKind is where a connection is cut.
type CutKind int

const (
	// CutNone does not cut the connection.
	CutNone CutKind = iota
	// CutAtOnce closes the connection without a response.
	CutAtOnce
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
	Size    int64
}

// Script makes the next requests fail, with one fault each.
func (s *Server) Script(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.script = append(s.script, faults...)
}

// OnRequest returns the fault of each request, counted from 1. The script takes precedence,
// and requests call it one at a time.
func (s *Server) OnRequest(f func(n int, r Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.rule = f
}

// LimitRate refuses requests beyond n within any span with 429 and Retry-After. Refused
// requests do not count, nor do those without a valid key, as with StackOne.
func (s *Server) LimitRate(n int, per time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.limit, s.limitSpan, s.admitted = n, per, nil
}

// The caller holds the lock.
func (s *Server) fault(r *Request, hasKey bool) *Fault {
	if len(s.script) > 0 {
		next := s.script[0]
		s.script = s.script[1:]

		return &next
	}

	if s.rule != nil {
		if fault := s.rule(len(s.requests), *r); fault != nil {
			return fault
		}
	}

	if s.limit > 0 && hasKey && !s.admit(r.At) {
		seconds := int((s.limitSpan + time.Second - 1) / time.Second)

		return &Fault{
			Status: http.StatusTooManyRequests, ContentType: "application/json", Body: s.errorBody(http.StatusTooManyRequests, r.At, "Too many requests"),
			Header: http.Header{"Retry-After": {fmt.Sprint(seconds)}},
		}
	}

	return nil
}

func (s *Server) admit(now time.Time) bool {
	for len(s.admitted) > 0 && now.Sub(s.admitted[0]) >= s.limitSpan {
		s.admitted = s.admitted[1:]
	}

	if len(s.admitted) >= s.limit {
		return false
	}

	s.admitted = append(s.admitted, now)

	return true
}

func (s *Server) misbehave(w http.ResponseWriter, r *http.Request, f *Fault, normal http.HandlerFunc) {
	if f.Process {
		normal(discard{header: http.Header{}}, r)
	}

	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}

		panic(http.ErrAbortHandler)
	case f.Cut == CutAtOnce:
		panic(http.ErrAbortHandler)
	}

	for name, values := range f.Header {
		w.Header()[name] = values
	}

	if f.ContentType != "" {
		w.Header().Set("Content-Type", f.ContentType)
	}

	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}

	if f.Cut == CutInResponse {
		w.Header().Set("Content-Length", fmt.Sprint(len(f.Body)+1))
		w.WriteHeader(status)
		_, _ = w.Write([]byte(f.Body))
		_ = http.NewResponseController(w).Flush()

		panic(http.ErrAbortHandler)
	}

	w.WriteHeader(status)

	if f.Endless || f.Size > 0 {
		flood(w, r, f)
		return
	}

	_, _ = w.Write([]byte(f.Body))
}

func flood(w http.ResponseWriter, r *http.Request, f *Fault) {
	block := []byte(strings.Repeat(" ", 64<<10))

	for sent := int64(0); (f.Endless || sent < f.Size) && r.Context().Err() == nil; sent += int64(len(block)) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// discard drops the response of a processed request.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
