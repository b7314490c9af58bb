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

	for newErrors, want := range map[bool]struct {
		messages []string
		code     string
	}{
		false: {[]string{expiry + "; " + kind}, ""},
		true:  {[]string{"Bad Request", expiry, kind}, "ValidationError"},
	} {
		f := newFixture(t, at(t, stackonetest.New(t, stackonetest.Options{NewErrors: newErrors}).URL()))
		_, err := f.CreateConnectSession(t.Context(), ConnectSessionRequest{OriginOwnerID: "1", OriginOwnerName: "One", ExpiresIn: new(int64(-1)), Type: new("gold")})

		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != ErrorStatus || e.Status != 400 || !slices.Equal(e.Messages, want.messages) || e.Code != want.code {
			t.Errorf("new %t: %+v, want %q with the code %q", newErrors, err, want.messages, want.code)
		}

		if _, err := f.GetAccount(t.Context(), "nobody"); !IsNotFound(err) {
			t.Errorf("new %t: no account: %v", newErrors, err)
		}
	}
}
