package stackone

import (
	"fmt"
	"io"
)

const redacted = "[redacted]"

// Secret is redacted when printed or encoded, except by Reveal. It contains a pointer
// because fmt bypasses the methods of unexported fields: it then prints only the address.
type Secret struct{ p *string }

// NewSecret wraps a secret; the zero Secret is empty.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}

	return Secret{p: &s}
}

// Reveal returns the secret itself.
func (s Secret) Reveal() string {
	if s.p == nil {
		return ""
	}

	return *s.p
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal compares two secrets.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

func (s Secret) String() string { return redacted }

// Format implements fmt.Formatter, for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText implements encoding.TextMarshaler, also for encoding/json and log/slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
