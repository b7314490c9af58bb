package stackone

import (
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestGetConnectSession(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)

	created, err := f.CreateConnectSession(t.Context(), someone())
	if err != nil {
		t.Fatal(err)
	}

	if session, err := f.GetConnectSession(t.Context(), created.ID); err != nil || session.ID != created.ID || *session.OriginOwnerName != "One" || session.LatestAttempt != nil {
		t.Errorf("before any attempt: %+v, %v", session, err)
	}

	if err := f.server.RecordAttempt(created.Token.Reveal(), stackonetest.ConnectionAttempt{Status: "error", ErrorCode: "access_denied"}); err != nil {
		t.Fatal(err)
	}

	session, err := f.GetConnectSession(t.Context(), created.ID)
	if err != nil || *session.LatestAttempt.Status != "error" || *session.LatestAttempt.OAuthErrorCode != "access_denied" || session.LatestAttempt.AccountSecureID != nil {
		t.Errorf("after one: %+v, %v", session, err)
	}

	if _, err := f.GetConnectSession(t.Context(), "999"); !IsNotFound(err) {
		t.Errorf("an unknown session: %v", err)
	}

	for body, want := range map[string]string{`{}`: `""`, `{"id": 7}`: `"7"`, `{"id": "a\ntoken=cs_SECRET"}`: `"a token=[redacted]"`} {
		f.server.Script(*respond(200, body))

		if _, err := f.GetConnectSession(t.Context(), "8"); !isKind(err, ErrorResponse) || !strings.Contains(err.Error(), "about the connect session "+want+`, but the request was for "8"`) {
			t.Errorf("another session: %v", err)
		}
	}
}
