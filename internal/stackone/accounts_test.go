package stackone

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func collect(f *fixture, t *testing.T, filter AccountFilter) ([]string, error) {
	t.Helper()

	return read(f.Accounts(t.Context(), filter), func(a Account) string { return a.ID })
}

func read[T any](list iter.Seq2[T, error], id func(T) string) (ids []string, err error) {
	for item, failure := range list {
		if err = failure; err == nil {
			ids = append(ids, id(item))
		}
	}

	return ids, err
}

func (f *fixture) stream(t *testing.T, limit int) ([]string, error) {
	t.Helper()

	return read(f.StreamAccounts(t.Context(), AccountFilter{}, limit), func(a Account) string { return a.ID })
}

// Pages past the end may be requested too, since several requests run in parallel. Without
// a total, all pages but the last are requested twice.
func TestAccounts_pages(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		n     int
		style stackonetest.ListStyle
		// pages is the minimum of pages, most the maximum of requests.
		pages, most int
	}{
		"none":                                   {0, stackonetest.ListStyle{}, 1, 1},
		"less than a page":                       {99, stackonetest.ListStyle{}, 1, 1},
		"two pages":                              {150, stackonetest.ListStyle{}, 2, 6},
		"two pages with a total":                 {150, stackonetest.ListStyle{Envelope: true, Total: true}, 2, 2},
		"a short last page":                      {999, stackonetest.ListStyle{}, 10, 13 + 9},
		"1,000 with a total":                     {1000, stackonetest.ListStyle{Envelope: true, Total: true}, 10, 10},
		"1,000 without: an empty page ends":      {1000, stackonetest.ListStyle{}, 11, 13 + 10},
		"2,000 without":                          {2000, stackonetest.ListStyle{}, 21, 21 + 20},
		"an envelope without a total":            {250, stackonetest.ListStyle{Envelope: true}, 3, 5 + 2},
		"a cap below the page size, and a total": {130, stackonetest.ListStyle{Envelope: true, Total: true, MaxPerPage: 40}, 4, 4},
		"the page size is ignored":               {130, stackonetest.ListStyle{MaxPerPage: 25}, 6, 6 + 5},
		"as many as a page of the standard size": {25, stackonetest.ListStyle{}, 2, 2},
		"a cap below the page size":              {1000, stackonetest.ListStyle{MaxPerPage: 50}, 21, 22 + 20},
		"such a cap, and a short last page":      {130, stackonetest.ListStyle{Envelope: true, MaxPerPage: 40}, 4, 6 + 3},
		"as many as a page of a round size":      {60, stackonetest.ListStyle{}, 2, 2},
		"as many, and the page is ignored":       {60, stackonetest.ListStyle{IgnorePage: true}, 2, 2},
		"fewer, and the page is ignored":         {59, stackonetest.ListStyle{IgnorePage: true}, 1, 1},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.SetListStyle(test.style)

			var want []string
			for i := range test.n {
				want = append(want, f.server.AddAccount(stackonetest.Account{ID: fmt.Sprintf("4535597628101516%04d", i)}))
			}

			ids, err := collect(f, t, AccountFilter{})
			if err != nil || !slices.Equal(ids, want) {
				t.Errorf("%d accounts, %v", len(ids), err)
			}

			requested := map[string]bool{}
			for _, r := range f.server.Requests() {
				requested[r.Query.Get("page")] = true
			}

			if got := len(f.server.Requests()); got > test.most || len(requested) < test.pages {
				t.Errorf("%d requests for %d pages, want at most %d for at least %d", got, len(requested), test.most, test.pages)
			}
		})
	}
}

