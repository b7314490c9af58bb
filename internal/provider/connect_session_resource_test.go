package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// sent returns the fields of the first request for a session.
func (h *harness) sent(t *testing.T) string {
	t.Helper()

	fields, err := json.Marshal(h.created()[0].Fields)
	if err != nil {
		t.Fatal(err)
	}

	return string(fields)
}

// oneLine removes the line breaks of messages, and the frame that Terraform draws around them.
func oneLine(out string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`(?m)^[│╷╵] ?`).ReplaceAllString(out, "")), " ")
}

// fails runs a command that has to fail with a message, and returns its output.
func (a *attached) fails(want string, args ...string) string {
	a.t.Helper()

	out, err := a.try(append(args, "-no-color")...)
	if err == nil || !strings.Contains(oneLine(out), want) {
		a.t.Errorf("terraform %v: %v, want %q:\n%s", args, err, want, out)
	}

	return out
}

// inputs is a configuration for the protocol.
func inputs(more map[string]any) map[string]any {
	config := map[string]any{
		"origin_owner_id": "customer-1", "origin_owner_name": "Customer One", "expires_in": 604800, "label": "gold",
		"categories": []string{"hris", "hrisLegacy"}, "metadata": `{"a": 1}`, "type": "test",
	}
	maps.Copy(config, more)

	return config
}

func TestConnectSessionResource_responsesVary(t *testing.T) {
	t.Parallel()

	echoes := []string{
		"origin_owner_id", "origin_owner_name", "origin_username", "provider", "account_id", "label", "metadata", "categories", "type", "integration_id",
	}

	for name, test := range map[string]struct {
		edit func(response map[string]any)
		// want maps attributes to their texts; "" is null.
		want map[string]string
	}{
		"the echo is null": {edit: func(a map[string]any) {
			for _, name := range echoes {
				a[name] = nil
			}
		}},
		"the echo is absent": {edit: func(a map[string]any) {
			for _, name := range echoes {
				delete(a, name)
			}
		}},
		"the echo is respelled": {edit: func(a map[string]any) {
			a["origin_owner_name"], a["label"], a["type"] = "CUSTOMER ONE", "other", "unmapped_value"
			a["categories"] = []any{"a-new-one", nil}
			a["metadata"] = map[string]any{}
		}},
		"the echo has other types": {edit: func(a map[string]any) {
			for _, name := range echoes {
				a[name] = map[string]any{"x": []any{1}}
			}
		}},
		"unknown fields": {edit: func(a map[string]any) {
			a["latest_connection_attempt"] = map[string]any{"id": 1, "status": "pending"}
			a["brand_new"] = []any{1, "two"}
		}},
		"ids as strings and numbers": {
			edit: func(a map[string]any) {
				a["id"], a["organization_id"] = "45355976281015164504", json.Number("9007199254740993")
			},
			want: map[string]string{"id": "45355976281015164504", "organization_id": "9007199254740993"},
		},
		"all results": {
			edit: func(a map[string]any) {
				a["token"], a["auth_link_url"], a["external_trigger_token"] = "t", "https://link.example", "e"
			},
			want: map[string]string{"token": "t", "auth_link_url": "https://link.example", "external_trigger_token": "e"},
		},
		"optional results are missing": {
			edit: func(a map[string]any) {
				delete(a, "auth_link_url")
				delete(a, "project_id")
				a["external_trigger_token"], a["organization_id"] = nil, nil
			},
			want: map[string]string{"auth_link_url": "", "external_trigger_token": "", "organization_id": "", "project_id": ""},
		},
		"created_at is years ago": {
			edit: func(a map[string]any) { a["created_at"] = "2020-01-01T00:00:00.000Z" },
			want: map[string]string{"created_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-08T00:00:00Z"},
		},
		"created_at has an offset": {
			edit: func(a map[string]any) { a["created_at"] = "2031-03-01T14:00:00+02:00" },
			want: map[string]string{"expires_at": "2031-03-08T12:00:00Z"},
		},
		"created_at has a fraction": {
			edit: func(a map[string]any) { a["created_at"] = "2031-03-01T12:00:00.123Z" },
			want: map[string]string{"created_at": "2031-03-01T12:00:00.123Z", "expires_at": "2031-03-08T12:00:00.123Z"},
		},
		// The time comes from the fake's Date header, which follows the test's clock.
		"created_at is garbage": {
			edit: func(a map[string]any) { a["created_at"] = "yesterday" },
			want: map[string]string{"created_at": "2031-03-01T12:00:00Z", "expires_at": "2031-03-08T12:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.EditResponse(test.edit)

			p := h.protocol(t, "stackone_connect_session")
			state := p.apply(nil, inputs(nil))

			for attribute, want := range test.want {
				if got := p.text(state, attribute); got != want {
					t.Errorf("%s: %q, want %q", attribute, got, want)
				}
			}

			for attribute, want := range p.attributes(p.value(p.object, inputs(nil))) {
				if got := p.attributes(state)[attribute]; !want.IsNull() && !got.Equal(want) {
					t.Errorf("%s: the response overwrote the configuration: %s", attribute, got)
				}
			}

			state = p.read(state)
			if planned, replace := p.plan(state, inputs(nil)); !planned.Equal(state) || len(replace) > 0 {
				t.Errorf("the second plan is not empty: %v", replace)
			}
		})
	}
}

