package stackone

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

// Client calls the API of one StackOne project. It is safe for concurrent use.
type Client struct {
	config Config
	base   string
	gate   *gate
}

// New makes a client. It opens no connection. Its error says what is missing, or
// which variable names a proxy that cannot be used, without the variable's value.
func New(config Config) (*Client, error) {
	switch {
	case config.BaseURL == nil:
		return nil, errors.New("a StackOne client needs a base URL")
	case config.APIKey.IsZero():
		return nil, errors.New("a StackOne client needs an API key")
	case config.UserAgent == "":
		return nil, errors.New("a StackOne client needs a User-Agent")
	}

	if config.RequestTimeout == 0 {
		config.RequestTimeout = DefaultRequestTimeout
	}

	if config.Clock == nil {
		config.Clock = SystemClock()
	}

	if config.Jitter == nil {
		config.Jitter = rand.Float64
	}

	if config.OnAttempt == nil {
		config.OnAttempt = func(context.Context, Attempt) {}
	}

	if config.Getenv == nil {
		config.Getenv = os.Getenv
	}

	if config.Transport == nil {
		proxy, err := proxyOf(config.BaseURL, config.Getenv)
		if err != nil {
			return nil, err
		}

		transport, err := NewTransport(http.ProxyURL(proxy), config.CACertificates)
		if err != nil {
			return nil, err
		}

		config.Transport = transport
	}

	return &Client{config: config, base: config.BaseURL.String(), gate: newGate(config)}, nil
}

// call is what a method of Client does: a request, and how its answer is read.
type call struct {
	method string
	// route is the path with the names of its parameters; path has their values, escaped.
	route, path string
	query       url.Values
	// body is encoded as JSON; nil sends none.
	body any
	// decode reads the body of a success. Its error says in words what is wrong.
	decode func(header http.Header, body []byte) error
	// maxAnswer is how many bytes of an answer are read at most.
	maxAnswer int64
	// replayLost allows to repeat a POST whose answer was lost.
	replayLost bool
}

// history is what became of a call so far.
type history struct {
	started time.Time
	// attempts counts all attempts, ownFailures those that failed outside of an outage.
	attempts, ownFailures int
	// last is the last attempt; nil before the first.
	last *attempt
}

// do makes a call, with all its attempts. Its errors are of type *Error.
func (c *Client) do(ctx context.Context, what call) error {
	h := history{started: c.config.Clock.Now()}

	var body []byte

	if what.body != nil {
		encoded, err := json.Marshal(what.body)
		if err != nil {
			return c.error(ErrorRequest, what, h, "it could not be encoded")
		}

		body = encoded
	}

	for {
		arrived := c.config.Clock.Now()

		sent, err := c.gate.enter(ctx, h.last != nil)
		if err != nil {
			return c.gaveUp(ctx, what, h, err)
		}

		a := c.send(ctx, what, body, sent)
		h.attempts++
		h.last = a

		away, firstRefusal := c.gate.leave(a)
		wait, again := c.next(what, &h, away)
		c.report(ctx, what, h, Attempt{Queued: sent.Sub(arrived), Retry: again, Wait: wait, Away: away})

		switch {
		case a.keyRefused() && !firstRefusal:
			return c.error(ErrorKeyRefused, what, h)
		case away && a.err != nil && hopeless(a.err):
			return c.gaveUp(ctx, what, h, errOutage)
		case !again:
			return c.result(ctx, what, h)
		case wait > 0:
			if err := c.gate.rest(ctx, wait); err != nil {
				return c.gaveUp(ctx, what, h, err)
			}
		}
	}
}

// next decides whether a call is tried again, and after which wait of its own. A
// failure in an outage counts for nobody, and then all wait together, at the gate.
func (c *Client) next(what call, h *history, away bool) (wait time.Duration, again bool) {
	if !away {
		h.ownFailures++
	}

	a := h.last

	switch {
	case a.interrupted(), !judge(what, a).retry, c.config.MaxRetries == 0, h.ownFailures > c.config.MaxRetries:
		return 0, false
	case away:
		return 0, true
	case a.askedWait > 0:
		return a.askedWait, true
	}

	return backoff(h.ownFailures, c.config.Jitter), true
}

