package provider_test

import (
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestConnectorsDataSource(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddConnector(stackonetest.Connector{Key: "own", Categories: []string{"stackone"}})
	h.AddConnector(stackonetest.Connector{Key: "workday", Categories: []string{"hris", "ats"}, ReleaseStage: "ga"})
	h.AddConnector(stackonetest.Connector{Key: "bamboohr", Version: "2.0.0", Categories: []string{"hris"}, ReleaseStage: "beta"})
	h.AddConnector(stackonetest.Connector{Key: "bamboohr", Version: "1.0.0", Categories: []string{"hris"}, ReleaseStage: "ga"})
	h.AddConnector(stackonetest.Connector{Key: "bamboohr", Version: "1.0.0", Categories: []string{"hris"}, ReleaseStage: "ga"})
	h.AddConnector(stackonetest.Connector{
		Key: "1", Name: "2", Version: "3", Categories: []string{"4"}, ReleaseStage: "5", Authentication: []stackonetest.Authentication{{Key: "6", Type: "7", Label: "8", RequiredScopes: []string{"9"}}, {}},
		Scopes: []stackonetest.ScopeDefinition{{Name: "10", Description: "11", Includes: []string{"12"}}, {}},
	})
	h.AddConnector(stackonetest.Connector{Key: "nothing"})

	a := h.attach(t, `
data "stackone_connectors" "all" {}

data "stackone_connectors" "keys" {
  provider_keys = ["workday", "1", "unknown"]
}

data "stackone_connectors" "categories" {
  categories = ["ats", "4"]
}

data "stackone_connectors" "spelling" {
  categories = ["stackOne"]
}

data "stackone_connectors" "stages" {
  release_stages = ["beta"]
  categories     = ["hris"]
}

data "stackone_connectors" "empty" {
  release_stages = []
}

output "facts" {
  value = <<-EOT
    ${join(" ", data.stackone_connectors.all.keys)}
    ${join(" ", [for c in data.stackone_connectors.all.connectors : "${c.key}@${coalesce(c.version, "none")}"])}
    ${join(" ", data.stackone_connectors.keys.keys)}
    ${join(" ", data.stackone_connectors.categories.keys)}
    ${join(" ", data.stackone_connectors.spelling.keys)}
    ${join(" ", data.stackone_connectors.stages.connectors[*].version)}
    ${length(data.stackone_connectors.empty.keys)} ${length(data.stackone_connectors.empty.connectors)}
    ${jsonencode(data.stackone_connectors.all.connectors[0])}
    ${jsonencode(data.stackone_connectors.all.connectors[3])}
  EOT
}
`)
	out := a.apply()
	contains(t, out, `"4" is not a valid category.`)

	if n := strings.Count(out, "Warning: Unknown category"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, out)
	}

	a.plan("-detailed-exitcode")

	want := `1 bamboohr nothing own workday
1@3 bamboohr@1.0.0 bamboohr@2.0.0 nothing@none own@none workday@none
1 workday
1 workday
own
2.0.0
0 0
{"authentication":[{"key":"6","label":"8","required_scopes":["9"],"type":"7"},{"key":null,"label":null,"required_scopes":[],"type":null}],"categories":["4"],"key":"1","name":"2","release_stage":"5",` +
		`"scope_definitions":[{"description":"11","includes":["12"],"name":"10"},{"description":null,"includes":[],"name":null}],"version":"3"}
{"authentication":[],"categories":[],"key":"nothing","name":null,"release_stage":null,"scope_definitions":[],"version":null}
`

	if got := a.terraform("output", "-raw", "facts"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	for _, r := range h.Requests() {
		if r.Query.Get("exclude") != "actions" {
			t.Errorf("the actions are asked for as well: %s", r.Query.Encode())
		}
	}
}
