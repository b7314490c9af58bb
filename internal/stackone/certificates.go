package stackone

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
)

// ParseCertificates reads PEM certificates. Text around the blocks is allowed, as
// bundles have it. The error repeats nothing of the text, since a private key is
// what people paste by mistake.
func ParseCertificates(text []byte) ([]*x509.Certificate, error) {
	// Editors of Windows put a byte order mark in front.
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\uFEFF")))

	begun := bytes.Count(text, []byte("-----BEGIN "))

	switch {
	case len(text) == 0:
		return nil, errors.New("it is empty")
	case bytes.Contains(text, []byte("PRIVATE KEY-----")):
		return nil, errors.New("it contains a private key, which must not be here")
	case begun == 0:
		return nil, errors.New("it contains no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----")
	}

	var certificates []*x509.Certificate

	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("it contains something else than certificates")
		}

		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("it contains a certificate that cannot be read")
		}

		certificates = append(certificates, certificate)
	}

	// Go skips a block that it cannot decode.
	if len(certificates) != begun {
		return nil, errors.New("it contains a PEM block that is damaged or indented")
	}

	return certificates, nil
}