func TestConnectSessionResource_eachInputReplaces(t *testing.T) {
	t.Parallel()

	changes := map[string][2]any{
		"origin_owner_id":      {"a", "b"},
		"origin_owner_name":    {"a", "b"},
		"origin_username":      {nil, "b"},
		"categories":           {[]string{"crm", "ats"}, []string{"ats"}},
		"provider_key":         {"a", nil},
		"connector_profile_id": {nil, "b"},
		"account_id":           {"a", nil},
		"expires_in":           {60, 61},
		"label":                {nil, "b"},
		"metadata":             {`{"a": 1}`, `{"a": "1"}`},
		"multiple":             {nil, false},
		"type":                 {"test", "production"},
		"keepers":              {map[string]string{"a": "1"}, map[string]string{"a": "2"}},
	}

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "a"})
	p := h.protocol(t, "stackone_connect_session")

	for name := range p.object.AttributeTypes {
		_, changed := changes[name]
		if policy := name == "recreate_when_expired" || name == "early_renewal_seconds"; !changed && !policy && !slices.Contains(p.computed(), name) {
			t.Errorf("%s is an input without a case in this test", name)
		}
	}

	for name, change := range changes {
		state := p.apply(nil, inputs(map[string]any{name: change[0]}))

		_, replace := p.plan(state, inputs(map[string]any{name: change[1]}))
		if len(replace) != 1 || replace[0].String() != fmt.Sprintf("AttributeName(%q)", name) {
			t.Errorf("%s: replaced for %v", name, replace)
		}
	}
}

