package stackone

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func connectorKeys(f *fixture, t *testing.T, filter ConnectorFilter) ([]string, error) {
	t.Helper()

	return read(f.Connectors(t.Context(), filter), func(c Connector) string { return c.Key })
}

func TestConnectors_pages(t *testing.T) {
	t.Parallel()

	for n, want := range map[int]int{0: 1, 99: 1, 100: 1, 101: 2, 250: 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			for i := range n {
				f.server.AddConnector(stackonetest.Connector{Key: fmt.Sprintf("connector_%d", i)})
			}

			keys, err := connectorKeys(f, t, ConnectorFilter{})
			slices.Sort(keys)

			if err != nil || len(slices.Compact(keys)) != n {
				t.Errorf("%d connectors, %v", len(keys), err)
			}

			requests := f.server.Requests()
			if query := requests[0].Query.Encode(); len(requests) != want || query != "exclude=actions&group_by=connector&page_size=100" {
				t.Errorf("%d requests, want %d, the first with %s", len(requests), want, query)
			}
		})
	}
}

func TestConnectors_responses(t *testing.T) {
	t.Parallel()

	const data = `"data": [{"key": "a"}]`

	tests := map[string]struct {
		response func(n int) string
		// want is part of the error; empty means none.
		want     string
		requests int
	}{
		"no list":                   {func(int) string { return `{"next": null, "data": null}` }, "", 1},
		"an empty cursor":           {func(int) string { return `{"next": "", ` + data + `}` }, "", 1},
		"a long page":               {func(int) string { return strings.Repeat(" ", 2<<20) + `{` + data + `}` }, "", 1},
		"no cursor":                 {func(int) string { return `{` + data + `}` }, "", 1},
		"a number as cursor":        {func(n int) string { return []string{"", `{"next": 1, ` + data + `}`, `{` + data + `}`}[n] }, "", 2},
		"an empty page in between":  {func(n int) string { return []string{"", `{"next": "x", "data": []}`, `{` + data + `}`}[n] }, "", 2},
		"the same cursor again":     {func(int) string { return `{"next": "x", ` + data + `}` }, "has no end", 2},
		"an earlier cursor":         {func(n int) string { return fmt.Sprintf(`{"next": "%d", %s}`, n%3, data) }, "has no end", 4},
		"always another cursor":     {func(n int) string { return fmt.Sprintf(`{"next": "%d", %s}`, n, data) }, "does not end after 1000 pages", 1000},
		"an object as cursor":       {func(int) string { return `{"next": {}, ` + data + `}` }, "another type", 1},
		"no data":                   {func(int) string { return `{"items": []}` }, "not a list", 1},
		"an object as data":         {func(int) string { return `{"data": {}}` }, "not a list", 1},
		"a bare list":               {func(int) string { return `[{"key": "a"}]` }, "not an object", 1},
		"HTML":                      {func(int) string { return `<html>` }, "JSON", 1},
		"a connector without key":   {func(int) string { return `{"data": [{"name": "a"}]}` }, "has no key", 1},
		"a connector of null":       {func(int) string { return `{"data": [null]}` }, "something other than objects", 1},
		"a connector of text":       {func(int) string { return `{"data": ["a"]}` }, "something other than objects", 1},
		"a connector of wrong keys": {func(int) string { return `{"data": [{"key": {}}]}` }, "has no key", 1},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, func(c *Config) { c.MaxRequestsPerMinute = 0 })
			f.server.OnRequest(func(n int, _ stackonetest.Request) *stackonetest.Fault {
				return respond(200, test.response(n))
			})

			_, err := connectorKeys(f, t, ConnectorFilter{})

			if (err != nil) != (test.want != "") || err != nil && (!isKind(err, ErrorResponse) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}

			if got := len(f.server.Requests()); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
		})
	}
}

func TestConnectors_filter(t *testing.T) {
	t.Parallel()

	many := make([]string, 2000)
	for i := range many {
		many[i] = fmt.Sprintf("connector_%d", i)
	}

	fits := strings.Repeat("x", maxQuery)

	tests := map[string]struct {
		filter ConnectorFilter
		want   string
		sent   string
	}{
		"none":                     {ConnectorFilter{}, "a b c d", ""},
		"keys":                     {ConnectorFilter{Keys: []string{"c", "a", "x"}}, "a c", "c,a,x"},
		"categories":               {ConnectorFilter{Categories: []string{"crm", "ats"}}, "a b", ""},
		"release stages":           {ConnectorFilter{ReleaseStages: []string{"beta", "preview"}}, "b", ""},
		"all of them":              {ConnectorFilter{Keys: []string{"a", "b"}, Categories: []string{"hris"}, ReleaseStages: []string{"ga"}}, "a", "a,b"},
		"a key with a comma":       {ConnectorFilter{Keys: []string{"a,b", "c"}}, "c", ""},
		"as much as a URL has":     {ConnectorFilter{Keys: []string{fits}}, "", fits},
		"more than a URL has":      {ConnectorFilter{Keys: []string{fits + "x"}}, "", ""},
		"more keys than a URL has": {ConnectorFilter{Keys: append(many, "d")}, "d", ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.AddConnector(stackonetest.Connector{Key: "a", Categories: []string{"hris", "ats"}, ReleaseStage: "ga"})
			f.server.AddConnector(stackonetest.Connector{Key: "b", Categories: []string{"hris", "crm"}, ReleaseStage: "beta"})
			f.server.AddConnector(stackonetest.Connector{Key: "c", Categories: []string{"hris"}, ReleaseStage: "ga"})
			f.server.AddConnector(stackonetest.Connector{Key: "d"})

			keys, err := connectorKeys(f, t, test.filter)
			if got := strings.Join(keys, " "); err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}

			if got := f.server.Requests()[0].Query.Get("filter[connectors]"); got != test.sent {
				t.Errorf("asked for %q, want %q", got, test.sent)
			}
		})
	}
}
