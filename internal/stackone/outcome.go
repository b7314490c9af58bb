package stackone

import (
	"cmp"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

type outcome int

const (
	succeeded     outcome = iota + 1
	rejected              // an error status that another attempt would not change
	unauthorized          // 401
	unusable              // a response that is not StackOne's, or cannot be read
	throttled             // 429
	notProcessed          // 408, or 503 with Retry-After: StackOne asks for another attempt
	serverFailed          // 500
	gatewayFailed         // 502, 503, 504 and the like: the request may have taken effect
	notSent               // the request never left
	lost                  // the request was sent, and no complete response came
	timedOut              // as lost, because the time was up
	permanent             // TLS or a proxy fails, and would again
	interrupted           // the caller's context ended
)

// failed reports whether the service failed, rather than this one request.
func (o outcome) failed() bool { return o >= throttled && o <= permanent }

// worked reports whether the service works, even if it rejected the request.
func (o outcome) worked() bool { return o < throttled && o != unauthorized }

// responded reports whether the response is complete and its status is meaningful.
func (o outcome) responded() bool { return o != unusable && o < notSent }

type tooLargeError struct{ limit int64 }

func (e *tooLargeError) Error() string { return fmt.Sprintf("it is larger than %d MiB", e.limit>>20) }

const noResponse = "no response in time"

func statusOutcome(status int, header http.Header, body []byte) (outcome, string) {
	switch {
	case status >= 200 && status < 300:
		return succeeded, ""
	case status < 400:
		return unusable, redirected(header)
	case isGone(status) && !isAPIError(status, body):
		return unusable, fmt.Sprintf("it is a %d, but not the StackOne API's", status)
	}

	o := map[int]outcome{
		http.StatusUnauthorized: unauthorized, http.StatusTooManyRequests: throttled, http.StatusRequestTimeout: notProcessed, http.StatusInternalServerError: serverFailed,
		http.StatusBadGateway: gatewayFailed, http.StatusServiceUnavailable: gatewayFailed, http.StatusGatewayTimeout: gatewayFailed,
		// Cloudflare's.
		520: gatewayFailed, 521: gatewayFailed, 522: gatewayFailed, 523: gatewayFailed, 524: gatewayFailed, 525: gatewayFailed, 529: gatewayFailed, 530: gatewayFailed,
	}[status]

	if status == http.StatusServiceUnavailable && header.Get("Retry-After") != "" {
		o = notProcessed
	}

	return cmp.Or(o, rejected), statusText(status)
}

// errorOutcome classifies an attempt without a complete response. If it was sent, the
// reason does not quote Go's error, which may quote the response.
func errorOutcome(err error, sent bool) (outcome, string) {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		proxy       *proxyError
		network     *net.OpError
		number      syscall.Errno
		timeout     net.Error
		large       *tooLargeError
	)

	o := notSent
	if sent {
		o = lost
	}

	switch {
	case errors.As(err, &large):
		return unusable, large.Error()
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return unusable, "it is compressed with gzip, and cannot be unpacked"
	case errors.As(err, &certificate):
		return permanent, "its TLS certificate could not be verified: " + certificate.Err.Error()
	case errors.As(err, &record):
		return permanent, "it does not speak TLS"
	case errors.As(err, &proxy) && proxy.status < http.StatusInternalServerError:
		return permanent, proxy.Error()
	case errors.As(err, &proxy):
		return o, proxy.Error()
	case errors.As(err, &network) && network.Op == "proxyconnect":
		_, reason := errorOutcome(network.Err, false)
		return o, "the proxy cannot be used: " + reason
	case errors.As(err, &dns):
		return o, fmt.Sprintf("the host name %s could not be resolved", dns.Name)
	case errors.As(err, &timeout) && timeout.Timeout():
		return o, noResponse
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return o, "the connection closed before the response was complete"
	case errors.As(err, &number):
		return o, number.Error()
	case sent:
		return o, "the connection broke, or the response was not valid HTTP"
	case errors.As(err, &network):
		err = network.Err
	}

	return o, strings.TrimPrefix(err.Error(), "http: ")
}

// isUntrusted reports whether more root certificates may help. Without any, as in a
// container without a CA bundle, both errors occur.
func isUntrusted(err error) bool {
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, roots := errors.AsType[x509.SystemRootsError](err)

	return authority || roots
}

// redirected names the target by scheme and host only: the rest may contain secrets.
func redirected(header http.Header) string {
	location := header.Get("Location")
	if location == "" {
		return "its status is neither a success nor an error"
	}

	place := "another place"
	if target, err := url.Parse(location); err == nil && target.Host != "" {
		place = clean(strings.TrimPrefix(target.Scheme+"://"+target.Host, "://"))
	}

	return fmt.Sprintf("it redirects to %s, which the provider does not follow because that would send the API key there", place)
}
