package stackone

import (
	"compress/gzip"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// outcome classifies an attempt. Retries, the limiter and error messages all use it.
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

// responded reports whether the response is complete and its status is meaningful.
func (o outcome) responded() bool { return o != unusable && o < notSent }

var (
	errTooLarge = errors.New("the answer is too large")
	errNoAnswer = errors.New("no answer in time")
)

// statusOutcome classifies a complete response.
func statusOutcome(status int, header http.Header, body []byte) (outcome, string) {
	switch {
	case status >= 200 && status < 300:
		return succeeded, ""
	case status < 400:
		return unusable, redirected(header)
	case isGone(status) && !isAPIError(status, body):
		return unusable, fmt.Sprintf("it is a %d, but not one of the StackOne API", status)
	}

	reason := statusText(status)

	switch status {
	case http.StatusUnauthorized:
		return unauthorized, reason
	case http.StatusTooManyRequests:
		return throttled, reason
	case http.StatusRequestTimeout:
		return notProcessed, reason
	case http.StatusInternalServerError:
		return serverFailed, reason
	case http.StatusServiceUnavailable:
		if header.Get("Retry-After") != "" {
			return notProcessed, reason
		}

		return gatewayFailed, reason
	// From 520 on: statuses of Cloudflare's gateways.
	case http.StatusBadGateway, http.StatusGatewayTimeout, 520, 521, 522, 523, 524, 525, 529, 530:
		return gatewayFailed, reason
	}

	return rejected, reason
}

// errorOutcome classifies an attempt without a complete response. sent reports whether
// the request may have reached the server.
func errorOutcome(err error, sent bool) outcome {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		proxy       *proxyError
	)

	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return unusable
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &proxy) && proxy.status < http.StatusInternalServerError:
		return permanent
	case !sent:
		return notSent
	}

	return lost
}

// describe returns a short reason for an error. Go's errors about a response may quote
// it, so they are replaced once the request was sent.
func describe(err error, sent bool) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		proxy       *proxyError
		network     *net.OpError
		number      syscall.Errno
		timeout     net.Error
		address     *url.Error
	)

	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return "it is compressed with gzip, and cannot be unpacked"
	case errors.As(err, &proxy):
		return proxy.Error()
	case errors.As(err, &network) && network.Op == "proxyconnect":
		return "the proxy cannot be used: " + describe(network.Err, false)
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %s could not be resolved", dns.Name)
	case errors.As(err, &certificate):
		return "its TLS certificate could not be verified: " + certificate.Err.Error()
	case errors.As(err, &record):
		return "it does not speak TLS"
	case errors.As(err, &timeout) && timeout.Timeout():
		return errNoAnswer.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before a complete answer came"
	case errors.As(err, &number):
		return number.Error()
	case sent:
		return "the connection broke, or what came was no valid HTTP"
	case errors.As(err, &address):
		err = address.Err
	case errors.As(err, &network):
		err = network.Err
	}

	return strings.TrimPrefix(err.Error(), "http: ")
}

// redirected names the target of a redirect by scheme and host only: the rest may
// contain secrets.
func redirected(header http.Header) string {
	location := header.Get("Location")
	if location == "" {
		return "it has neither the status of a success nor that of an error"
	}

	place := "another place"
	if target, err := url.Parse(location); err == nil && target.Host != "" {
		place = clean(strings.TrimPrefix(target.Scheme+"://"+target.Host, "://"))
	}

	return fmt.Sprintf("it redirects to %s, which is not followed, because the API key would go along", place)
}