func TestAccounts_listsWithoutEnd(t *testing.T) {
	t.Parallel()

	items := func(first, n int) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(`{"id": "%d"}`, first+i)
		}

		return "[" + strings.Join(items, ",") + "]"
	}
	full := func(first int) string { return items(first, pageSize) }

	tests := map[string]struct {
		// read is the number of pages read before.
		read     int
		response func(page int) string
		want     string
	}{
		"the page is ignored":                      {0, func(int) string { return full(0) }, "ignores the page parameter"},
		"a page of the standard size is repeated":  {0, func(int) string { return items(0, standardPageSize) }, "ignores the page parameter"},
		"a page of a round size is repeated later": {0, func(n int) string { return items(min(n, 2)*50, 50) }, "ignores the page parameter"},
		"a total of 0 beside objects is none":      {0, func(int) string { return `{"total": 0, "data": ` + full(0) + "}" }, "ignores the page parameter"},
		"a short page is repeated, and a total":    {0, func(int) string { return `{"total": 60, "data": ` + items(0, 10) + "}" }, "ignores the page parameter"},
		"the page size is exceeded":                {0, func(int) string { return strings.TrimSuffix(full(0), "]") + "," + full(1000)[1:] }, "ignores the page size"},
		"always something new":                     {maxPages - 2, func(n int) string { return `{"total": 1000000, "data": ` + full(n*pageSize) + "}" }, "does not end after 1000 pages"},
		"an object":                                {0, func(int) string { return `{"items": []}` }, "not a list"},
		"an account without id":                    {0, func(int) string { return `[{"status": "active"}]` }, "has no id"},
		"an account of text":                       {0, func(int) string { return `["x"]` }, "something other than objects"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFixture(t, nil)
			f.server.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
				page, _ := strconv.Atoi(r.Query.Get("page"))
				return respond(200, test.response(page))
			})

			l := f.accountList(nil, AccountFilter{}, false)
			l.number, l.full, l.total, l.seen = test.read, pageSize, 1_000_000, map[string]bool{}

			_, err := read(pages(t.Context(), f.Client, l), func(a Account) string { return a.ID })

			if !isKind(err, ErrorResponse) || !strings.Contains(err.Error(), test.want) || len(f.server.Requests()) > 10 {
				t.Errorf("got %v after %d requests", err, len(f.server.Requests()))
			}
		})
	}
}

func TestAccounts_filterAndStop(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	for i := range 250 {
		f.server.AddAccount(stackonetest.Account{ID: fmt.Sprint(i), Status: []string{"active", "error", "brand_new"}[i%3], OriginOwnerID: fmt.Sprint(i % 5)})
	}

	f.server.EditAccountResponses(func(account map[string]any) { account["status"] = strings.ToUpper(fmt.Sprint(account["status"])) })

	ids, err := collect(f, t, AccountFilter{
		Statuses: []string{"Error", "brand_new", "ERROR"}, OriginOwnerIDs: []string{"2", "1", "2"}, AccountIDs: []string{"7", "1", "2", "9", "1"}, Providers: []string{"bamboohr", "workday"},
	})
	if err != nil || !slices.Equal(ids, []string{"1", "2", "7"}) {
		t.Errorf("%v, %v", ids, err)
	}

	// The client filters again, so only the query shows the request.
	want := "account_ids=1&account_ids=2&account_ids=7&account_ids=9&origin_owner_ids=1&origin_owner_ids=2&page=1&page_size=100&providers=bamboohr&providers=workday&status=brand_new&status=error"
	if got := f.server.Requests()[0].Query.Encode(); got != want {
		t.Errorf("query: %s, want %s", got, want)
	}

	for limit, want := range map[int]int{1: 1, 100: 1, 101: 2, 150: 2, 200: 2, 201: 3} {
		before := len(f.server.Requests())
		ids, err := f.stream(t, limit)

		if got := len(f.server.Requests()) - before; err != nil || len(ids) != limit || got != want {
			t.Errorf("limited to %d: %d accounts with %d requests, want %d, %v", limit, len(ids), got, want, err)
		}
	}
}

// Accounts that do not match are dropped even if the server ignores the filter.
func TestAccounts_filtersAreIgnored(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	f.server.SetListStyle(stackonetest.ListStyle{IgnoreFilters: true})

	for i := range 130 {
		f.server.AddAccount(stackonetest.Account{
			ID: fmt.Sprint(i), OriginOwnerID: fmt.Sprint(i % 2), Provider: fmt.Sprint(i % 3), Status: []string{"active", "error"}[i/65],
		})
	}

	long := make([]string, 400)
	for i := range long {
		long[i] = fmt.Sprintf("an-identifier-that-makes-the-query-long-%d", i)
	}

	for _, test := range []struct {
		filter AccountFilter
		want   int
	}{
		{AccountFilter{OriginOwnerIDs: []string{"1"}}, 65},
		{AccountFilter{Providers: []string{"0", "2"}}, 87},
		{AccountFilter{AccountIDs: []string{"129", "7", "absent"}}, 2},
		{AccountFilter{Statuses: []string{"error"}}, 65},
		// A split filter finds each account once.
		{AccountFilter{AccountIDs: append(long, "7", "8")}, 2},
	} {
		if ids, err := collect(f, t, test.filter); err != nil || len(ids) != test.want {
			t.Errorf("%+v: %d accounts, want %d, %v", test.filter, len(ids), test.want, err)
		}
	}

	// Accounts without the field match.
	f.server.Script(*respond(200, `[{"id": "a"}, {"id": "b", "owner_id": "other"}]`))

	if ids, err := collect(f, t, AccountFilter{OriginOwnerIDs: []string{"1"}}); err != nil || !slices.Equal(ids, []string{"a"}) {
		t.Errorf("%v, %v", ids, err)
	}
}

