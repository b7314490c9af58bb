package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// seen is the verdict on a row of a Markdown report, and what was seen.
func (r result) seen(row string) string {
	about := ""

	for line := range strings.Lines(r.markdown) {
		if heading, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			about = heading
		}

		cells := strings.Split(line, " | ")
		if len(cells) > 2 && about+": "+strings.TrimPrefix(cells[0], "| ") == row {
			return strings.Trim(cells[1], "*") + ": " + cells[2]
		}
	}

	return "no such row"
}

// TestRun_verdicts has answers that TestRun_otherwise, with one for each row, has not.
func TestRun_verdicts(t *testing.T) {
	t.Parallel()

	instead := func(status int, text string) edit { return answerInstead("", status, text) }

	onPage := func(path, query, text string) edit { return asked(path, "", exactly(query, instead(200, text))) }

	const (
		second  = "page=2&page_size=1"
		further = "page=2&page_size=100"
		largest = "page=1&page_size=100"
	)

	for name, c := range map[string]struct {
		mode mode
		edit edit
		row  string
		want string
	}{
		"page 1 is the second one":   {reading, onPage("/accounts", "page=1&page_size=1", `[]`), "Linked accounts: the first page is 1", "otherwise: page 1 is empty, and the list is not"},
		"page 1 is refused":          {reading, asked("/accounts", "", exactly("page=1&page_size=1", instead(400, aRefusal))), "Linked accounts: the first page is 1", "otherwise: 400 Bad Request"},
		"page 1 is the first":        {reading, nil, "Auth configs: the first page is 1", "as documented: yes"},
		"no second page":             {reading, onPage("/accounts", second, `[]`), "Linked accounts: the second page", "otherwise: the second page is empty, although there is more"},
		"nothing for a second page":  {reading, both(onPage("/accounts", second, `[]`), onPage("/accounts", largest, anAccount)), "Linked accounts: the second page", "not seen: the second page is empty, as the list ends with the first"},
		"no cursor":                  {reading, asked("/actions", "page_size=1", exactly("exclude=actions&group_by=connector&page_size=1", set("next", nil))), "Connectors: the second page", "otherwise: the first page names no next one, although there is more"},
		"nothing for a cursor":       {reading, asked("/actions", "", answerInstead("", 200, `{"next":null,"data":[{"key":"connector-1"}]}`)), "Connectors: the second page", "not seen: there is no second page"},
		"the second page is refused": {reading, asked("/accounts", "", exactly(second, instead(400, aRefusal))), "Linked accounts: the second page", "otherwise: 400 Bad Request"},
		"the list ends":              {reading, nil, "Linked accounts: a page of less than 100 is the last", "as documented: yes"},
		"a page that is ignored":     {reading, onPage("/accounts", further, `[{"id":"45355976281015164504"}]`), "Linked accounts: a page of less than 100 is the last", "not seen: the second page repeats the first"},
		"a bare array of connectors": {reading, onPage("/actions", "exclude=actions&group_by=connector&page_size=100", `[{"key":"connector-1"}]`), "Connectors: shape of the list", "otherwise: bare array"},
		"null for connectors":        {reading, onPage("/actions", "exclude=actions&group_by=connector&page_size=100", `{"next":null,"data":null}`), "Connectors: shape of the list", "as documented: null under data"},
		"null for accounts":          {reading, onPage("/accounts", largest, `{"data":null}`), "Linked accounts: shape of the list", "otherwise: null under data"},
		"data of accounts":           {reading, asked("/accounts", "page_size=100", envelope), "Linked accounts: shape of the list", "as documented: array under data"},
		"one of two values":          {reading, asked("/accounts", "providers=bamboohr", instead(200, `[{"provider":"bamboohr"}]`)), "Linked accounts: filter providers, known values", "otherwise: what the list holds is not found"},
		"another value as well":      {reading, asked("/accounts", "providers=bamboohr", instead(200, `[{"provider":"bamboohr"},{"provider":"hibob"},{"provider":"other"}]`)), "Linked accounts: filter providers, known values", "otherwise: objects that do not match"},
		"a filter that is refused":   {reading, asked("/accounts", "providers=bamboohr", instead(400, aRefusal)), "Linked accounts: filter providers, known values", "otherwise: 400 Bad Request"},
		"two values":                 {reading, nil, "Linked accounts: filter providers, known values", "as documented: honoured, with two values"},
		"one value":                  {reading, nil, "Auth configs: filter connector_key, known values", "as documented: honoured, with one value"},
		"two connectors":             {reading, nil, "Connectors: filter[connectors], known values", "as documented: honoured, with two values"},
		"a newer name":               {reading, onEach("origin_owner_id", func(object map[string]any) { object["owner_username"] = "jane" }), "Linked accounts: fields that no document names", "otherwise: owner_username"},
		"a field of no document":     {sessions, plainSession(onEach("token", func(object map[string]any) { object["expires_in"] = 60 })), "Connect sessions: answer: fields that no document names", "otherwise: expires_in"},
		"422 for a category":         {sessions, on("/connect_sessions", answerInstead("no-such-category", 422, aRefusal)), "Connect sessions: request: a category that does not exist", "as documented: 422 Unprocessable Entity, the message does not name the field"},
		"the body of a 400":          {sessions, on("/connect_sessions", answerInstead("no-such-category", 400, `{"statusCode":400,"message":"Bad Request","errors":["no such category"]}`)), "Errors: errors", "as documented: array"},
		"the code of a 400":          {sessions, on("/connect_sessions", answerInstead("no-such-category", 400, `{"statusCode":400,"message":"Bad Request","errorCode":12}`)), "Errors: errorCode", "otherwise: number"},
		"an input like any other":    {sessions, nil, "Connect sessions: request: shared", "not seen: 201, as for a field that does not exist"},
		"an input that is checked":   {sessions, on("/connect_sessions", answerInstead("no_such_field", 400, aRefusal)), "Connect sessions: request: shared", "as documented: 201 Created, not echoed"},
		"an input that is refused":   {sessions, on("/connect_sessions", answerInstead(`"shared"`, 400, aRefusal)), "Connect sessions: request: shared", "otherwise: 400 Bad Request, the message does not name the field"},
		"an echo":                    {sessions, nil, "Connect sessions: request: label", "as documented: 201 Created, echoed as sent"},
		"a field that is refused":    {sessions, on("/connect_sessions", answerInstead("no_such_field", 400, aRefusal)), "Connect sessions: request: a field that does not exist", "as documented: 400 Bad Request, the message does not name the field"},
		"a version that is refused":  {sessions, on("/connect_sessions", answerInstead("provider_version", 400, aRefusal)), "Connect sessions: request: provider_version", "as documented: 400 Bad Request, the message does not name the field"},
		"a type without a name":      {sessions, plainSession(set("type", "unmapped_value")), "Connect sessions: request: echo of owner and type", "as documented: type unmapped_value"},
		"no type":                    {sessions, plainSession(set("type", nil)), "Connect sessions: request: echo of owner and type", "as documented: type not echoed"},
		"another type":               {sessions, plainSession(set("type", "production")), "Connect sessions: request: echo of owner and type", "otherwise: type echoed with another value"},
		"no owner":                   {sessions, plainSession(set("origin_owner_id", nil)), "Connect sessions: request: echo of owner and type", "otherwise: origin_owner_id not echoed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, furnished(t), options{args: []string{"-mode", string(c.mode)}, edit: c.edit})

			if seen := got.seen(c.row); seen != c.want {
				t.Errorf("%s is %q, want %q", c.row, seen, c.want)
			}
		})
	}
}

