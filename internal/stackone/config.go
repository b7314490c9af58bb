package stackone

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// DefaultBaseURL is the documented address of the API.
	DefaultBaseURL = "https://api.stackone.com"
	// DefaultRequestTimeout limits one attempt. StackOne documents a timeout of 60 seconds
	// for its upstream work.
	DefaultRequestTimeout = 60 * time.Second
	// DefaultMaxRetries limits retries. If 30 % of the attempts fail, one call in 500,000 does.
	DefaultMaxRetries = 10
	// DefaultMaxWait limits the wait for the end of an outage.
	DefaultMaxWait = 5 * time.Minute
	// DefaultMaxRequestsPerMinute is StackOne's documented limit for one API key.
	DefaultMaxRequestsPerMinute = 1000
)

// Config configures a Client.
type Config struct {
	BaseURL *url.URL
	APIKey  Secret
	// UserAgent is required: StackOne may refuse requests without one.
	UserAgent string
	// RequestTimeout limits one attempt, including the body; 0 means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// MaxRetries limits retries while other requests succeed; 0 means none.
	MaxRetries int
	// MaxWait limits the wait while no request succeeds.
	MaxWait time.Duration
	// MaxRequestsPerMinute limits the attempts in any 60 seconds; 0 means no limit.
	MaxRequestsPerMinute int
	// Clock defaults to SystemClock.
	Clock Clock
	// Jitter returns numbers in [0, 1); nil means math/rand/v2.
	Jitter func() float64
	// OnAttempt, if not nil, is called after each attempt, possibly concurrently.
	OnAttempt func(ctx context.Context, a Attempt)
	// CACertificates and Getenv apply only if Transport is nil. They default to the
	// system's certificates and os.Getenv.
	CACertificates *x509.CertPool
	Getenv         func(string) string
	// Transport defaults to NewTransport.
	Transport http.RoundTripper
}

// Attempt describes one attempt of a call. It contains no secret.
type Attempt struct {
	Method string
	// Route contains parameter names, as in /accounts/{id}.
	Route string
	// Number counts from 1: the attempts of a call, or the health checks of a run.
	Number      int
	HealthCheck bool
	Status      int
	RequestID   string
	// Queued is the time spent in the limiter, Duration the time after it.
	Queued, Duration time.Duration
	// Retry is set if another attempt follows, after Wait and, while the circuit is Open,
	// once the limiter admits it.
	Retry bool
	Wait  time.Duration
	Open  bool
	// MayDuplicate is set if the next attempt may repeat the effect of this one.
	MayDuplicate bool
	Err          error
}

// ParseBaseURL parses the address of the API: https, or http only for loopback addresses,
// without credentials, query and fragment. It trims the trailing slash of a path. Errors do
// not quote the address, which may contain credentials.
func ParseBaseURL(raw string) (*url.URL, error) {
	if err := malformed(raw); err != nil {
		return nil, err
	}

	if !strings.Contains(raw, "://") {
		return nil, errors.New("it has no scheme; it must begin with https://")
	}

	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("it is not a URL")
	}

	port, err := strconv.ParseUint(u.Port(), 10, 16)

	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it must begin with https://")
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	case u.Port() != "" && (err != nil || port == 0):
		return nil, errors.New("its port is not a number from 1 to 65535")
	case u.User != nil:
		return nil, errors.New("it must not contain credentials; set api_key instead")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("it must not contain a query")
	case u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return nil, errors.New("it must not contain a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("plain http would send the API key unencrypted and is allowed only for loopback addresses; use https")
	}

	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""

	return u, nil
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// malformed rejects typical mistakes in keys and addresses.
func malformed(text string) error {
	switch {
	case strings.ContainsFunc(text, isQuotationMark):
		return errors.New("it contains a quotation mark")
	case strings.ContainsAny(text, "\r\n"):
		return errors.New("it contains a line break")
	case strings.ContainsFunc(text, unicode.IsSpace):
		return errors.New("it contains white space")
	}

	return nil
}

// isQuotationMark includes backticks and typographic marks, which environment files and
// word processors add.
func isQuotationMark(c rune) bool { return c == '`' || unicode.Is(unicode.Quotation_Mark, c) }

// ParseAPIKey checks that a key can be the user name of HTTP Basic authentication. Errors
// do not quote the key.
func ParseAPIKey(raw string) (Secret, error) {
	if raw == "" {
		return Secret{}, errors.New("it is empty")
	}

	if err := malformed(raw); err != nil {
		return Secret{}, err
	}

	for _, c := range raw {
		switch {
		case c == ':':
			return Secret{}, errors.New("it contains a colon, so it is more than the key")
		case c < '!' || c > '~':
			return Secret{}, fmt.Errorf("it contains a character (%U) that keys do not contain", c)
		}
	}

	return NewSecret(raw), nil
}
