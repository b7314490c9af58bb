package stackone

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
)

// ParseCertificates adds the certificates in PEM text to the system's. Errors do not quote
// the text, which may be a private key pasted by mistake.
func ParseCertificates(text []byte) (*x509.CertPool, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))

	switch {
	case len(text) == 0:
		return nil, errors.New("it is empty")
	case bytes.Contains(text, []byte("PRIVATE KEY-----")):
		return nil, errors.New("it contains a private key, which does not belong here")
	case bytes.Contains(text, []byte("----------BEGIN ")):
		return nil, errors.New("two certificates are on one line; start each on its own line")
	case !bytes.Contains(text, []byte("-----BEGIN CERTIFICATE-----")):
		return nil, errors.New("it contains no PEM certificate (-----BEGIN CERTIFICATE-----)")
	}

	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("this machine's certificates cannot be read: %w", err)
	}

	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("every certificate in it is damaged or indented")
	}

	return pool, nil
}
