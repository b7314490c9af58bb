package stackonetest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// Each filter narrows the list, and a list of values is that of one filter.
func TestServer_filtersNarrow(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	for id, provider := range map[string]string{"1": "gusto", "2": "workday", "3": "bamboohr"} {
		s.AddAccount(stackonetest.Account{ID: id, Provider: provider, OriginOwnerID: "owner-" + id})
	}

	for query, want := range map[string][]string{
		"provider=gusto": {"1"},
		"provider=gusto&providers=gusto&providers=workday":                    {"1"},
		"provider=gusto&providers=workday":                                    nil,
		"providers=gusto&providers=workday":                                   {"1", "2"},
		"origin_owner_id=owner-2&origin_owner_ids=owner-2":                    {"2"},
		"origin_owner_id=owner-2&origin_owner_ids=owner-3":                    nil,
		"origin_owner_ids=owner-2&origin_owner_ids=owner-3&providers=workday": {"2"},
		"account_ids=1&account_ids=3&origin_owner_id=owner-3":                 {"3"},
	} {
		_, answer := exchange(t, s, http.MethodGet, "/accounts?"+query, "")

		var accounts []struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(answer, &accounts); err != nil {
			t.Fatal(err)
		}

		var got []string
		for _, a := range accounts {
			got = append(got, a.ID)
		}

		slices.Sort(got)

		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestServer_refusesFilters(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	for path, want := range map[string]string{
		"/accounts?provider=a&provider=b":                  "provider must be one value",
		"/accounts?origin_owner_id=a&origin_owner_id=a":    "origin_owner_id must be one value",
		"/accounts?page=1&page=2":                          "page must be one value",
		"/accounts?page_size=1&page_size=2":                "page_size must be one value",
		"/auth_configs?enabled=true&enabled=true":          "enabled must be one value",
		"/auth_configs?connector_key=a&connector_key=b":    "connector_key must be one value",
		"/auth_configs?page=1&page=2":                      "page must be one value",
		"/auth_configs?page_size=1&page_size=2":            "page_size must be one value",
		"/auth_configs?enabled=1":                          "enabled must be a boolean value",
		"/auth_configs?enabled=True":                       "enabled must be a boolean value",
		"/auth_configs?enabled=yes&connector_key=a&page=1": "enabled must be a boolean value",
	} {
		if status, answer := call(t, s, http.MethodGet, path, ""); status != http.StatusBadRequest || answer["message"] != want {
			t.Errorf("%s: %d %v, want %s", path, status, answer, want)
		}
	}
}
