package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// maxAnswer is how many bytes of an answer are read at most.
const maxAnswer = 16 << 20

var errTooLong = errors.New("the answer is too long")

// An exchange is what is kept of a request and its answer. Its strings are header
// names, hosts and words of ours; no field can hold what an answer said.
type exchange struct {
	status int
	// protocol is that of the answer, such as HTTP/2.0.
	protocol string
	// headers are the names that the answer's header has, sorted.
	headers []string
	// body is nil when the answer is not JSON.
	body *shape
	// redirect is the host that a redirect points to, as far as it is shown, "" for all
	// other answers.
	redirect string
	// dated tells that the answer has a Date; ahead is by how much it is ahead of the
	// local clock, 0 when it lies between the request and the answer.
	dated bool
	ahead time.Duration
	// said are comparisons of what the answer said, made while it was read.
	said map[string]bool
	// link is where the link of a session goes.
	link *place
}

// place is an address without its path and the values of its query, as far as it is
// shown.
type place struct {
	scheme, host string
	query        []string
}

// look compares what an answer says with what was expected, and notes the results.
type look func(answer any, header http.Header, e *exchange)

// A recorder is a transport that keeps an exchange of the last request.
type recorder struct {
	next  http.RoundTripper
	clock stackone.Clock

	mu   sync.Mutex
	look look
	last *exchange
	// all is every exchange so far.
	all []*exchange
}

// begin forgets the last exchange; l, if any, looks at the answers from now on.
func (r *recorder) begin(l look) {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.look, r.last = l, nil
}

func (r *recorder) kept() *exchange {
	r.mu.Lock()
	defer r.mu.Unlock()

	return r.last
}

// RoundTrip serves http.Client.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	before := r.clock.Now()

	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return resp, err
	}

	after := r.clock.Now()

	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	_ = resp.Body.Close()

	if err == nil && len(body) > maxAnswer {
		err = errTooLong
	}

	if err != nil {
		return nil, err
	}

	resp.Body = io.NopCloser(bytes.NewReader(body))

	r.keep(req, resp, body, before, after)

	return resp, nil
}

func (r *recorder) keep(req *http.Request, resp *http.Response, body []byte, before, after time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()

	e := &exchange{
		status: resp.StatusCode, protocol: resp.Proto, headers: slices.Sorted(maps.Keys(resp.Header)), said: map[string]bool{},
	}

	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		e.dated = true

		// An answer may take its time.
		switch {
		case date.Before(before):
			e.ahead = date.Sub(before)
		case date.After(after):
			e.ahead = date.Sub(after)
		}
	}

	var answer any

	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()

	if json.Valid(body) && decoder.Decode(&answer) == nil {
		e.body = shapeOf(answer)
	}

	if resp.StatusCode >= http.StatusMultipleChoices && resp.StatusCode < http.StatusBadRequest {
		e.redirect = redirectHost(req.URL, resp.Header.Get("Location"), answer)
	}

	if r.look != nil {
		r.look(answer, resp.Header, e)
	}

	r.last = e
	r.all = append(r.all, e)
}
