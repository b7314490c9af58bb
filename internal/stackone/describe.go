package stackone

import (
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

// errInterrupted is why an attempt brought nothing whose caller has given up.
var errInterrupted = errors.New("interrupted")

// describe says why no answer came, as far as that can be said without what the
// peer has sent.
func (op *operation) describe(err error) string {
	text, known := reason(err)

	switch {
	case known:
	case op.written.Load():
		// Go's errors about answers quote them, and an answer may hold a token.
		text = "the connection broke, or what came was no valid HTTP"
	default:
		text = unwrapped(err)
	}

	return clean(op.client.scrub(text))
}

// reason is the reason for an error that holds nothing of an answer, without the
// layers that Go wraps around it.
func reason(err error) (text string, known bool) {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		refusal     *proxyError
		operation   *net.OpError
		number      syscall.Errno
		timeout     net.Error
	)

	switch {
	case err == nil:
		return "there was no answer", true
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error(), true
	case errors.As(err, &refusal):
		return refusal.Error(), true
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		inner, known := reason(operation.Err)
		if !known {
			inner = unwrapped(operation.Err)
		}

		return "the proxy cannot be used: " + inner, true
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %s could not be resolved", dns.Name), true
	case errors.As(err, &certificate):
		return "its TLS certificate could not be verified: " + certificate.Err.Error(), true
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS", true
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time", true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before a complete answer came", true
	case errors.As(err, &number):
		return number.Error(), true
	}

	return "", false
}

// unwrapped is the text of an error without the names of what was tried.
func unwrapped(err error) string {
	var (
		address   *url.Error
		operation *net.OpError
	)

	if errors.As(err, &address) {
		err = address.Err
	}

	if errors.As(err, &operation) {
		err = operation.Err
	}

	return strings.TrimPrefix(err.Error(), "http: ")
}

// redirected names where an answer wants the request to go: scheme and host
// alone, since the rest may hold secrets.
func redirected(header http.Header) string {
	location := header.Get(refusedLocation)
	if location == "" {
		return "it has neither the status of a success nor that of an error"
	}

	place := "another place"
	if target, err := url.Parse(location); err == nil && target.Host != "" {
		place = clean(strings.TrimPrefix(target.Scheme+"://"+target.Host, "://"))
	}

	return fmt.Sprintf("it redirects to %s, which is not followed, because the API key would go along", place)
}
