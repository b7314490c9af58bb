package stackone

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
)

func FuzzDecodeConnectSession(f *testing.F) {
	for _, seed := range []string{
		`{"id": 1, "token": "t", "created_at": "2031-03-01T12:00:00.000Z", "organization_id": "o", "project_id": null}`,
		`{"id": "45355976281015164504", "token": "t", "auth_link_url": null, "categories": [null, 1], "metadata": []}`,
		`{"id": 1e400, "token": "t"}`, `{"token": {}}`, `[]`, `null`, ``, `<html>`, `{"id": -0, "token": "\u0000"}`,
	} {
		f.Add([]byte(seed), "Sat, 01 Mar 2031 12:00:00 GMT")
	}

	f.Fuzz(func(t *testing.T, body []byte, date string) {
		session, err := decodeConnectSession(http.Header{"Date": {date}}, body, noon())
		if (err == nil) != (session != nil) {
			t.Fatalf("session %v with error %v", session != nil, err)
		}

		if err == nil && (session.Token.IsZero() || session.ID == "" || session.CreatedAt.IsZero()) {
			t.Fatal("a session without token, id or time")
		}

		if err != nil {
			checkText(t, err.Error())
		}
	})
}

func FuzzDecodeError(f *testing.F) {
	for _, seed := range []string{
		`{"statusCode": 400, "message": "no", "errors": ["a"]}`, `{"message": ["a", 1, null]}`, `{"message": {}, "errorCode": 7}`, `<html>`, ``, `"x"`,
		`{"message": "\u001b[2J\u202e"}`,
	} {
		f.Add([]byte(seed), "application/json")
	}

	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		messages, code, note := decodeError(http.Header{"Content-Type": {contentType}}, body, func(text string) string { return text })
		if len(messages) > maxMessages {
			t.Fatalf("%d messages", len(messages))
		}

		for _, message := range append(messages, code, note) {
			checkText(t, message)
		}
	})
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

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"60", "-1", "1e9", "NaN", "Sat, 01 Mar 2031 12:00:30 GMT", "", "soon", "0x10", "9223372036854775808"} {
		f.Add(seed, "Sat, 01 Mar 2031 12:00:00 GMT")
		f.Add(seed, "")
	}

	f.Fuzz(func(t *testing.T, value, date string) {
		got := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, noon())
		if got < 0 || got > 120*time.Second {
			t.Fatalf("%s", got)
		}
	})
}

func FuzzDecodePage(f *testing.F) {
	for _, seed := range []string{
		`[]`, `[{"id": 1}, {"id": "2", "status_reasons": [{"code": null}]}]`, `{"data": [], "total": 3}`, `{"data": [{"id": "c", "categories": ["hris", null], "active": 1}], "total": "x"}`, `{"data": null}`, `{"data": {}}`, `{}`, `null`, ``, `[null]`,
	} {
		f.Add([]byte(seed))
	}

	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodePage(http.Header{}, body, func(o object) (object, error) { return o, nil })
		if err != nil {
			checkText(t, err.Error())
			return
		}

		for _, o := range page.items {
			account, err := newAccount(o)
			if (err == nil) != (account.ID != "") {
				t.Fatalf("id %q with error %v", account.ID, err)
			}

			profile, err := newConnectorProfile(o)
			if (err == nil) != (profile.ID != "") {
				t.Fatalf("id %q with error %v", profile.ID, err)
			}
		}
	})
}

func FuzzDecodeConnectorPage(f *testing.F) {
	for _, seed := range []string{
		`{"next": null, "data": []}`, `{"next": "x", "data": [{"key": "a", "categories": ["hris", null], "authentication": [{"key": 1}, null]}]}`,
		`{"next": 1e400, "data": null}`, `{"next": {}, "data": [{}]}`, `{"data": [{"key": " "}]}`, `{}`, `[]`, `null`, ``, `<html>`,
	} {
		f.Add([]byte(seed))
	}

	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodeConnectorPage(http.Header{}, body)
		if err != nil {
			checkText(t, err.Error())

			if page.next != "" || page.connectors != nil {
				t.Fatalf("%+v with error %v", page, err)
			}
		}

		for _, connector := range page.connectors {
			if strings.TrimSpace(connector.Key) == "" {
				t.Fatal("a connector without key")
			}
		}
	})
}
