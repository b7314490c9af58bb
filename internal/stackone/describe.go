package stackone

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// errTimeout is why an attempt failed that took too long.
var errTimeout = errors.New("no answer in time")

// describe says why no answer came, as far as that can be said without what the
// peer has sent.
func (c *Client) describe(a *attempt) string {
	text, known := reason(a.err)

	switch {
	case known:
	case a.written.Load():
		// Go's errors about answers quote them, and an answer may hold a token.
		text = "the connection broke, or what came was no valid HTTP"
	default:
		text = unwrapped(a.err)
	}

	return clean(c.scrub(text))
}

// reason is the reason for an error that holds nothing of an answer, without the
// layers that Go wraps around it.
func reason(err error) (text string, known bool) {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		refusal     *proxyError
		network     *net.OpError
		number      syscall.Errno
		timeout     net.Error
	)

	switch {
	case unusable(err), errors.Is(err, errTimeout):
		return err.Error(), true
	case errors.As(err, &refusal):
		return refusal.Error(), true
	case errors.As(err, &network) && network.Op == "proxyconnect":
		inner, known := reason(network.Err)
		if !known {
			inner = unwrapped(network.Err)
		}

		return "the proxy cannot be used: " + inner, true
	case errors.As(err, &dns):
		return fmt.Sprintf("the host name %s could not be resolved", dns.Name), true
	case errors.As(err, &certificate):
		return "its TLS certificate could not be verified: " + certificate.Err.Error(), true
	case errors.As(err, &record):
		return "it does not speak TLS", true
	case errors.As(err, &timeout) && timeout.Timeout():
		return errTimeout.Error(), true
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
		address *url.Error
		network *net.OpError
	)

	if errors.As(err, &address) {
		err = address.Err
	}

	if errors.As(err, &network) {
		err = network.Err
	}

	return strings.TrimPrefix(err.Error(), "http: ")
}
