package stackone

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
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
	config   Config
	base     string
	limiter  *limiter
	accounts *accountCache
}

// New returns a client without connecting. Errors about an invalid proxy name the variable
// but do not quote it.
func New(config Config) (*Client, error) {
	config.RequestTimeout, config.Clock = cmp.Or(config.RequestTimeout, DefaultRequestTimeout), cmp.Or(config.Clock, SystemClock())

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
		proxy, err := proxyFromEnvironment(config.BaseURL, config.Getenv)
		if err != nil {
			return nil, err
		}

		config.Transport = NewTransport(http.ProxyURL(proxy), config.CACertificates)
	}

	client := &Client{config: config, base: config.BaseURL.String(), accounts: newAccountCache(config.Clock)}
	client.limiter = newLimiter(config, client.healthCheck)

	return client, nil
}

type request struct {
	method string
	// path is the route with the escaped id in place of {id}.
	route, id, path string
	query           url.Values
	body            any
	// maxBody limits the response in bytes. do sets maxObject; 0 leaves the response unread.
	maxBody int64
	// retryAmbiguous allows retrying a POST that may have taken effect.
	retryAmbiguous bool
}

type call struct {
	*Client
	request

	encoded  []byte
	started  time.Time
	attempts int
	// undecided is the report of last until a retry is decided.
	last      *attempt
	undecided *Attempt
}

// do sends a request, with retries, and decodes the response. Errors of decode become an
// ErrorResponse. All errors are of type *Error.
func do[T any](ctx context.Context, client *Client, r request, decode func(header http.Header, body []byte) (T, error)) (T, error) {
	var none T

	r.path, r.maxBody = strings.Replace(r.route, "{id}", escape(r.id), 1), cmp.Or(r.maxBody, maxObject)
	c := &call{Client: client, request: r, started: client.config.Clock.Now()}

	if r.body != nil {
		var err error
		if c.encoded, err = json.Marshal(r.body); err != nil {
			return none, c.error(ErrorRequest, "it could not be encoded")
		}
	}

	if err := c.run(ctx); err != nil {
		return none, err
	}

	out, err := decode(c.last.header, c.last.body)
	if err != nil {
		return none, c.error(ErrorResponse, err.Error())
	}

	return out, nil
}

// ofObject returns a decoder of a body that is an object.
func ofObject[T any](decode func(object) (T, error)) func(http.Header, []byte) (T, error) {
	return func(header http.Header, body []byte) (T, error) {
		o, err := decodeObject(header, body)
		if err != nil {
			var none T
			return none, err
		}

		return decode(o)
	}
}

func ignoreBody(http.Header, []byte) (none struct{}, _ error) { return none, nil }

// escape returns an ID as one path segment. Servers and proxies would resolve "." and "..".
func escape(id string) string {
	if id == "." || id == ".." {
		return strings.ReplaceAll(id, ".", "%2E")
	}

	return url.PathEscape(id)
}

func (c *Client) healthCheck(ctx context.Context, sent time.Time, number int) *attempt {
	checker := *c
	checker.config.RequestTimeout = min(c.config.RequestTimeout, checkTimeout)

	check := call{Client: &checker, request: request{method: http.MethodGet, route: "/accounts", path: "/accounts", query: url.Values{"page_size": {"1"}}}}
	a := check.send(ctx, sent)
	check.attempts = number

	c.config.OnAttempt(ctx, check.report(a, sent))

	return a
}

func (c *call) run(ctx context.Context) error {
	for {
		queued := c.config.Clock.Now()
		sent, err := c.limiter.enter(ctx, c.last)

		if c.undecided != nil {
			c.undecided.Retry = err == nil
			c.undecided.MayDuplicate = err == nil && c.last.outcome == serverFailed
			c.config.OnAttempt(ctx, *c.undecided)
			c.undecided = nil
		}

		if err != nil {
			return c.gaveUp(err)
		}

		a := c.send(ctx, sent)
		previous := c.last
		c.attempts++
		c.last = a

		wait, retry := c.next(previous)
		open := c.limiter.leave(a, false, !retry)
		_, mayDuplicate := c.shouldRetry(a.outcome)

		report := c.report(a, queued)
		report.Retry, report.Wait, report.Open, report.MayDuplicate = retry, wait, open, retry && mayDuplicate

		if a.onlyIfCircuitOpened {
			c.undecided = &report
		} else {
			c.config.OnAttempt(ctx, report)
		}

		switch {
		case a.outcome == succeeded:
			return nil
		case !retry:
			return c.failure(ctx.Err())
		case wait > 0:
			c.limiter.rest(ctx, wait)
		}
	}
}

