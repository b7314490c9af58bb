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

	f.server.Script(*respond(200, `{"id": 7}`))

	if _, err := f.GetConnectSession(t.Context(), "8"); !isKind(err, ErrorResponse) || !strings.Contains(err.Error(), `about the connect session "7", but the request was for "8"`) {
		t.Errorf("another session: %v", err)
	}
}

func TestConnectSessionDetails_decoding(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]string{
		`{"id": 1, "organization_id": "2", "project_id": "3", "origin_owner_id": "4", "origin_owner_name": "5", "origin_username": "6", "categories": ["7", null], "provider": "8",
		  "connector_profile_id": "9", "account_id": "10", "label": "11", "metadata": {"a": 12}, "type": "TEST", "created_at": "13", "external_trigger_token": "secret",
		  "latest_connection_attempt": {"id": "14", "status": "ERROR", "account_secure_id": "15", "oauth_error_code": "16", "oauth_error_description": "17", "created_at": "18", "updated_at": "19"}}`: `{"ID":"1","OrganizationID":"2","ProjectID":"3","OriginOwnerID":"4","OriginOwnerName":"5","OriginUsername":"6","Categories":["7"],"Provider":"8",` +
			`"ConnectorProfileID":"9","AccountID":"10","Label":"11","Metadata":{"a":12},"Type":"test","CreatedAt":"13",` +
			`"LatestAttempt":{"ID":"14","Status":"error","AccountSecureID":"15","OAuthErrorCode":"16","OAuthErrorDescription":"17","CreatedAt":"18","UpdatedAt":"19"}}`,
		`{"id": "1", "metadata": null, "latest_connection_attempt": null}`:             `{"ID":"1"}`,
		`{"id": "1", "metadata": [], "latest_connection_attempt": "odd", "label": {}}`: `{"ID":"1"}`,
		`{"id": "1", "latest_connection_attempt": {"id": "2", "status": null}}`:        `{"ID":"1","LatestAttempt":{"ID":"2"}}`,
	} {
		if got := facts(t, newConnectSessionDetails(parse(t, body))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
