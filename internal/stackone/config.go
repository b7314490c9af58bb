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
	// DefaultRequestTimeout limits one attempt. StackOne documents that it gives up on its
	// upstream work after 60 seconds.
	DefaultRequestTimeout = 60 * time.Second
	// DefaultMaxRetries is how many times a request is sent again. If three attempts of
	// ten fail, one call in half a million fails eleven times.
	DefaultMaxRetries = 10
	// DefaultMaxWait is how long the client waits for the end of an outage.
	DefaultMaxWait = 5 * time.Minute
	// DefaultMaxRequestsPerMinute is StackOne's documented limit for one API key.
	DefaultMaxRequestsPerMinute = 1000
)

// Config configures a Client.
type Config struct {
	// BaseURL comes from ParseBaseURL.
	BaseURL *url.URL
	// APIKey comes from ParseAPIKey.
	APIKey Secret
	// UserAgent is required: StackOne may refuse requests without one.
	UserAgent string
	// RequestTimeout limits one attempt, including the body; 0 means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// MaxRetries limits retries while other requests succeed; 0 means none.
	MaxRetries int
	// MaxWait limits how long the client waits while no request succeeds.
	MaxWait time.Duration
	// MaxRequestsPerMinute limits the attempts in any 60 seconds; 0 means no limit.
	MaxRequestsPerMinute int
	// Clock is nil for SystemClock.
	Clock Clock
	// Jitter returns numbers in [0, 1); nil means math/rand/v2.
	Jitter func() float64
	// OnAttempt, if not nil, is called after each attempt.
	OnAttempt func(ctx context.Context, a Attempt)
	// CACertificates come from ParseCertificates; nil means the system's. Only used if
	// Transport is nil.
	CACertificates *x509.CertPool
	// Getenv reads the proxy variables if Transport is nil; nil means os.Getenv.
	Getenv func(string) string
	// Transport is nil for NewTransport.
	Transport http.RoundTripper
}

// Attempt describes one attempt of a call. It contains no secret.
type Attempt struct {
	Method string
	// Route is the path with parameter names, such as /accounts/{id}.
	Route string
	// Number counts from 1: the attempts of a call, or the health checks of a run.
	Number      int
	HealthCheck bool
	// Status is 0 without a response.
	Status    int
	RequestID string
	// Queued is the time in the limiter, Duration the time after that.
	Queued, Duration time.Duration
	// Retry means that another attempt follows, after Wait and, while the circuit is Open,
	// when the limiter admits it.
	Retry bool
	Wait  time.Duration
	Open  bool
	// MayDuplicate means that the next attempt may repeat the effect of this one.
	MayDuplicate bool
	// Err is set if there is no usable response.
	Err error
}

// ParseBaseURL parses the address of the API: https, or http only for loopback
// addresses, without credentials, query and fragment. It keeps a path, without its
// trailing slash. The error does not contain the address, which may have credentials.
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

	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it must begin with https://")
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	case u.Port() != "" && !isPort(u.Port()):
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

// malformed rejects what only gets into a key or an address by mistake.
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

// isQuotationMark includes the backtick and typographic marks: values from environment
// files and word processors often have them.
func isQuotationMark(c rune) bool { return c == '`' || unicode.Is(unicode.Quotation_Mark, c) }

// ParseAPIKey checks that a key can be the user name of HTTP Basic authentication. The
// error does not contain the key.
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
