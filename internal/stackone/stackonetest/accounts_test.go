package stackonetest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func ids(t *testing.T, text string) []string {
	t.Helper()

	var list []struct {
		ID string `json:"id"`
	}

	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%v in %s", err, text)
	}

	var out []string
	for _, item := range list {
		out = append(out, item.ID)
	}

	return out
}

func TestAccounts_list(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})

	for _, id := range []string{"1", "2", "3"} {
		s.AddAccount(stackonetest.Account{ID: id, Provider: "provider-" + id, OriginOwnerID: "owner-" + id, Status: "status-" + id})
	}

	for query, want := range map[string][]string{
		"":                                {"1", "2", "3"},
		"page=2&page_size=2":              {"3"},
		"page=3&page_size=2":              nil,
		"status=status-1&status=status-2": {"1", "2"},
		"providers=provider-1&providers=provider-2":                              {"1", "2"},
		"origin_owner_id=owner-2&origin_owner_ids=owner-2":                       {"2"},
		"origin_owner_id=owner-2&origin_owner_ids=owner-3":                       nil,
		"account_ids=1&account_ids=3&origin_owner_id=owner-3":                    {"3"},
		"origin_owner_ids=owner-2&origin_owner_ids=owner-3&providers=provider-2": {"2"},
	} {
		if _, text := exchange(t, s, http.MethodGet, "/accounts?"+query, ""); !slices.Equal(ids(t, text), want) {
			t.Errorf("%s: %s, want %q", query, text, want)
		}
	}
}
