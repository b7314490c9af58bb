package stackone

import (
	"errors"
	"slices"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Both documented error formats are decoded.
func TestError_documentedShapes(t *testing.T) {
	t.Parallel()

	const expiry, kind = "expires_in: number must be more than 0", `type: value is not one of the allowed values ["production","test",null]`

	for name, test := range map[string]struct {
		newErrors bool
		messages  []string
		code      string
	}{
		"of the OpenAPI document": {false, []string{expiry + "; " + kind}, ""},
		"newer":                   {true, []string{"Bad Request", expiry, kind}, "ValidationError"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			api := stackonetest.New(t, stackonetest.Options{NewErrors: test.newErrors})

			base, err := ParseBaseURL(api.URL())
			if err != nil {
				t.Fatal(err)
			}

			f := newFixture(t, func(c *Config) { c.BaseURL = base })
			_, err = f.CreateConnectSession(t.Context(), ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "One", ExpiresIn: new(int64(-1)), Type: new("gold")})

			var e *Error
			if !errors.As(err, &e) || e.Kind != ErrorStatus || e.Status != 400 || !slices.Equal(e.Messages, test.messages) || e.Code != test.code {
				t.Errorf("%+v, want %q with the code %q", err, test.messages, test.code)
			}

			if _, err := f.GetAccount(t.Context(), "nobody"); !IsNotFound(err) {
				t.Errorf("no account: %v", err)
			}
		})
	}
}
