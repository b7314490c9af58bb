package stackone

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const (
	// maxObject, maxPage and maxError limit response bodies, in bytes after decompression.
	maxObject = 1 << 20
	maxPage   = 8 << 20
	maxError  = 256 << 10
)

type attempt struct {
	sent, ended time.Time
	outcome     outcome
	reason      string
	connected   bool
	// untrusted is set if no trusted authority issued the server's certificate.
	untrusted  bool
	status     int
	header     http.Header
	body       []byte
	retryAfter time.Duration
	// unresolved is set if the default host name could not be resolved.
	unresolved bool
	// needsProof requires a later success, of any request, before a retry.
	// onlyIfCircuitOpened allows a retry only after a failed health check.
	needsProof, onlyIfCircuitOpened bool
}

func (c *call) send(ctx context.Context, sent time.Time) *attempt {
	a := &attempt{sent: sent}

	bounded, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()

	var connected, written atomic.Bool

	err := c.exchange(httptrace.WithClientTrace(bounded, &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { connected.Store(true) },
		WroteHeaders: func() { written.Store(true) },
	}), a)

	a.ended, a.connected = c.config.Clock.Now(), connected.Load()

	if err == nil {
		a.outcome, a.reason = statusOutcome(a.status, a.header, a.body)
		a.retryAfter = retryAfter(a.header, a.ended)

		return a
	}

	a.outcome, a.reason = errorOutcome(err, written.Load())
	a.reason = clean(c.scrub(a.reason))
	a.untrusted = isUntrusted(err)

	var dns *net.DNSError

	a.unresolved = errors.As(err, &dns) && DefaultBaseURL == "https://"+dns.Name

	switch {
	case ctx.Err() != nil:
		a.outcome, a.reason = interrupted, "interrupted"
	case bounded.Err() != nil && a.outcome == lost:
		a.outcome, a.reason = timedOut, fmt.Sprintf("no complete response within %s", c.config.RequestTimeout)
	case bounded.Err() != nil:
		a.reason = noResponse
	}

	return a
}

// exchange calls the transport directly: an http.Client would send the key along when it
// follows a redirect.
func (c *call) exchange(ctx context.Context, a *attempt) error {
	r, err := http.NewRequestWithContext(ctx, c.method, c.base+c.path, bytes.NewReader(c.encoded))
	if err != nil {
		return err
	}

	r.URL.RawQuery = c.query.Encode()

	if c.encoded != nil {
		r.Header.Set("Content-Type", "application/json")
	}

	r.SetBasicAuth(c.config.APIKey.Reveal(), "")
	r.Header.Set("User-Agent", c.config.UserAgent)
	r.Header.Set("Accept", "application/json")

	resp, err := c.config.Transport.RoundTrip(r)
	if err != nil {
		return err
	}

	defer func() { _ = resp.Body.Close() }()

	for _, values := range resp.Header {
		for i, value := range values {
			values[i] = c.scrub(value)
		}
	}

	a.status, a.header = resp.StatusCode, resp.Header

	switch {
	case c.maxBody == 0:
		return nil
	case a.status == http.StatusSwitchingProtocols:
		// Neither the timeout nor the context would end a read from this connection.
		return nil
	case a.status < 200 || a.status >= 300:
		// The status is enough: an unreadable error body is no reason to retry.
		a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxError))
		return nil
	}

	// StackOne may echo the request.
	limit := c.maxBody + int64(len(c.encoded))
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))

	if err == nil && int64(len(a.body)) > limit {
		return &tooLargeError{c.maxBody}
	}

	return err
}