// Long filters take several requests without missing or repeating accounts.
func TestAccounts_longFilters(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)

	owners := make([]string, 1000)
	for i := range owners {
		owners[i] = fmt.Sprintf("customer-%032d", i)
		f.server.AddAccount(stackonetest.Account{OriginOwnerID: owners[i], Status: []string{"active", "error"}[i%2]})
	}

	ids, err := collect(f, t, AccountFilter{OriginOwnerIDs: owners, Statuses: []string{"active"}})
	slices.Sort(ids)

	requests := f.server.Requests()
	if err != nil || len(ids) != 500 || len(slices.Compact(ids)) != 500 || len(requests) > 20 {
		t.Errorf("%d accounts, %v, %d requests", len(ids), err, len(requests))
	}

	for _, r := range requests {
		if size := len(r.Query.Encode()); size > 7<<10 || r.Query.Get("status") != "active" {
			t.Errorf("a query of %d bytes, status %q", size, r.Query.Get("status"))
		}
	}

	if _, err := collect(f, t, AccountFilter{AccountIDs: []string{strings.Repeat("x", maxQuery)}}); err != nil {
		t.Error(err)
	}
}

func TestDecoding(t *testing.T) {
	t.Parallel()

	account := func(o object) (any, error) { return newAccount(o) }
	session := func(o object) (any, error) { return newConnectSessionDetails(o), nil }
	profile := func(o object) (any, error) { return newConnectorProfile(o) }
	connector := func(o object) (any, error) { return newConnector(o) }

	for _, test := range []struct {
		decode     func(object) (any, error)
		body, want string
	}{
		{account, `{"id": 45355976281015164504, "provider": "a", "status": "brand_new", "shared": null, "label": null}`, `{"ID":"45355976281015164504","Provider":"a","Status":"brand_new"}`},
		{account, `{"id": "x", "connector": "b", "owner_id": "o", "shared": true, "label": "l", "status_reasons": "odd"}`, `{"ID":"x","Provider":"b","OriginOwnerID":"o","Label":"l","Shared":true}`},
		{account, `{"id": "x", "categories": ["hris", "ats"]}`, `{"ID":"x","Categories":["hris","ats"]}`},
		{account, `{"id": "x", "provider": null, "connector": "c", "label": {"a": 1}, "shared": "yes", "credentials": "secret"}`, `{"ID":"x","Provider":"c"}`},
		{account, `{"id": "x", "provider": "", "connector": "d", "status": "", "label": " \t", "type": ""}`, `{"ID":"x","Provider":"d"}`},
		{account, `{"id": "x", "type": "PRODUCTION", "label": "UPPER", "status": "ACTIVE"}`, `{"ID":"x","Status":"active","Label":"UPPER","Type":"production"}`},
		// The documented spelling wins over the newer one.
		{account, `{"id": "1", "provider": "2", "provider_name": "3", "status": "4", "status_reasons": [{"code": "5", "description": "6", "timestamp": "7"}], "origin_owner_id": "8", "origin_owner_name": "9",
		  "origin_username": "10", "label": "11", "type": "12", "shared": false, "created_at": "13", "updated_at": "14",
		  "connector": "no", "connector_name": "no", "owner_id": "no", "owner_name": "no", "owner_username": "no"}`, `{"ID":"1","Provider":"2","ProviderName":"3","Status":"4","StatusReasons":[{"Code":"5","Description":"6","Timestamp":"7"}],"OriginOwnerID":"8","OriginOwnerName":"9","OriginUsername":"10","Label":"11","Type":"12","Shared":false,"CreatedAt":"13","UpdatedAt":"14"}`},
		{account, `{"id": "1", "connector": "2", "connector_name": "3", "owner_id": "4", "owner_name": "5", "owner_username": "6"}`, `{"ID":"1","Provider":"2","ProviderName":"3","OriginOwnerID":"4","OriginOwnerName":"5","OriginUsername":"6"}`},
		{session, `{"id": 1, "organization_id": "2", "project_id": "3", "origin_owner_id": "4", "origin_owner_name": "5", "origin_username": "6", "categories": ["7", null], "provider": "8",
		  "connector_profile_id": "9", "account_id": "10", "label": "11", "metadata": {"a": 12}, "type": "TEST", "created_at": "13", "external_trigger_token": "secret",
		  "latest_connection_attempt": {"id": "14", "status": "ERROR", "account_secure_id": "15", "oauth_error_code": "16", "oauth_error_description": "17", "created_at": "18", "updated_at": "19"}}`, `{"ID":"1","OrganizationID":"2","ProjectID":"3","OriginOwnerID":"4","OriginOwnerName":"5","OriginUsername":"6","Categories":["7"],"Provider":"8",` +
			`"ConnectorProfileID":"9","AccountID":"10","Label":"11","Metadata":{"a":12},"Type":"test","CreatedAt":"13",` +
			`"LatestAttempt":{"ID":"14","Status":"error","AccountSecureID":"15","OAuthErrorCode":"16","OAuthErrorDescription":"17","CreatedAt":"18","UpdatedAt":"19"}}`},
		{session, `{"id": "1", "metadata": null, "latest_connection_attempt": null}`, `{"ID":"1"}`},
		{session, `{"id": "1", "metadata": [], "latest_connection_attempt": "odd", "label": {}}`, `{"ID":"1"}`},
		{session, `{"id": "1", "latest_connection_attempt": {"id": "2", "status": null}}`, `{"ID":"1","LatestAttempt":{"ID":"2"}}`},
		{profile, `{"id": 1, "name": "2", "connector_key": "3", "connector_label": "4", "categories": ["5"], "active": true, "default": false, "release_stage": "6",
		  "connector_version": "7", "connector_pinned_version": "8", "connector_owner": "9", "environment": "10", "authentication_config_key": "11", "authentication_config_label": "12",
		  "created_at": "13", "updated_at": "14"}`, `{"ID":"1","Name":"2","ConnectorKey":"3","ConnectorLabel":"4","Categories":["5"],"Active":true,"Default":false,"ReleaseStage":"6","ConnectorVersion":"7","ConnectorPinnedVersion":"8","ConnectorOwner":"9","Environment":"10","AuthenticationConfigKey":"11","AuthenticationConfigLabel":"12","CreatedAt":"13","UpdatedAt":"14"}`},
		{connector, `{"key": "1", "name": "2", "version": "3", "categories": ["4", "5"], "release_stage": "6", "authentication": [{"key": "7", "type": "8", "label": "9", "required_scopes": ["10"], "support": {}}], "scope_definitions": [{"name": "11", "description": "12", "includes": ["13"]}], "actions": [{}], "icon": 1}`, `{"Key":"1","Name":"2","Version":"3","Categories":["4","5"],"ReleaseStage":"6","Authentication":[{"Key":"7","Type":"8","Label":"9","RequiredScopes":["10"]}],"Scopes":[{"Name":"11","Description":"12","Includes":["13"]}]}`},
		{connector, `{"key": "1", "name": null, "version": null, "categories": null, "release_stage": null, "authentication": null, "scope_definitions": null}`, `{"Key":"1"}`},
		{connector, `{"key": "1", "name": {}, "version": 2, "categories": "4", "release_stage": [], "authentication": {}, "scope_definitions": "odd"}`, `{"Key":"1","Version":"2","Categories":["4"]}`},
		{connector, `{"key": "1", "categories": [null, "4", null, 5, "6"]}`, `{"Key":"1","Categories":["4","6"]}`},
		{connector, `{"key": "1", "authentication": [{"key": 7, "type": " "}]}`, `{"Key":"1","Authentication":[{"Key":"7"}]}`},
	} {
		got, err := test.decode(parse(t, test.body))
		if text := facts(t, got); err != nil || text != test.want {
			t.Errorf("got %s, %v, want %s", text, err, test.want)
		}
	}
}

