package main

import (
	"net/http"
	"testing"
)

// How many customers are linked belongs to the project.
func TestChecks_tellNoNumberOfObjects(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		n, all int
		check  check
		want   verdict
		seen   string
	}{
		{37, 37, pageOf("page", "all", 100), asDocumented, "fewer than 100"},
		{99, 99, pageOf("page", "all", 100), asDocumented, "fewer than 100"},
		{100, 100, pageOf("page", "all", 100), asDocumented, "100"},
		{137, 137, pageOf("page", "all", 100), otherwise, "more than 100"},
		{1, 37, pageOf("page", "all", 1), asDocumented, "1"},
		{37, 37, pageOf("page", "all", 1), otherwise, "more than 1"},
		{7, 7, usualSize("page", "all"), notSeen, "too few to tell"},
		{25, 37, usualSize("page", "all"), asDocumented, "25"},
		{37, 37, usualSize("page", "all"), otherwise, "more than 25"},
		{50, 100, usualSize("page", "all"), otherwise, "50"},
	} {
		list := func(n int) *exchange { return &exchange{status: http.StatusOK, body: shapeOf(make([]any, n))} }

		got, seen := c.check(&evidence{probes: map[string]*exchange{"page": list(c.n), "all": list(c.all)}})
		if got != c.want || seen != c.seen {
			t.Errorf("%d of %d are %s: %s, want %s: %s", c.n, c.all, got, seen, c.want, c.seen)
		}
	}
}
