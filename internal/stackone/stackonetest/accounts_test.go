package stackonetest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// call sends a request as the client does, and returns the fields of the answer.
func call(t *testing.T, s *stackonetest.Server, method, path, body string) (int, map[string]any) {
	t.Helper()

	req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}

	req.SetBasicAuth(s.APIKey(), "")
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Content-Type", "application/json")

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = resp.Body.Close() }()

	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}

	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}

	return resp.StatusCode, fields
}

// Null clears what an answer may have as null, and leaves what it may not.
func TestServer_patchWithNull(t *testing.T) {
	t.Parallel()

	yes := true

	for _, name := range []string{"label", "origin_owner_id", "origin_owner_name", "origin_username", "type", "provider", "shared"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := stackonetest.New(t, stackonetest.Options{})
			id := s.AddAccount(stackonetest.Account{Label: "a label", OriginUsername: "a user", Shared: &yes})

			_, before := call(t, s, http.MethodGet, "/accounts/"+id, "")
			if before[name] == nil {
				t.Fatalf("%s is null before", name)
			}

			if status, _ := call(t, s, http.MethodPatch, "/accounts/"+id, `{"`+name+`": null}`); status != http.StatusOK {
				t.Errorf("status %d", status)
			}

			_, after := call(t, s, http.MethodGet, "/accounts/"+id, "")
			clears := !slices.Contains([]string{"origin_owner_id", "origin_owner_name", "provider"}, name)

			for field, value := range before {
				if got, there := after[field]; field == name && clears && (got != nil || !there) {
					t.Errorf("%s is %v, want null", field, got)
				} else if text, ok := value.(string); ok && (field != name || !clears) && field != "updated_at" && got != text {
					t.Errorf("%s is %v, want %s as before", field, got, text)
				}
			}
		})
	}

	s := stackonetest.New(t, stackonetest.Options{})
	id := s.AddAccount(stackonetest.Account{Metadata: json.RawMessage(`{"a": 1}`)})
	call(t, s, http.MethodPatch, "/accounts/"+id, `{"metadata": null}`)

	if a, _ := s.Account(id); a.Metadata != nil {
		t.Errorf("metadata is %s, want none", a.Metadata)
	}
}

func TestServer_patchWithBlank(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	id := s.AddAccount(stackonetest.Account{})

	for _, name := range []string{"origin_owner_id", "origin_owner_name", "provider"} {
		for _, blank := range []string{"", " "} {
			status, answer := call(t, s, http.MethodPatch, "/accounts/"+id, `{"`+name+`": "`+blank+`"}`)
			if status != http.StatusBadRequest || answer["message"] != name+" should not be empty" {
				t.Errorf("%s %q: %d %v", name, blank, status, answer)
			}
		}
	}
}

// An error has one of the two shapes that are documented, for any number of complaints.
func TestServer_errors(t *testing.T) {
	t.Parallel()

	clock := stackonetest.NewClock(time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC))

	const one, two = "origin_owner_id should not be empty", "origin_owner_name should not be empty"

	for body, test := range map[string]struct {
		path     string
		old, new map[string]any
	}{
		`{"origin_owner_id": "1"}`: {
			"/connect_sessions",
			map[string]any{"statusCode": 400.0, "message": two, "timestamp": "2031-03-01T12:00:00.000Z"},
			map[string]any{"statusCode": 400.0, "message": "Bad Request", "errorCode": "ValidationError", "errors": []any{two}},
		},
		`{"origin_owner_id": ""}`: {
			"/connect_sessions",
			map[string]any{"statusCode": 400.0, "message": one + "; " + two, "timestamp": "2031-03-01T12:00:00.000Z"},
			map[string]any{"statusCode": 400.0, "message": "Bad Request", "errorCode": "ValidationError", "errors": []any{one, two}},
		},
		`{}`: {
			"/nowhere",
			map[string]any{"statusCode": 404.0, "message": "Not Found", "timestamp": "2031-03-01T12:00:00.000Z"},
			map[string]any{"statusCode": 404.0, "message": "Not Found"},
		},
	} {
		for newErrors, want := range map[bool]map[string]any{false: test.old, true: test.new} {
			s := stackonetest.New(t, stackonetest.Options{Now: clock.Now, NewErrors: newErrors})
			if status, got := call(t, s, http.MethodPost, test.path, body); float64(status) != want["statusCode"] || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, new errors %t: %d %v, want %v", body, newErrors, status, got, want)
			}
		}
	}
}