// report completes the description of an attempt that is over, and hands it out.
func (c *Client) report(ctx context.Context, what call, h history, out Attempt) {
	a := h.last

	out.Method, out.Route, out.Number = what.method, what.route, h.attempts
	out.Status, out.RequestID, out.Duration = a.status, requestID(a.header), a.ended.Sub(a.sent)
	out.MayDuplicate = out.Retry && judge(what, a).mayDuplicate

	if a.err != nil {
		out.Err = errors.New(a.reason)
	}

	c.config.OnAttempt(ctx, out)
}

// result is what the last attempt of a call brought.
func (c *Client) result(ctx context.Context, what call, h history) error {
	a := h.last

	switch {
	case a.err != nil:
		return c.incomplete(ctx, what, h)
	case a.succeeded():
		if err := what.decode(a.header, a.body); err != nil {
			return c.error(ErrorAnswer, what, h, err.Error())
		}

		return nil
	case a.status < 400:
		return c.error(ErrorAnswer, what, h, redirected(a.header))
	case a.status == http.StatusNotFound && !saysNotFound(a.body):
		return c.error(ErrorAnswer, what, h, "it is a 404, but not one of the StackOne API")
	}

	e := c.error(ErrorStatus, what, h)
	e.Messages, e.Code, e.Note = decodeError(a.header, a.body, c.scrub)

	return e
}

// incomplete describes an attempt that brought no complete, readable answer.
func (c *Client) incomplete(ctx context.Context, what call, h history) *Error {
	a := h.last

	switch {
	case a.interrupted():
		e := c.error(ErrorCanceled, what, h)
		e.cause = ctx.Err()

		return e
	case errors.Is(a.err, errTooLarge):
		return c.error(ErrorAnswer, what, h, fmt.Sprintf("it is larger than %d MiB", what.maxAnswer>>20))
	case unusable(a.err):
		return c.error(ErrorAnswer, what, h, a.reason)
	case errors.Is(a.err, errTimeout) && a.written.Load():
		return c.error(ErrorTimeout, what, h, fmt.Sprintf("no complete answer within %s", c.config.RequestTimeout))
	}

	return c.error(ErrorConnection, what, h, a.reason)
}

// gaveUp describes how a call ends that makes no further attempt. The first one that
// gives up in an outage tells how it failed; the others tell of the outage alone.
func (c *Client) gaveUp(ctx context.Context, what call, h history, err error) error {
	switch {
	case errors.Is(err, errKeyRefused):
		return c.error(ErrorKeyRefused, what, h)
	case !errors.Is(err, errOutage):
		e := c.error(ErrorCanceled, what, h)
		e.cause = err

		return e
	}

	since, cause, tells := c.gate.tell(h.last != nil)
	if tells {
		return c.result(ctx, what, h)
	}

	e := c.error(ErrorOutage, what, h, cause)
	e.Since = since

	return e
}

// error makes the error of a call, with what is known of its last attempt.
func (c *Client) error(kind ErrorKind, what call, h history, messages ...string) *Error {
	e := &Error{
		Kind: kind, Method: what.method, Path: what.path, BaseURL: c.base, Messages: messages,
		Attempts: h.attempts, Elapsed: c.config.Clock.Now().Sub(h.started),
	}

	if h.last != nil && h.last.err == nil {
		e.Status, e.RequestID = h.last.status, requestID(h.last.header)
	}

	return e
}

// scrub removes the key from a foreign text, in both forms in which it travels,
// and the token of a link. Texts are scrubbed before they are cut to a length,
// which would leave a part of a secret.
func (c *Client) scrub(text string) string {
	key := c.config.APIKey.Reveal()
	text = strings.ReplaceAll(text, key, redacted)
	text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(key+":")), redacted)

	return linkToken.ReplaceAllString(text, "${1}"+redacted)
}

// scrubHeader scrubs what an answer's header says, so that whatever is taken from
// it may be shown.
func (c *Client) scrubHeader(header http.Header) {
	for _, values := range header {
		for i, value := range values {
			values[i] = c.scrub(value)
		}
	}
}

// linkToken finds the token in an auth link.
var linkToken = regexp.MustCompile(`(?i)(token=)[^&\s"']+`)