func both(one, two edit) edit {
	return func(req *http.Request, resp *http.Response) {
		one(req, resp)
		two(req, resp)
	}
}

// envelope puts a list under data.
func envelope(_ *http.Request, resp *http.Response) {
	body(resp, func(answer any) any { return map[string]any{"data": answer} })
}

func TestRun_tellsOfACap(t *testing.T) {
	t.Parallel()

	for size, want := range map[int]string{
		7:  "otherwise: more follows a page of 7",
		10: "as documented: a page has at most 10, which the provider allows for",
		25: "as documented: a page has at most 25, which the provider allows for",
	} {
		s := furnished(t)
		s.SetListStyle(stackonetest.ListStyle{MaxPerPage: size})

		if got := examineStandIn(t, s, options{}).seen("Linked accounts: a page of less than 100 is the last"); got != want {
			t.Errorf("with a cap of %d it is %q, want %q", size, got, want)
		}
	}
}

func TestRun_triesWhatIsInUse(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		profiles []stackonetest.AuthConfig
		want     string
	}{
		"the default": {[]stackonetest.AuthConfig{{ID: "off", Disabled: true, Default: true}, {ID: "on"}, {ID: "standard", Default: true}}, "standard"},
		"no default":  {[]stackonetest.AuthConfig{{ID: "off", Disabled: true}, {ID: "on"}}, "on"},
		"none":        {[]stackonetest.AuthConfig{{ID: "off", Disabled: true}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := stackonetest.New(t, stackonetest.Options{UnknownNames: []string{"no_such_field"}})

			for _, a := range c.profiles {
				a.ConnectorKey = "connector of " + a.ID
				s.AddAuthConfig(a)
			}

			examineStandIn(t, s, options{args: []string{"-mode", "sessions"}})

			tried := map[string]string{}

			for _, r := range s.Requests() {
				for _, field := range []string{"connector_profile_id", "integration_id", "provider"} {
					if raw, sent := r.Fields[field]; sent {
						var value string

						_ = json.Unmarshal(raw, &value)
						tried[field] = value
					}
				}
			}

			key := strings.TrimSuffix("connector of "+c.want, "connector of ")
			if tried["connector_profile_id"] != c.want || tried["integration_id"] != c.want || tried["provider"] != key {
				t.Errorf("it tries %q", tried)
			}
		})
	}
}

func TestRun_cannotTellWhetherAnInputIsKnown(t *testing.T) {
	t.Parallel()

	got := examineStandIn(t, furnished(t), options{args: []string{"-mode", "sessions"}, breaks: func(req *http.Request) error {
		if _, unknown := sent(req)["no_such_field"]; unknown {
			return errors.New("connection reset")
		}

		return nil
	}})

	if seen := got.seen("Connect sessions: request: shared"); seen != "not seen: 201, not echoed" {
		t.Errorf("it is %q", seen)
	}
}