func TestConnectSessionResource_unknownInputs(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
resource "terraform_data" "other" {
  input = { id = "customer-9", name = "Customer Nine", seconds = 900, list = ["crm"], json = jsonencode({ seats = 3 }), on = true }
}

resource "stackone_connect_session" "this" {
  origin_owner_id       = terraform_data.other.output.id
  origin_owner_name     = terraform_data.other.output.name
  expires_in            = terraform_data.other.output.seconds
  categories            = terraform_data.other.output.list
  metadata              = terraform_data.other.output.json
  multiple              = terraform_data.other.output.on
  recreate_when_expired = terraform_data.other.output.on
  early_renewal_seconds = terraform_data.other.output.seconds - 1
  keepers               = { id = terraform_data.other.id }
}
`)
	a.apply()
	contains(t, a.state(), `"expires_at": "2031-03-01T12:15:00Z"`)

	if got, want := h.sent(t), `{"categories":["crm"],"expires_in":900,"metadata":{"seats":3},"multiple":true,"origin_owner_id":"customer-9","origin_owner_name":"Customer Nine"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

// Values that are unknown during validation are validated before a request.
func TestConnectSessionResource_unknownInputTurnsOutWrong(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, "resource \"terraform_data\" \"other\" {\n  input = { empty = \"\", word = \"hriss\", json = jsonencode([1]) }\n}\n"+
		session("label", `label = terraform_data.other.output.empty`)+session("category", `categories = [terraform_data.other.output.word]`)+session("json", `metadata = terraform_data.other.output.json`))

	out := oneLine(a.fails("label must not be empty", "apply", "-auto-approve"))
	contains(t, out, `Did you mean "hris"?`, "it is an array")
	h.wantSessions(t, 0)
}

// There is one message per attribute. It omits the value, which may be sensitive.
func TestConnectSessionResource_validation(t *testing.T) {
	t.Parallel()

	p := newHarness(t).protocol(t, "stackone_connect_session")

	for name, test := range map[string]struct {
		config map[string]any
		want   string
	}{
		"blank owner name":     {map[string]any{"origin_owner_name": "  "}, "origin_owner_name must not be empty"},
		"empty label":          {map[string]any{"label": "\t"}, "label must not be empty"},
		"misspelled category":  {map[string]any{"categories": []string{"hriss"}}, `"hriss" is not a valid category. Did you mean "hris"? Valid values: ats, hris, hris-legacy, crm, `},
		"upper case category":  {map[string]any{"categories": []string{"HRIS"}}, `Did you mean "hris"?`},
		"far from any":         {map[string]any{"categories": []string{"payroll-and-more"}}, "is not a valid category. Valid values"},
		"no category":          {map[string]any{"categories": []string{}}, "omit it"},
		"category twice":       {map[string]any{"categories": []string{"crm", "crm"}}, `repeats categories, perhaps in two spellings: "crm". Keep`},
		"two spellings":        {map[string]any{"categories": []string{"hris-legacy", "hrisLegacy"}}, `two spellings: "hris-legacy". Keep`},
		"type in capitals":     {map[string]any{"type": "PRODUCTION"}, `Did you mean "production"?`},
		"expires_in 0":         {map[string]any{"expires_in": 0}, "must be a whole number from 1 to 315360000."},
		"expires_in fraction":  {map[string]any{"expires_in": 987654.25}, "must be a whole number from 1 to 315360000. Round"},
		"expires_in too large": {map[string]any{"expires_in": 315360001}, "must be a whole number from 1 to 315360000."},
		"expires_in far out":   {map[string]any{"expires_in": 9.87654e40}, "must be a whole number from 1 to 315360000."},
		"metadata list":        {map[string]any{"metadata": "[1]"}, "it is an array"},
		"metadata text":        {map[string]any{"metadata": `"x"`}, "it is a string"},
		"metadata number":      {map[string]any{"metadata": "1"}, "it is a number"},
		"metadata boolean":     {map[string]any{"metadata": "true"}, "it is a boolean"},
		"metadata null":        {map[string]any{"metadata": "null"}, "it is null"},
		"metadata not JSON":    {map[string]any{"metadata": "{a:98765}"}, "not valid JSON"},
		"metadata and more":    {map[string]any{"metadata": "{} {}"}, "not valid JSON"},
		"metadata empty":       {map[string]any{"metadata": " "}, "it is empty"},
		"repeated categories":  {map[string]any{"categories": slices.Repeat([]string{"crm", "ats", "hris"}, 100)}, `two spellings: "crm", "ats", "hris". Keep`},
		"unknown categories":   {map[string]any{"categories": slices.Repeat([]string{"hriss", "atss"}, 100)}, `"atss" is not a valid category. Did you mean "ats"? Valid values: ats, `},
		"many categories":      {map[string]any{"categories": []string{"one", "two", "three", "four", "five", "six", "seven"}}, "More unknown values: 2. Valid values"},
		"blank categories":     {map[string]any{"categories": slices.Repeat([]string{" "}, 100)}, "empty strings (100)"},
		"margin only":          {map[string]any{"early_renewal_seconds": 98765}, "needs recreate_when_expired = true"},
		"margin too long":      {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": 1800, "expires_in": nil}, "must be less than 1800"},
		"margin of expires_in": {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": 98765, "expires_in": 98765}, "must be less than expires_in:"},
		"negative margin":      {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": -98765}, "must be a whole number from 0 to 315360000."},
		"multiple has no use":  {map[string]any{"multiple": true, "account_id": "a"}, "StackOne ignores multiple"},
	} {
		diags := p.validate(inputs(test.config))
		p.expect(name, diags, test.want)

		if got := strings.Join(texts(diags), " "); strings.Contains(got, "98765") {
			t.Errorf("%s: the value is in %q", name, got)
		}

		if len(diags) == 1 && (diags[0].Severity == tfprotov6.DiagnosticSeverityWarning) != (name == "multiple has no use") {
			t.Errorf("%s: severity %s", name, diags[0].Severity)
		}
	}

	for name, kind := range p.object.AttributeTypes {
		if !kind.Is(tftypes.String) || name == "metadata" || name == "type" || slices.Contains(p.computed(), name) {
			continue
		}

		p.expect("an empty "+name, p.validate(inputs(map[string]any{name: ""})), name+" must not be empty")
	}

	for name, config := range map[string]map[string]any{
		"all is well":                nil,
		"multiple without account":   {"multiple": true},
		"multiple false":             {"multiple": false, "account_id": "a"},
		"expires_in of 1":            {"expires_in": 1},
		"the largest margin":         {"recreate_when_expired": true, "early_renewal_seconds": 1799, "expires_in": nil},
		"the smallest margin":        {"recreate_when_expired": true, "early_renewal_seconds": 0},
		"no margin, policy off":      {"recreate_when_expired": false, "early_renewal_seconds": 0},
		"validity not known":         {"recreate_when_expired": true, "early_renewal_seconds": 1 << 20, "expires_in": tftypes.UnknownValue},
		"margin not known":           {"early_renewal_seconds": tftypes.UnknownValue},
		"unknown values":             {"expires_in": tftypes.UnknownValue, "categories": tftypes.UnknownValue, "metadata": tftypes.UnknownValue, "recreate_when_expired": tftypes.UnknownValue, "early_renewal_seconds": 10},
		"categories of both tongues": {"categories": []string{"hrisLegacy", "stackOne"}},
		"empty metadata":             {"metadata": "{}"},
	} {
		p.expect(name, p.validate(inputs(config)))
	}
}

func texts(diags []*tfprotov6.Diagnostic) []string {
	out := make([]string, len(diags))
	for i, d := range diags {
		out[i] = d.Summary + ": " + d.Detail
	}

	return out
}

func TestConnectSessionResource_errors(t *testing.T) {
	t.Parallel()

	response := func(status int) stackonetest.Fault {
		return stackonetest.Fault{Status: status, ContentType: "application/json", Body: fmt.Sprintf(
			`{"statusCode": %d, "message": ["first complaint", "second complaint"], "timestamp": "2031-03-01T12:00:00.000Z"}`, status),
			Header: http.Header{"X-Request-Id": {"req-4711"}}}
	}

	const secret = "secret-of-the-gateway"

	body := func(status int, kind, body string) stackonetest.Fault {
		return stackonetest.Fault{Status: status, ContentType: kind, Body: body}
	}

	for name, test := range map[string]struct {
		fault stackonetest.Fault
		want  []string
	}{
		"400":          {response(400), []string{"first complaint", "second complaint", "req-4711", "Correct the configuration"}},
		"408":          {response(408), []string{"408 Request Timeout", " in 5m0s"}},
		"429":          {response(429), []string{"rate limit", "max_requests_per_minute", " in 5m0s"}},
		"500":          {response(500), []string{"500 Internal Server Error", "req-4711"}},
		"502 HTML":     {body(502, "text/html", "<html>"+secret+"</html>"), []string{"502 Bad Gateway", "Response: the response is not JSON (text/html)", "gateway or proxy", " in 5m0s"}},
		"HTML":         {body(200, "text/html", "<html>"+secret+"</html>"), []string{"not JSON (text/html)", "base_url"}},
		"half":         {body(201, "application/json", `{"id": 1, "token": "`+secret), []string{"not complete JSON"}},
		"redirect":     {stackonetest.Fault{Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/path?" + secret}}}, []string{"redirects to https://elsewhere.example,", "does not follow"}},
		"cut":          {stackonetest.Fault{Cut: stackonetest.CutAtOnce}, []string{"closed before the response was complete", " in 5m0s"}},
		"cut response": {stackonetest.Fault{Cut: stackonetest.CutInResponse, Status: 201, Body: `{"id": 1, "token": "` + secret}, []string{"closed before the response was complete"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &test.fault })

			p := h.protocol(t, "stackone_connect_session")
			state, diags := p.tryApply(p.null(), inputs(nil))

			if !state.IsNull() {
				t.Errorf("something is in the state: %s", state)
			}

			p.expect("create", diags, "ERROR Cannot create the connect session: ")

			message := fmt.Sprint(texts(diags))
			contains(t, message, test.want...)

			if strings.Contains(message, secret) || strings.Contains(message, h.APIKey()) {
				t.Errorf("the message gives a secret away: %s", message)
			}
		})
	}
}

func TestConnectSessionResource_destroy(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")
	state := p.apply(nil, inputs(map[string]any{"origin_owner_id": "hidden", "origin_owner_name": "hidden", "expires_in": 60}))

	h.clock.Advance(time.Minute - time.Nanosecond)

	diags := p.delete(state)
	p.expect("while the session is valid", diags, "WARNING Removed connect session stays usable: StackOne cannot revoke a connect session: without session "+
		p.text(state, "id")+" in the state, its token and its link stay usable until 2031-03-01T12:01:00Z")

	if message := fmt.Sprint(texts(diags)); strings.Contains(message, "hidden") {
		t.Errorf("the warning shows the owner, who may be sensitive: %s", message)
	}

	planned := p.tryPlan(state, nil)
	p.expect("in the plan", planned.Diagnostics, "To keep a session when you rename its resource, add a moved block")
	p.expect("as planned", p.delete(state, planned.PlannedPrivate...))
	p.expect("when the end is not known", p.delete(p.with(state, "expires_at", nil)), "usable until its end")
	h.clock.Advance(time.Nanosecond)
	p.expect("once expired", p.delete(state))
	p.expect("once expired, in the plan", p.tryPlan(state, nil).Diagnostics)
	h.wantSessions(t, 1)
}
