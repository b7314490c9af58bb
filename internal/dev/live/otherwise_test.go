package main

import (
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const theAccount = "/accounts/45355976281015164504"

// plainDifferences change answers so that one fact is otherwise, by its row. What
// can be made from the table of facts is not among them.
func plainDifferences() map[string]edit {
	header := func(name string) edit {
		return func(_ *http.Request, resp *http.Response) { resp.Header.Set(name, "1") }
	}

	respond := func(status int) edit {
		return func(_ *http.Request, resp *http.Response) { resp.StatusCode = status }
	}

	instead := func(status int, text string) edit { return answerInstead("", status, text) }

	created := func(holds string, status int, text string) edit {
		return on("/connect_sessions", answerInstead(holds, status, text))
	}

	newField := func(beside string) edit {
		return onEach(beside, func(object map[string]any) { object["owner_email"] = "jane@acme.example" })
	}

	return map[string]edit{
		"Transport: answers without a redirect": asked("/accounts", "providers=", func(_ *http.Request, resp *http.Response) {
			resp.StatusCode = http.StatusFound
			resp.Header.Set("Location", "https://login.example/")
		}),
		"Transport: Date agrees with the local clock": func(req *http.Request, resp *http.Response) {
			if req.Method == http.MethodGet {
				resp.Header.Set("Date", time.Now().Add(-5*time.Minute).UTC().Format(http.TimeFormat))
			}
		},
		"Transport: version of HTTP":                  func(_ *http.Request, resp *http.Response) { resp.Proto = "HTTP/1.0" },
		"Transport: header that carries a request id": header("X-Request-Id"),
		"Transport: headers that tell the rate limit": header("X-RateLimit-Remaining"),
		"Errors: status for a wrong key": func(_ *http.Request, resp *http.Response) {
			if resp.StatusCode == http.StatusUnauthorized {
				resp.StatusCode = http.StatusForbidden
			}
		},
		"Errors: status for an account that does not exist": func(_ *http.Request, resp *http.Response) {
			if resp.StatusCode == http.StatusNotFound {
				resp.StatusCode = http.StatusBadRequest
			}
		},

		"Linked accounts: shape of the list":                     asked("/accounts", "page_size=100", instead(200, `{"items":[]}`)),
		"Linked accounts: a page of 100":                         asked("/accounts", "page_size=100", instead(400, aRefusal)),
		"Linked accounts: page_size":                             asked("/accounts", "page=1&page_size=1", exactly("page=1&page_size=1", instead(200, `[{"id":"45355976281015164504"},{"id":"x"}]`))),
		"Linked accounts: the second page":                       asked("/accounts", "page=2&page_size=1", exactly("page=2&page_size=1", instead(200, `[{"id":"45355976281015164504"}]`))),
		"Linked accounts: the first page is 1":                   asked("/accounts", "", exactly("page=1&page_size=1", instead(200, `[{"id":"x"}]`))),
		"Linked accounts: a page of less than 100 is the last":   asked("/accounts", "", exactly("page=2&page_size=100", instead(200, anAccount))),
		"Linked accounts: objects without page_size":             asked("/accounts", "", exactly("", instead(200, `[{"id":"45355976281015164504"}]`))),
		"Linked accounts: filter account_ids":                    asked("/accounts", "account_ids="+nobody, instead(200, anAccount)),
		"Linked accounts: filter account_ids, known values":      asked("/accounts", "account_ids=45", instead(200, `[]`)),
		"Linked accounts: filter origin_owner_ids":               asked("/accounts", "origin_owner_ids="+nobody, instead(200, anAccount)),
		"Linked accounts: filter origin_owner_ids, known values": asked("/accounts", "origin_owner_ids=customer", instead(200, `[]`)),
		"Linked accounts: filter providers":                      asked("/accounts", "providers="+nobody, instead(200, anAccount)),
		"Linked accounts: filter providers, known values":        asked("/accounts", "providers=bamboohr", instead(200, `[]`)),
		"Linked accounts: filter status":                         asked("/accounts", "page_size=5&status=", instead(200, anAccount)),
		"Linked accounts: filter status, known values":           asked("/accounts", "page_size=100&status=", instead(200, `[]`)),
		"Linked accounts: an account by its id":                  on(theAccount, set("id", "another")),
		"Linked accounts: fields that no document names":         newField("origin_owner_id"),

		"Auth configs: shape of the list":                   asked("/auth_configs", "page_size=100", instead(200, `{"items":[],"total":0}`)),
		"Auth configs: a page of 100":                       asked("/auth_configs", "page_size=100", instead(400, aRefusal)),
		"Auth configs: page_size":                           asked("/auth_configs", "", exactly("page=1&page_size=1", instead(200, `{"data":[{"id":"0b5d1f8e-profile-1"},{"id":"x"}]}`))),
		"Auth configs: the second page":                     asked("/auth_configs", "", exactly("page=2&page_size=1", instead(200, `{"data":[{"id":"0b5d1f8e-profile-1"}]}`))),
		"Auth configs: the first page is 1":                 asked("/auth_configs", "", exactly("page=1&page_size=1", instead(200, `{"data":[{"id":"x"}]}`))),
		"Auth configs: a page of less than 100 is the last": asked("/auth_configs", "", exactly("page=2&page_size=100", instead(200, aProfile))),
		"Auth configs: objects without page_size":           asked("/auth_configs", "", exactly("", instead(200, `{"data":[{"id":"0b5d1f8e-profile-1"}]}`))),
		"Auth configs: filter connector_key":                asked("/auth_configs", "connector_key="+nobody, instead(200, aProfile)),
		"Auth configs: filter connector_key, known values":  asked("/auth_configs", "connector_key=connector", instead(200, `{"data":[]}`)),
		"Auth configs: filter enabled=true":                 asked("/auth_configs", "enabled=true", set("active", false)),
		"Auth configs: filter enabled=false":                asked("/auth_configs", "enabled=false", set("active", true)),
		"Auth configs: fields that no document names":       newField("connector_label"),

		"Connectors: shape of the list": asked("/actions", "page_size=100", instead(200, `{"items":[]}`)),
		"Connectors: a page of 100":     asked("/actions", "page_size=100", instead(400, aRefusal)),
		"Connectors: page_size": asked("/actions", "", exactly("exclude=actions&group_by=connector&page_size=1", onEach("data", func(object map[string]any) {
			list, _ := object["data"].([]any)
			object["data"] = append(list, map[string]any{"key": "x"})
		}))),
		"Connectors: the second page":                  asked("/actions", "next=", instead(200, `{"next":null,"data":[{"key":"connector-1"}]}`)),
		"Connectors: filter[connectors]":               asked("/actions", nobody, instead(200, `{"next":null,"data":[{"key":"connector-1"}]}`)),
		"Connectors: filter[connectors], known values": asked("/actions", "connector-1%2Cconnector-2", instead(200, `{"next":null,"data":[]}`)),
		"Connectors: objects without page_size":        asked("/actions", "", exactly("exclude=actions&group_by=connector", instead(200, `{"next":null,"data":[{"key":"connector-1"}]}`))),
		"Connectors: fields that no document names":    on("/actions", newField("release_stage")),

		"Connect sessions: request: status of the plain session":        plainSession(respond(200)),
		"Connect sessions: request: echo of owner and type":             plainSession(set("origin_owner_name", "Another")),
		"Connect sessions: request: categories hrisLegacy and stackOne": created("hrisLegacy", 201, aSession),
		"Connect sessions: request: a category that does not exist":     created("no-such-category", 201, aSession),
		"Connect sessions: request: expires_in of 1":                    created(`"expires_in":1,`, 400, aRefusal),
		"Connect sessions: request: expires_in of 2592000, thirty days": created("2592000", 400, aRefusal),
		"Connect sessions: request: expires_in with a fraction":         created("60.5", 400, aRefusal),
		"Connect sessions: request: a field that does not exist":        created("no_such_field", 404, aRefusal),
		"Connect sessions: request: provider_version":                   created("provider_version", 404, aRefusal),
		"Connect sessions: answer: created_at against Date":             on("/connect_sessions", set("created_at", "2001-01-01T00:00:00Z")),
		"Connect sessions: answer: where the link goes":                 onEach("auth_link_url", func(object map[string]any) { object["auth_link_url"] = "https://app.stackone.com/?token=another" }),
		"Connect sessions: answer: fields that no document names":       newField("auth_link_url"),
		"Label of an account: PATCH of label":                           labelOf(respond(202)),
		"Label of an account: label in the answer":                      labelOf(set("label", "another")),
		"Label of an account: label when read again":                    afterPatch(checkLabel, true, set("label", "another")),
		"Label of an account: the old label, set back":                  afterPatch(checkLabel, false, set("label", "another")),
		"Label of an account: null as label":                            afterPatch(nil, true, set("label", "another")),
	}
}

// differences are all of them.
func differences(t *testing.T) map[string]edit {
	t.Helper()

	out := plainDifferences()

	for _, f := range facts() {
		row := f.about + ": " + f.name

		switch {
		case f.field != nil:
			list, _, _ := strings.Cut(f.name, ": ")
			if list == f.name {
				list = ""
			}

			out[row] = where(f.about, f.name == "total", wrongType(f.field, list, f.name == "total" || f.name == "next"))
		case f.about == aboutRequest && out[row] == nil:
			out[row] = answerInstead(`"`+f.name+`"`, 400, aRefusal)
		}
	}

	return out
}

// where restricts a change of a field's type to the answers that its rows look at.
func where(about string, inList bool, change edit) edit {
	switch about {
	case aboutErrors:
		return on("/accounts/"+nobody, change)
	case aboutConfigs:
		return asked("/auth_configs", "page_size=100", change)
	case aboutCatalogue:
		return asked("/actions", "page_size=100", change)
	case aboutAnswer:
		return plainSession(change)
	}

	if inList {
		return asked("/accounts", "page_size=100", change)
	}

	return on(theAccount, change)
}

// untested are the rows that no answer to a run can change: those of Terraform have
// a test of their own.
func untested(f fact) bool {
	return f.about == aboutTerraform || f.about == aboutLabel && strings.HasPrefix(f.name, "PATCH of ") && f.name != "PATCH of label"
}

func TestRun_otherwise(t *testing.T) {
	t.Parallel()

	changes := differences(t)

	for _, f := range facts() {
		row := f.about + ": " + f.name

		change := changes[row]
		delete(changes, row)

		if untested(f) {
			continue
		}

		if change == nil {
			t.Errorf("nothing makes a difference in %s", row)
			continue
		}

		t.Run(row, func(t *testing.T) {
			t.Parallel()

			s, o := furnished(t), options{args: []string{"-mode", string(f.needs)}, edit: change}
			if f.needs != reading {
				o.args = append(o.args, "-account", path.Base(theAccount))
			}

			if f.name == "null as label" {
				s.UpdateAccount(path.Base(theAccount), func(a *stackonetest.Account) { a.Label = "" })
			}

			got := examineStandIn(t, s, o)

			code := exitBad
			if f.reliesOn == "" {
				code = exitGood
			}

			if rows := got.rows(otherwise); len(rows) != 1 || rows[0] != row || got.code != code {
				t.Errorf("exit code %d, otherwise: %q\n%s%s", got.code, rows, got.stdout, got.stderr)
			}

			if strings.Contains(strings.Join(strings.Fields(got.stdout), " "), "Relies on it: internal/") != (f.reliesOn != "") {
				t.Error("the report does not say which file relies on it")
			}
		})
	}

	for row := range changes {
		t.Errorf("there is no row %s", row)
	}
}

func TestTerraformFacts_otherwise(t *testing.T) {
	t.Parallel()

	steps := []string{stepApply, stepSecondPlan, stepRenewal, stepEphemeral, stepDestroy}

	for _, failing := range steps {
		e := &evidence{terraform: map[string]string{}}
		for _, step := range steps {
			e.terraform[step] = ""
		}

		e.terraform[failing] = "exit code 1: Cannot create the session"

		for _, f := range terraformFacts() {
			want := asDocumented
			if f.name == failing {
				want = otherwise
			}

			if got, seen := f.check(e); got != want || want == otherwise && seen != e.terraform[failing] || f.reliesOn == "" {
				t.Errorf("%s fails, %s is %s: %s", failing, f.name, got, seen)
			}
		}
	}
}
