package stackone

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"

	"github.com/hashicorp/go-retryablehttp"
)

// Client calls the API of one StackOne project. It is safe for concurrent use.
type Client struct {
	config Config
	base   string
	pacer  *pacer
	retry  *retryablehttp.Client
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

	if config.Transport == nil {
		if err := checkProxy(config.BaseURL, config.Getenv); err != nil {
			return nil, err
		}

		transport, err := NewTransport(config.CACertificates)
		if err != nil {
			return nil, err
		}

		config.Transport = transport
	}

	c := &Client{config: config, base: config.BaseURL.String(), pacer: newPacer(config.Clock, config.MaxRequestsPerMinute)}
	c.retry = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: stay{next: config.Transport},
			Timeout:   config.RequestTimeout,
		},
		RetryMax:   config.MaxRetries,
		CheckRetry: checkRetry,
		// All waiting is done in PrepareRetry, on the injected clock.
		Backoff:      noBackoff,
		PrepareRetry: prepareRetry,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}

	return c, nil
}

// call is one request to be made.
type call struct {
	method string
	// route is the path with the names of its parameters; path has their values, escaped.
	route, path string
	query       url.Values
	// body is encoded as JSON; nil sends none.
	body any
	// decode reads the body of a success. Its error says in words what is wrong.
	decode func(header http.Header, body []byte) error
	// limit is the most bytes of an answer that are read.
	limit int64
	// replayLost allows to repeat a POST whose answer was lost.
	replayLost bool
}

// do makes a request, with all its attempts. Its errors are of type *Error.
func (c *Client) do(ctx context.Context, what call) error {
	op := newOperation(c, what)

	var body []byte

	if what.body != nil {
		encoded, err := json.Marshal(what.body)
		if err != nil {
			return op.unusable("the request could not be encoded")
		}

		body = encoded
	}

	ctx = httptrace.WithClientTrace(context.WithValue(ctx, operationKey{}, op), op.trace())

	req, err := c.request(ctx, what, body)
	if err != nil {
		return op.unusable("the request could not be built")
	}

	req.SetResponseHandler(op.read)

	if err := op.begin(ctx); err != nil {
		return op.fail(ctx, nil, err)
	}

	resp, err := c.retry.Do(req)
	if resp != nil && resp.Body != nil {
		defer func() { _ = resp.Body.Close() }()
	}

	return op.finish(ctx, resp, err)
}

func (c *Client) request(ctx context.Context, what call, body []byte) (*retryablehttp.Request, error) {
	target := c.base + what.path
	if len(what.query) > 0 {
		target += "?" + what.query.Encode()
	}

	var raw any
	if body != nil {
		raw = body
	}

	req, err := retryablehttp.NewRequestWithContext(ctx, what.method, target, raw)
	if err != nil {
		return nil, err
	}

	req.SetBasicAuth(c.config.APIKey.Reveal(), "")
	req.Header.Set("User-Agent", c.config.UserAgent)
	req.Header.Set("Accept", "application/json")

	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}

	return req, nil
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