// An absent field differs from a null field.
func TestAccount_missing(t *testing.T) {
	t.Parallel()

	fields := []string{"provider", "provider_name", "status", "origin_owner_id", "origin_owner_name", "origin_username", "label", "type", "shared", "categories", "created_at", "updated_at"}

	for body, want := range map[string]string{
		`{"id": "1"}`: strings.Join(fields, " "),
		`{"id": "1", "provider": null, "connector": {}, "provider_name": "", "status": null, "origin_owner_id": null, "origin_owner_name": " ", "origin_username": null, "label": null, "type": null,
		  "shared": null, "categories": null, "created_at": null, "updated_at": null}`: "",
		`{"id": "1", "provider": 2, "provider_name": "3", "status": "4", "origin_owner_id": "5", "origin_owner_name": "6", "origin_username": "7", "label": "8", "type": "9",
		  "shared": false, "categories": [], "created_at": "10", "updated_at": "11"}`: "",
		`{"id": "1", "connector": null, "connector_name": "3", "owner_id": null, "owner_name": "6", "owner_username": null}`: "status label type shared categories created_at updated_at",
		// Unreadable fields count as missing, and do not hide the other spelling.
		`{"id": "1", "provider": {}, "connector": null, "provider_name": [], "status": "4", "owner_id": "5", "owner_name": "6", "owner_username": "7", "label": {}, "type": true, "shared": "yes", "categories": [1], "created_at": "10", "updated_at": "11"}`: "provider_name label type shared categories",
	} {
		account, err := newAccount(parse(t, body))
		if err != nil {
			t.Fatal(err)
		}

		if got := strings.Join(slices.DeleteFunc(slices.Clone(fields), func(field string) bool { return !account.Missing(field) }), " "); got != want {
			t.Errorf("%s: missing %q, want %q", body, got, want)
		}
	}
}