func (c *call) report(a *attempt, queued time.Time) Attempt {
	report := Attempt{
		Method: c.method, Route: c.route, Number: c.attempts, HealthCheck: c.maxBody == 0, Status: a.status, RequestID: requestID(a.header),
		Queued: a.sent.Sub(queued), Duration: a.ended.Sub(a.sent),
	}
	if !a.outcome.responded() {
		report.Err = errors.New(a.reason)
	}

	return report
}

// next decides whether to retry, and after which wait. The limiter decides about a first
// 401 and retries that require an open circuit, so these do not wait.
func (c *call) next(previous *attempt) (wait time.Duration, retry bool) {
	a := c.last
	again := previous != nil && previous.outcome == a.outcome
	retry, _ = c.shouldRetry(a.outcome)
	a.onlyIfCircuitOpened = a.outcome == permanent || a.outcome == serverFailed && !retry && c.retryAmbiguous
	a.needsProof = a.outcome != throttled || again

	switch {
	case c.attempts > c.config.MaxRetries:
		a.onlyIfCircuitOpened = false
		return 0, false
	case a.onlyIfCircuitOpened, a.outcome == unauthorized && !again:
		return 0, true
	case !retry:
		return 0, false
	case a.retryAfter > 0:
		return a.retryAfter, true
	}

	return max(0, backoff(c.attempts, c.config.Jitter)-a.ended.Sub(a.sent)), true
}

// failure returns the error of the last attempt. ended is the context's error.
func (c *call) failure(ended error) *Error {
	a := c.last

	switch a.outcome {
	case interrupted:
		e := c.error(ErrorCanceled)
		e.cause = ended

		return e
	case unusable:
		return c.error(ErrorResponse, a.reason)
	case timedOut:
		return c.error(ErrorTimeout, a.reason)
	case notSent, lost, permanent:
		e := c.error(ErrorConnection, a.reason)
		e.Untrusted = a.untrusted

		return e
	}

	e := c.error(ErrorStatus)
	e.Messages, e.Code, e.Note = decodeError(a.header, a.body, c.scrub)
	e.own = isAPIError(a.status, a.body)

	return e
}

// gaveUp returns the error of a call that the limiter stopped. When a run gives up, one
// call returns its own failure, and all others a short ErrorOutage.
func (c *call) gaveUp(err error) *Error {
	if errors.Is(err, errHealthy) {
		return c.failure(nil)
	}

	if !errors.Is(err, errKeyRefused) && !errors.Is(err, errCircuitOpen) {
		e := c.error(ErrorCanceled)
		e.cause = err

		return e
	}

	refused := errors.Is(err, errKeyRefused)
	since, cause, checks, first := c.limiter.outage(c.last != nil && (!refused || c.last.outcome == unauthorized))

	switch {
	case refused && first:
		return c.failure(nil)
	case refused:
		return c.error(ErrorKeyRefused)
	}

	e := c.error(ErrorOutage, cause)
	if first {
		e = c.failure(nil)
	}

	e.Since, e.HealthChecks = since, checks

	return e
}

func (c *call) error(kind ErrorKind, messages ...string) *Error {
	e := &Error{
		Kind: kind, Method: c.method, Path: c.path, BaseURL: c.base, Messages: messages,
		Attempts: c.attempts, Elapsed: c.config.Clock.Now().Sub(c.started),
	}

	if c.last != nil && c.last.outcome < notSent {
		e.Status, e.RequestID = c.last.status, requestID(c.last.header)
	}

	return e
}

// scrub removes the key, plain and encoded, and the token of an auth link. Truncate only
// scrubbed text, or part of a secret may remain.
func (c *Client) scrub(text string) string {
	key := c.config.APIKey.Reveal()
	text = strings.ReplaceAll(text, key, redacted)
	text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(key+":")), redacted)

	return linkToken.ReplaceAllString(text, "${1}"+redacted)
}

var linkToken = regexp.MustCompile(`(?i)(token=)[^&\s"']+`)
