package stackone

import (
	"net/http"
	"strings"
	"testing"
	"unicode"
)

// FuzzResponse decodes a response as everything that the API returns.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		`{"id": 1, "token": "t", "created_at": "2031-03-01T12:00:00.000Z", "organization_id": "o", "project_id": null}`,
		`{"id": "45355976281015164504", "token": "t", "auth_link_url": null, "categories": [null, 1], "metadata": []}`,
		`{"id": 1e400, "token": "t"}`, `{"token": {}}`, `[]`, `null`, ``, `<html>`, `{"id": -0, "token": "\u0000"}`, `"x"`, `{}`, `[null]`,
		`{"statusCode": 400, "message": "no", "errors": ["a"]}`, `{"message": ["a", 1, null]}`, `{"message": {}, "errorCode": 7}`, `{"message": "\u001b[2J\u202e"}`,
		`[{"id": 1}, {"id": "2", "status_reasons": [{"code": null}]}]`, `{"data": [], "total": 3}`, `{"data": [{"id": "c", "categories": ["hris", null], "active": 1}], "total": "x"}`,
		`{"next": null, "data": []}`, `{"next": "x", "data": [{"key": "a", "categories": ["hris", null], "authentication": [{"key": 1}, null]}]}`,
		`{"next": 1e400, "data": null}`, `{"next": {}, "data": [{}]}`, `{"data": [{"key": " "}]}`, `{"data": {}}`,
	} {
		f.Add([]byte(seed), "application/json", "Sat, 01 Mar 2031 12:00:00 GMT")
	}

	f.Fuzz(func(t *testing.T, body []byte, contentType, date string) {
		header := http.Header{"Content-Type": {contentType}, "Date": {date}}

		session, err := decodeConnectSession(header, body, noon())
		checkDecoded(t, err, session != nil && !session.Token.IsZero() && session.ID != "" && !session.CreatedAt.IsZero())

		connectors, err := decodeConnectorPage(header, body)
		checkDecoded(t, err, err == nil || len(connectors.items) > 0)

		for _, connector := range connectors.items {
			checkDecoded(t, nil, strings.TrimSpace(connector.Key) != "")
		}

		page, err := decodePage(header, body, func(o object) (object, error) { return o, nil })
		checkDecoded(t, err, err == nil)

		for _, o := range page.items {
			account, err := newAccount(o)
			checkDecoded(t, err, account.ID != "")

			profile, err := newConnectorProfile(o)
			checkDecoded(t, err, profile.ID != "")
		}

		messages, code, note := decodeError(header, body, func(text string) string { return text })
		if len(messages) > maxMessages {
			t.Fatalf("%d messages", len(messages))
		}

		for _, message := range append(messages, code, note) {
			checkText(t, message)
		}
	})
}

// checkDecoded checks that there is either an error or a complete object.
func checkDecoded(t *testing.T, err error, complete bool) {
	t.Helper()

	if (err == nil) != complete {
		t.Fatalf("complete: %t, error: %v", complete, err)
	}

	if err != nil {
		checkText(t, err.Error())
	}
}

func checkText(t *testing.T, text string) {
	t.Helper()

	if len([]rune(text)) > maxText+100 {
		t.Fatalf("%d characters", len([]rune(text)))
	}

	if strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) }) {
		t.Fatalf("control characters in %q", text)
	}
}
