package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestScenario_manyCustomers(t *testing.T) {
	t.Parallel()

	const shards = 3

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/many-customers/main.tf"))
	needs(t, "1.7.0", "1.10.0") // for "removed" with a lifecycle

	file := example(t, "scenarios/many-customers/customers.csv")
	customers := strings.Count(file, "\ncustomer-")
	a.write("customers.csv", file)

	shard := func(i int) { a.terraform("workspace", "select", "-or-create", fmt.Sprint("shard-", i)) }
	found := func() map[string]int {
		all := map[string]int{}

		for i := range shards {
			shard(i)

			var links map[string]string
			if err := json.Unmarshal([]byte(a.terraform("output", "-json", "auth_links")), &links); err != nil {
				t.Fatal(err)
			}

			for id := range links {
				all[id]++
			}

			if len(links) == 0 {
				t.Errorf("shard %d has no customer", i)
			}

			a.plan("-detailed-exitcode", "-var", fmt.Sprint("shards=", shards))
		}

		return all
	}

	for i := range shards {
		shard(i)
		a.apply("-var", fmt.Sprint("shards=", shards))
	}

	h.wantSessions(t, customers)

	once := found()
	if len(once) != customers || slices.Max(slices.Collect(maps.Values(once))) != 1 {
		t.Errorf("how often each of %d customers was found: %v", customers, once)
	}

	a.write("customers.csv", file+"customer-9,Wayne,it@wayne.example\n")

	changed := 0

	for i := range shards {
		shard(i)

		if out := a.apply("-var", fmt.Sprint("shards=", shards)); strings.Contains(out, "1 added, 0 changed, 0 destroyed") {
			changed++
		} else {
			contains(t, out, "0 added, 0 changed, 0 destroyed")
		}
	}

	if again := found(); changed != 1 || len(again) != customers+1 || again["customer-9"] != 1 {
		t.Errorf("one more customer changed %d shards: %v", changed, again)
	}

	h.wantSessions(t, customers+1)

	// New links by mistake are an error.
	for _, test := range []struct{ workspace, shards, want string }{
		{"shard-0", "shards=4", "This state contains shard 0 of 3, not shard 0 of 4."},
		{"shard-0", "shard=1", "This state contains shard 0 of 3, not shard 1 of 4."},
		{"default", "shards=3", "The workspace must be named shard-0 to shard-2"},
		{"shard-3", "shards=3", "The workspace must be named shard-0 to shard-2"},
	} {
		a.terraform("workspace", "select", "-or-create", test.workspace)

		out, err := a.try("plan", "-no-color", "-var", test.shards)
		if text := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " "); err == nil || !strings.Contains(text, test.want) {
			t.Errorf("%s with %s: %v\n%s", test.workspace, test.shards, err, out)
		}
	}

	h.wantSessions(t, customers+1)

	// A retired state forgets its sessions, so no destruction is warned about.
	shard(0)
	a.write("main.tf", "removed {\n  from = stackone_connect_session.customer\n\n  lifecycle {\n    destroy = false\n  }\n}\n")

	out := a.apply()
	contains(t, out, "0 added, 0 changed, 1 destroyed") // the terraform_data

	if strings.Contains(out, "usable") || strings.Contains(a.terraform("state", "list"), "stackone") {
		t.Errorf("the sessions were not forgotten:\n%s", out)
	}
}