func TestAccount_responseAboutAnother(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	id := f.server.AddAccount(stackonetest.Account{ID: "wanted"})
	f.server.EditAccountResponses(func(account map[string]any) { account["id"] = "other\n token=cs_SECRET" })

	_, get := f.GetAccount(t.Context(), id)
	_, patch := f.UpdateAccount(t.Context(), id, AccountUpdate{Label: new("new")})

	for what, err := range map[string]error{"GET": get, "PATCH": patch} {
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != ErrorResponse || e.Attempts != 1 || !strings.Contains(err.Error(), `it is about the account "other token=[redacted]", but the request was for "wanted"`) {
			t.Errorf("%s: %v", what, err)
		}
	}

	if err := f.DeleteAccount(t.Context(), id); err != nil {
		t.Error(err)
	}
}

func parse(t *testing.T, body string) object {
	t.Helper()

	o, err := decodeObject(nil, []byte(body))
	if err != nil {
		t.Fatal(err)
	}

	return o
}

func facts(t *testing.T, object any) string {
	t.Helper()

	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}

	return regexp.MustCompile(`,"\w+":null`).ReplaceAllString(string(raw), "")
}

func TestAccount_lifecycle(t *testing.T) {
	t.Parallel()

	f := newFixture(t, nil)
	id := f.server.AddAccount(stackonetest.Account{ID: "a/b?c", Label: "old"})

	account, err := f.GetAccount(t.Context(), id)
	if err != nil || *account.Label != "old" {
		t.Fatalf("%v, %v", account, err)
	}

	account, err = f.UpdateAccount(t.Context(), id, AccountUpdate{Label: new("new"), Metadata: json.RawMessage(`{"a":1}`)})
	if err != nil || *account.Label != "new" {
		t.Fatalf("%v, %v", account, err)
	}

	if got := string(f.server.Requests()[1].Body); got != `{"label":"new","metadata":{"a":1}}` {
		t.Errorf("sent %s", got)
	}

	f.server.Script(stackonetest.Fault{Status: http.StatusBadGateway, Process: true})

	err = f.DeleteAccount(t.Context(), id)
	if _, there := f.server.Account(id); there || !IsNotFound(err) {
		t.Errorf("a delete whose response was lost: %v", err)
	}

	if err := f.DeleteAccount(t.Context(), id); !IsNotFound(err) {
		t.Errorf("a delete of what is gone: %v", err)
	}

	for _, odd := range []string{".", "..", "../connect_sessions"} {
		if _, err := f.GetAccount(t.Context(), odd); !IsNotFound(err) {
			t.Errorf("%q: %v", odd, err)
		}
	}
}
