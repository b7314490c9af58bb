package stackonetest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestProfiles_list(t *testing.T) {
	t.Parallel()

	s, _ := newHub(t)

	for query, want := range map[string]string{
		"": "p1 p2 p3 p4 p5", "enabled=false": "p5", "connector_key=workday&enabled=true": "p2 p3", "page=2&page_size=4": "p5",
	} {
		_, text := exchange(t, s, http.MethodGet, "/connector_profiles?"+query, "")

		start, end := strings.Index(text, "["), strings.LastIndex(text, `,"page"`)
		if got := strings.Join(ids(t, text[start:end]), " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestProfiles_pin(t *testing.T) {
	t.Parallel()

	s, clock := newHub(t)

	const path = "/connector_profiles/p1/pinned_version"

	expect := func(method, path, body string, status int, says string) {
		t.Helper()

		if got, text := exchange(t, s, method, path, body); got != status || !strings.Contains(text, says) {
			t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, got, text, status, says)
		}
	}

	expect(http.MethodGet, path, "", 404, "No version is pinned")
	expect(http.MethodGet, "/connector_profiles/p0/versions", "", 404, "p0")
	expect(http.MethodPut, path, `{"pinned_version": "2.x.x"}`, 400, "matches no version")
	expect(http.MethodPut, path, `{"pinned_version": ""}`, 400, "pinned_version: ")
	expect(http.MethodPut, path, `{"pinned_version": "1.1.x"}`, 200, `"pinned_version":"1.1.x"`)

	clock.Advance(time.Minute)

	expect(http.MethodPut, path, `{"pinned_version": "1.0.x", "owner": "stackone"}`, 200, `"created_at":"2031-03-01T12:00:00.000Z","owner":"stackone","pinned_version":"1.0.x","updated_at":"2031-03-01T12:01:00.000Z"`)
	expect(http.MethodGet, "/connector_profiles/p1/versions", "", 200, `{"builtin":true,"owner":"stackone","pinned":true,"version":"1.0.0"}`)
	expect(http.MethodGet, "/connector_profiles?connector_key=bamboohr", "", 200, `"connector_pinned_version":"1.0.x","connector_version":"1.0.0"`)

	s.SetPinStyle(stackonetest.PinStyle{Resolve: true, NullWhenUnpinned: true})
	expect(http.MethodGet, path, "", 200, `"pinned_version":"1.0.0"`)
	expect(http.MethodDelete, path, "", 204, "")
	expect(http.MethodGet, path, "", 200, "null")

	if p, ok := s.ConnectorProfile("p1"); !ok || p.PinnedVersion != "" {
		t.Errorf("%+v", p)
	}
}
