package stackone

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestConnectorProfiles(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	for i := range 120 {
		f.server.AddConnectorProfile(stackonetest.ConnectorProfile{ID: fmt.Sprint(i), Name: "profile", ConnectorKey: []string{"workday", "bamboohr"}[i%2], Disabled: i%3 == 0, Categories: []string{"hris"}})
	}

	count := func(filter ConnectorProfileFilter) (n int) {
		for profile, err := range f.ConnectorProfiles(t.Context(), filter) {
			if err != nil || profile.ID == "" || *profile.Name != "profile" || !slices.Equal(profile.Categories, []string{"hris"}) {
				t.Fatalf("%+v, %v", profile, err)
			}

			n++
		}

		return n
	}

	if got := count(ConnectorProfileFilter{}); got != 120 || len(f.server.Requests()) != 2 {
		t.Errorf("%d connector profiles with %d requests", got, len(f.server.Requests()))
	}

	if got := count(ConnectorProfileFilter{ConnectorKey: new("workday"), Enabled: new(true)}); got != 40 {
		t.Errorf("%d connector profiles, want 40", got)
	}

	if got, want := f.server.Requests()[2].Query.Encode(), "connector_key=workday&enabled=true&page=1&page_size=100"; got != want {
		t.Errorf("query: %s, want %s", got, want)
	}

	f.server.Script(*respond(200, `{"data": [{"id": "1", "name": "profile", "connector_key": "other", "categories": ["hris"]}, {"id": "2", "name": "profile", "categories": ["hris"]}]}`))

	if got := count(ConnectorProfileFilter{ConnectorKey: new("workday")}); got != 1 {
		t.Errorf("%d connector profiles of another connector or none, want the latter", got)
	}

	// A list that changes is read again.
	f.server.Script(*respond(200, `{"total": 101, "data": [{"id": "gone", "name": "profile", "categories": ["hris"]}]}`))

	if got := count(ConnectorProfileFilter{}); got != 120 {
		t.Errorf("%d connector profiles of a list that changed, want 120", got)
	}
}

func TestConnectorVersions(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p/1", PinnedVersion: "1.0.x", Versions: []stackonetest.ConnectorVersion{{Version: "1.1.0", Owner: "acme"}, {Version: "1.0.0"}}})

	versions, err := f.ConnectorVersions(t.Context(), "p/1")
	if got, want := facts(t, versions), `[{"Version":"1.1.0","Owner":"acme","Builtin":false,"Pinned":false},{"Version":"1.0.0","Owner":"stackone","Builtin":true,"Pinned":true}]`; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}

	if _, err := f.ConnectorVersions(t.Context(), "p2"); !IsNotFound(err) {
		t.Errorf("an unknown profile: %v", err)
	}

	f.server.Script(*respond(200, strings.Repeat(" ", 2<<20)+`[{"owner": "acme"}]`))

	if _, err := f.ConnectorVersions(t.Context(), "p/1"); err == nil || !strings.Contains(err.Error(), "a version in the response has no number") {
		t.Errorf("no version: %v", err)
	}
}

func TestPinnedVersion(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.AddConnectorProfile(stackonetest.ConnectorProfile{ID: "p/1"})

	expect := func(got PinnedVersion, err error, want string) {
		t.Helper()

		if text := facts(t, got); err != nil || text != want {
			t.Errorf("got %s, %v, want %s", text, err, want)
		}
	}

	const (
		none   = `{"Version":""}`
		pinned = `{"Version":"1.x.x","Owner":"stackone","CreatedAt":"2031-03-01T12:00:00.000Z","UpdatedAt":"2031-03-01T12:00:00.000Z"}`
	)

	pin, err := f.GetPinnedVersion(t.Context(), "p/1")
	expect(pin, err, none)

	pin, err = f.PutPinnedVersion(t.Context(), "p/1", PinnedVersionRequest{PinnedVersion: "1.x.x", Owner: new("stackone")})
	expect(pin, err, pinned)

	if got := string(f.server.Requests()[1].Body); got != `{"pinned_version":"1.x.x","owner":"stackone"}` {
		t.Errorf("sent %s", got)
	}

	pin, err = f.GetPinnedVersion(t.Context(), "p/1")
	expect(pin, err, pinned)

	if err := f.DeletePinnedVersion(t.Context(), "p/1"); err != nil {
		t.Error(err)
	}

	if err := f.DeletePinnedVersion(t.Context(), "p2"); !IsNotFound(err) {
		t.Errorf("an unknown profile: %v", err)
	}

	f.server.SetPinStyle(stackonetest.PinStyle{NullWhenUnpinned: true})

	pin, err = f.GetPinnedVersion(t.Context(), "p/1")
	expect(pin, err, none)
}

func TestPinnedVersion_oddResponses(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)

	for body, want := range map[string]struct{ get, put string }{
		`{"connector_profile_id": "p1", "pinned_version": null}`:    {"", "the pin in the response has no version"},
		`{"connector_profile_id": "p2", "pinned_version": "1.0.0"}`: {`not about the connector profile "p1"`, `not about the connector profile "p1"`},
		"null\n": {"", "not an object"},
		`[]`:     {"not an object", "not an object"},
	} {
		for method, says := range map[string]string{http.MethodGet: want.get, http.MethodPut: want.put} {
			f.server.Script(*respond(200, body))

			pin, err := f.pinnedVersion(t.Context(), method, "p1", nil)
			if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) || pin.Version != "" {
				t.Errorf("%s answered %s: %+v, %v", method, body, pin, err)
			}
		}
	}

	// A gateway's 404 does not mean that no version is pinned.
	f.server.Script(stackonetest.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>"})

	if pin, err := f.GetPinnedVersion(t.Context(), "p1"); err == nil {
		t.Errorf("the 404 of a gateway: %+v", pin)
	}
}
