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
	// DefaultBaseURL is where StackOne documents its API.
	DefaultBaseURL = "https://api.stackone.com"
	// DefaultRequestTimeout bounds one attempt. StackOne itself gives up on its
	// own upstream work after 60 seconds, by its documentation.
	DefaultRequestTimeout = 60 * time.Second
	// DefaultMaxRetries is how many times a request is sent again. Where three attempts
	// of ten fail, one call in half a million fails eleven times.
	DefaultMaxRetries = 10
	// DefaultMaxWait is how long an outage of StackOne is waited for.
	DefaultMaxWait = 5 * time.Minute
	// DefaultMaxRequestsPerMinute is StackOne's documented limit for one API key.
	DefaultMaxRequestsPerMinute = 1000
)

// Config is what a Client is made of.
type Config struct {
	// BaseURL comes from ParseBaseURL.
	BaseURL *url.URL
	// APIKey comes from ParseAPIKey.
	APIKey Secret
	// UserAgent is required: StackOne may refuse requests without one.
	UserAgent string
	// RequestTimeout bounds one attempt, reading the answer included; 0 means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// MaxRetries is how many times a request is sent again while others succeed; 0
	// means never.
	MaxRetries int
	// MaxWait is how long all requests together wait while none succeeds; 0 means not
	// at all.
	MaxWait time.Duration
	// MaxRequestsPerMinute bounds the attempts of this client in any 60 seconds; 0 means no limit.
	MaxRequestsPerMinute int
	// Clock tells and spends the time; nil means SystemClock.
	Clock Clock
	// Jitter returns numbers in [0, 1) that spread waits; nil means math/rand/v2.
	Jitter func() float64
	// OnAttempt is told of each attempt when it is over; nil means nobody.
	OnAttempt func(ctx context.Context, a Attempt)
	// CACertificates come from ParseCertificates. They are trusted in addition to
	// the system's, where Transport is nil.
	CACertificates []*x509.Certificate
	// Getenv reads the variables that name a proxy, where Transport is nil; nil means
	// os.Getenv.
	Getenv func(string) string
	// Transport carries the requests; nil means NewTransport.
	Transport http.RoundTripper
}

// Attempt describes one attempt of a call, without anything secret.
type Attempt struct {
	Method string
	// Route is the path with its parameters' names, such as /accounts/{id}.
	Route string
	// Number counts from 1.
	Number int
	// Status is 0 when no answer came.
	Status    int
	RequestID string
	// Queued is how long it waited at the gate, Duration how long it took after that.
	Queued, Duration time.Duration
	// Retry tells that another attempt follows, after Wait or, while StackOne is Away,
	// when it is the turn of the call.
	Retry bool
	Wait  time.Duration
	Away  bool
	// MayDuplicate tells that the next attempt repeats a request that may have
	// taken effect.
	MayDuplicate bool
	// Err says why no usable answer came.
	Err error
}

// ParseBaseURL reads the address of the API: https, or http for a loopback
// address alone, without user information, query and fragment. A path prefix is
// kept, a trailing slash is not. The error does not repeat the address, since
// it may hold credentials.
func ParseBaseURL(raw string) (*url.URL, error) {
	switch {
	case strings.ContainsFunc(raw, isQuotationMark):
		return nil, errors.New("it contains a quotation mark")
	case strings.ContainsAny(raw, "\r\n"):
		return nil, errors.New("it contains a line break")
	case strings.ContainsFunc(raw, unicode.IsSpace):
		return nil, errors.New("it contains white space")
	case !strings.Contains(raw, "://"):
		return nil, errors.New("it has no scheme; it must begin with https://")
	}

	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("it is not a URL")
	}

	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it must begin with https://")
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	case u.Port() != "" && !isPort(u.Port()):
		return nil, errors.New("its port is none from 1 to 65535")
	case u.User != nil:
		return nil, errors.New("it must not contain credentials; they belong into api_key")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("it must not contain a query")
	case u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return nil, errors.New("it must not contain a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("plain http would send the API key unencrypted and is allowed for loopback addresses alone; use https")
	}

	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""

	return u, nil
}

func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}

	ip := net.ParseIP(host)

	return ip != nil && ip.IsLoopback()
}

// isQuotationMark tells marks of every kind, the backtick included: files of
// environment variables and word processors put them around a value.
func isQuotationMark(c rune) bool { return c == '`' || unicode.Is(unicode.Quotation_Mark, c) }

// ParseAPIKey checks that a key can be sent as the user name of HTTP Basic
// authentication. Its error never holds the key.
func ParseAPIKey(raw string) (Secret, error) {
	if raw == "" {
		return Secret{}, errors.New("it is empty")
	}

	for _, c := range raw {
		switch {
		case c == '\n' || c == '\r':
			return Secret{}, errors.New("it contains a line break")
		case unicode.IsSpace(c):
			return Secret{}, errors.New("it contains white space")
		case isQuotationMark(c):
			return Secret{}, errors.New("it contains a quotation mark")
		case c == ':':
			return Secret{}, errors.New("it contains a colon, so it is not the key alone")
		case c < '!' || c > '~':
			return Secret{}, fmt.Errorf("it contains a character (%U) that no key has", c)
		}
	}

	return NewSecret(raw), nil
}
