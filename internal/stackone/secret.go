package stackone

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a secret shows wherever it is printed or encoded.
const redacted = "[redacted]"

// Secret is a string that only Reveal gives away. It holds a pointer, since fmt
// prints unexported fields of other types without asking their methods: what it
// can reach then is an address.
type Secret struct{ p *string }

// NewSecret wraps a secret; the empty string gives the zero Secret.
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

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal compares what two secrets hold.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

func (s Secret) String() string { return redacted }

// Format serves every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue serves log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText serves encoders of text formats.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON serves encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// UnmarshalJSON accepts a string or null. Its error never holds what it read.
func (s *Secret) UnmarshalJSON(raw []byte) error {
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("a secret is not a string")
	}

	*s = Secret{}
	if text != nil {
		*s = NewSecret(*text)
	}

	return nil
}
