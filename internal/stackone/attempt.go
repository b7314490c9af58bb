package stackone

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
)

// errTooLarge says that an answer was longer than any that makes sense.
var errTooLarge = errors.New("the answer is too large")

// errInterrupted is why an attempt brought nothing whose caller has given up.
var errInterrupted = errors.New("interrupted")

// attempt is one try to send a request, and what came of it.
type attempt struct {
	sent, ended time.Time
	// connected tells that there was a connection, written that the request may have
	// reached the server.
	connected, written atomic.Bool

	// status, header and body are the answer; status is 0 when none came. err says why
	// there is none that is complete.
	status int
	header http.Header
	body   []byte
	err    error
	// askedWait is how long the answer asks to wait; reason says in a few words how the
	// attempt failed.
	askedWait time.Duration
	reason    string
}

// send makes one attempt. The answer is read within its timeout, so that one that is
// cut counts as lost.
func (c *Client) send(ctx context.Context, what call, body []byte, sent time.Time) *attempt {
	a := &attempt{sent: sent}

	bounded, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()

	// What tells a lost request from one that never left.
	traced := httptrace.WithClientTrace(bounded, &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { a.connected.Store(true) },
		WroteHeaders: func() { a.written.Store(true) },
	})

	a.err = c.exchange(traced, what, body, a)
	a.ended = c.config.Clock.Now()

	switch {
	case ctx.Err() != nil && a.err != nil:
		a.err, a.reason = errInterrupted, errInterrupted.Error()
	case a.err != nil:
		if bounded.Err() != nil {
			a.err = errTimeout
		}

		a.reason = c.describe(a)
	default:
		a.reason = statusText(a.status)
		a.askedWait = retryAfter(a.header, a.ended)
	}

	return a
}

// exchange sends a request and reads the answer. It uses the transport as it is: an
// http.Client would follow redirects, and the key goes to no other host.
func (c *Client) exchange(ctx context.Context, what call, body []byte, a *attempt) error {
	r, err := c.request(ctx, what, body)
	if err != nil {
		return err
	}

	resp, err := c.config.Transport.RoundTrip(r)
	if err != nil {
		return err
	}

	defer func() { _ = resp.Body.Close() }()

	c.scrubHeader(resp.Header)

	a.status, a.header = resp.StatusCode, resp.Header

	if a.status == http.StatusSwitchingProtocols {
		// Go hands over the connection, and neither the timeout nor the context ends it.
		return nil
	}

	content, err := unpacked(resp)

	if !a.succeeded() {
		// What an error says in words is not worth another attempt: as much of it as
		// comes is taken.
		a.body, _ = io.ReadAll(io.LimitReader(content, maxError))

		return nil
	}

	if err != nil {
		return err
	}

	// What is sent may come back, so it bounds what is read.
	limit := what.maxAnswer + int64(len(body))
	a.body, err = io.ReadAll(io.LimitReader(content, limit+1))

	if notPacked(err) {
		return &codingError{"gzip, and cannot be unpacked"}
	}

	if err == nil && int64(len(a.body)) > limit {
		return errTooLarge
	}

	return err
}

// request makes a request with the key and the headers that all requests have.
func (c *Client) request(ctx context.Context, what call, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, what.method, c.base+what.path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}

	r.URL.RawQuery = what.query.Encode()

	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}

	r.SetBasicAuth(c.config.APIKey.Reveal(), "")
	r.Header.Set("User-Agent", c.config.UserAgent)
	r.Header.Set("Accept", "application/json")
	// Without it, a server may choose any coding (RFC 9110, 12.5.3).
	r.Header.Set("Accept-Encoding", "identity")

	return r, nil
}

// unpacked is the content of an answer, whose size is bounded by whoever reads it. A
// gateway may compress it although that was not asked for.
func unpacked(resp *http.Response) (io.Reader, error) {
	switch coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); coding {
	case "", "identity":
		return resp.Body, nil
	case "gzip", "x-gzip":
		const header = 10 // bytes

		packed := bufio.NewReader(resp.Body)
		start, err := packed.Peek(header)

		switch {
		case err == io.EOF && len(start) == 0: //nolint:errorlint // A reader's end, which is not wrapped.
			// A gateway names the coding although there is no content, as of a deletion.
			return strings.NewReader(""), nil
		case err == io.EOF: //nolint:errorlint // The same.
			return strings.NewReader(""), &codingError{"gzip, and cannot be unpacked"}
		case err != nil:
			return strings.NewReader(""), err
		}

		content, err := gzip.NewReader(packed)
		if notPacked(err) {
			return strings.NewReader(""), &codingError{"gzip, and cannot be unpacked"}
		}

		if err != nil {
			return strings.NewReader(""), err
		}

		return content, nil
	default:
		return strings.NewReader(""), &codingError{clean(coding) + ", which was not asked for"}
	}
}

// notPacked reports whether an answer is not what gzip makes. Any other error of its
// reader is one of the connection.
func notPacked(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt)
}

// codingError says that an answer is compressed in a way that cannot be read.
type codingError struct{ coding string }

func (e *codingError) Error() string { return "it is compressed with " + e.coding }

// succeeded reports whether the status is that of a success; rateLimited and keyRefused
// report two of its errors.
func (a *attempt) succeeded() bool { return a.status >= 200 && a.status < 300 }

func (a *attempt) rateLimited() bool { return a.status == http.StatusTooManyRequests }

func (a *attempt) keyRefused() bool { return a.status == http.StatusUnauthorized }

// interrupted reports whether the caller's context has ended.
func (a *attempt) interrupted() bool { return errors.Is(a.err, errInterrupted) }

// unusable reports whether an answer came that cannot be read.
func unusable(err error) bool {
	var coding *codingError
	return errors.Is(err, errTooLarge) || errors.As(err, &coding)
}

// failed reports whether StackOne did not do its work: no complete answer came, or one
// of the statuses below. With any other status, and also with an answer that cannot be
// read, something is there that works.
func (a *attempt) failed() bool {
	if a.err != nil {
		return !unusable(a.err)
	}

	switch a.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}

	return false
}
