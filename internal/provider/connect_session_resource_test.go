package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const address = "stackone_connect_session.this"

func at(name string) tfjsonpath.Path { return tfjsonpath.New(name) }

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// terraform-plugin-testing checks after each step that the plan is empty.

// everyInput sets all inputs that do not conflict.
func everyInput() string {
	return session("this",
		`origin_username      = "jo@customer-1.example"`,
		`categories           = ["hris", "hrisLegacy", "stackOne"]`,
		`provider_key         = "bamboohr"`,
		`connector_profile_id = "profile-1"`,
		`account_id           = "45355976281015164504"`,
		`expires_in           = 604800`,
		`label                = "gold"`,
		`metadata             = jsonencode({ text = "a", number = 1.5, big = 12345678901234567890, flag = true, nothing = null, list = [1, "b"], object = { nested = {} } })`,
		`multiple             = true`,
		`type                 = "test"`,
	)
}

func TestConnectSessionResource_everyInput(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "45355976281015164504"})

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config:           everyInput(),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, at("created_at"), knownvalue.StringExact("2031-03-01T12:00:00Z")),
					statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-08T12:00:00Z")),
					statecheck.ExpectKnownValue(address, at("expired"), knownvalue.Bool(false)),
					statecheck.ExpectKnownValue(address, at("organization_id"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(address, at("project_id"), knownvalue.NotNull()),
					statecheck.ExpectSensitiveValue(address, at("token")),
					statecheck.ExpectSensitiveValue(address, at("auth_link_url")),
					statecheck.ExpectSensitiveValue(address, at("external_trigger_token")),
					statecheck.ExpectKnownValue(address, at("categories"), knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringExact("hris"), knownvalue.StringExact("hrisLegacy"), knownvalue.StringExact("stackOne"),
					})),
				},
			},
		},
	})

	sent := h.created()
	if len(sent) != 1 {
		t.Fatalf("%d sessions were created, want 1", len(sent))
	}

	want := map[string]string{
		"origin_owner_id": `"customer-1"`, "origin_owner_name": `"Customer One"`, "origin_username": `"jo@customer-1.example"`,
		"categories": `["hris","hris-legacy","stackone"]`, "provider": `"bamboohr"`,
		"connector_profile_id": `"profile-1"`, "account_id": `"45355976281015164504"`, "expires_in": `604800`, "label": `"gold"`,
		"metadata": `{"big":12345678901234567890,"flag":true,"list":[1,"b"],"nothing":null,"number":1.5,"object":{"nested":{}},"text":"a"}`,
		"multiple": `true`, "type": `"test"`,
	}

	got := map[string]string{}
	for name, raw := range sent[0].Fields {
		got[name] = string(raw)
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	if agent := sent[0].Header.Get("User-Agent"); !regexp.MustCompile(`^terraform-provider-stackone/0\.0\.0-test Terraform/\d+\.\d+\.\d+`).MatchString(agent) {
		t.Errorf("User-Agent: %q", agent)
	}
}

func TestConnectSessionResource_absentInputsAreNotSent(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	a := h.attach(t, session("this"))
	a.apply()

	for _, want := range []string{`"expires_in": null`, `"type": null`, `"multiple": null`, `"expires_at": "2031-03-01T12:30:00Z"`} {
		contains(t, a.state(), want)
	}

	var names []string
	for name := range h.created()[0].Fields {
		names = append(names, name)
	}

	sort.Strings(names)

	if got := strings.Join(names, " "); got != "origin_owner_id origin_owner_name" {
		t.Errorf("sent fields: %s", got)
	}
}

func refuses(t *testing.T, a *attached, want string) {
	t.Helper()

	if out, err := a.try("apply", "-auto-approve", "-no-color"); err == nil || !regexp.MustCompile(want).MatchString(unboxed(out)) {
		t.Errorf("%v, and not %s:\n%s", err, want, out)
	}
}

// unboxed removes the frame that Terraform draws around messages.
func unboxed(out string) string {
	return regexp.MustCompile(`(?m)^[│╷╵] ?`).ReplaceAllString(out, "")
}

func TestConnectSessionResource_secretsInState(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	a := h.attach(t, session("this"))
	a.apply()

	issued := h.Sessions()[0]
	for name, want := range map[string]string{
		"id": issued.ID, "token": issued.Token, "auth_link_url": issued.AuthLinkURL, "external_trigger_token": issued.ExternalTriggerToken,
	} {
		contains(t, a.state(), fmt.Sprintf("%q: %q", name, want))
	}
}

// inputs is everyInput for the protocol.
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

	tests := map[string]struct {
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
		// The time comes from the fake's Date header, which follows the test's clock.
		"created_at is garbage": {
			edit: func(a map[string]any) { a["created_at"] = "yesterday" },
			want: map[string]string{"created_at": "2031-03-01T12:00:00Z", "expires_at": "2031-03-08T12:00:00Z"},
		},
	}

	for name, test := range tests {
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

func TestConnectSessionResource_secondPlanIsEmpty(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.AddAccount(stackonetest.Account{ID: "45355976281015164504"})
	h.EditResponse(func(a map[string]any) {
		a["origin_owner_name"], a["categories"], a["metadata"], a["label"] = "respelled", nil, nil, nil
		a["created_at"] = "2020-01-01T00:00:00.000Z"
		a["external_trigger_token"] = nil
	})

	a := h.attach(t, everyInput())
	a.apply()
	contains(t, a.plan("-detailed-exitcode"), nothing)

	if got := len(h.created()); got != 1 {
		t.Errorf("%d sessions were created, want 1", got)
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
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := h.protocol(t, "stackone_connect_session")
			state := p.apply(nil, inputs(map[string]any{name: change[0]}))

			_, replace := p.plan(state, inputs(map[string]any{name: change[1]}))
			if len(replace) != 1 || replace[0].String() != fmt.Sprintf("AttributeName(%q)", name) {
				t.Errorf("replaced for %v", replace)
			}
		})
	}
}

func TestConnectSessionResource_changedInputReplaces(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	a := h.attach(t, session("this", `label = "a"`))
	a.apply()

	for _, lines := range [][]string{{`label = "b"`}, nil} {
		a.write("main.tf", session("this", lines...))

		out := a.apply()
		contains(t, out, "stackone_connect_session.this must be replaced")
		contains(t, out, "# forces replacement")
		a.plan("-detailed-exitcode")
	}

	if got := len(h.created()); got != 3 {
		t.Errorf("%d sessions were created, want 3", got)
	}
}

func TestConnectSessionResource_equivalentMetadataIsNoChange(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	a := h.attach(t, session("this", `metadata = jsonencode({ a = 1, b = { c = [1, 2] } })`))
	a.apply()
	a.write("main.tf", session("this", "metadata = <<-JSON\n{\n  \"b\": { \"c\": [1, 2] },\n  \"a\": 1\n}\nJSON"))
	contains(t, a.plan("-detailed-exitcode"), nothing)

	if got := len(h.created()); got != 1 {
		t.Errorf("%d sessions were created, want 1", got)
	}
}

func TestConnectSessionResource_unknownInputs(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	config := `
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
`

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(address, at("origin_owner_id")),
				plancheck.ExpectUnknownValue(address, at("metadata")),
				plancheck.ExpectUnknownValue(address, at("expires_at")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-01T12:15:00Z")),
			},
		},
	}})

	if got := compact(t, h.created()[0].Fields["metadata"]); got != `{"seats":3}` {
		t.Errorf("metadata: %s", got)
	}
}

// Values that are unknown during validation are validated before a request.
func TestConnectSessionResource_unknownInputTurnsOutWrong(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ value, use, want string }{
		"empty":    {`""`, `label = terraform_data.other.output`, `must not\s+be\s+empty`},
		"category": {`"hriss"`, `categories = [terraform_data.other.output]`, `Did you mean\s+"hris"\?`},
		"metadata": {`jsonencode([1])`, `metadata = terraform_data.other.output`, `it is an array`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			refuses(t, h.attach(t, fmt.Sprintf("resource \"terraform_data\" \"other\" {\n  input = %s\n}\n", test.value)+session("this", test.use)), test.want)

			if got := len(h.Requests()); got != 0 {
				t.Errorf("%d requests were sent, want none", got)
			}
		})
	}
}

func TestConnectSessionResource_validation(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
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
		"expires_in fraction":  {map[string]any{"expires_in": 1.5}, "must be a whole number from 1 to 315360000. Round"},
		"expires_in too large": {map[string]any{"expires_in": 315360001}, "must be a whole number from 1 to 315360000."},
		"expires_in far out":   {map[string]any{"expires_in": 1e30}, "must be a whole number from 1 to 315360000."},
		"metadata list":        {map[string]any{"metadata": "[1]"}, "it is an array"},
		"metadata text":        {map[string]any{"metadata": `"x"`}, "it is a string"},
		"metadata number":      {map[string]any{"metadata": "1"}, "it is a number"},
		"metadata boolean":     {map[string]any{"metadata": "true"}, "it is a boolean"},
		"metadata null":        {map[string]any{"metadata": "null"}, "it is null"},
		"metadata not JSON":    {map[string]any{"metadata": "{a:1}"}, "not valid JSON"},
		"metadata and more":    {map[string]any{"metadata": "{} {}"}, "not valid JSON"},
		"metadata empty":       {map[string]any{"metadata": " "}, "it is empty"},
		"margin only":          {map[string]any{"early_renewal_seconds": 60}, "needs recreate_when_expired = true"},
		"margin too long":      {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": 1800, "expires_in": nil}, "must be less than 1800"},
		"margin of expires_in": {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": 60, "expires_in": 60}, "must be less than expires_in:"},
		"negative margin":      {map[string]any{"recreate_when_expired": true, "early_renewal_seconds": -1}, "must be a whole number from 0 to 315360000."},
		"multiple has no use":  {map[string]any{"multiple": true, "account_id": "a"}, "no effect"},
	}

	warnings := []string{"multiple has no use"}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			diags := newHarness(t).protocol(t, "stackone_connect_session").validate(inputs(test.config))

			i := slices.IndexFunc(texts(diags), func(text string) bool { return strings.Contains(text, test.want) })
			if i < 0 {
				t.Fatalf("got %v, want %q", texts(diags), test.want)
			}

			if isWarning := diags[i].Severity == tfprotov6.DiagnosticSeverityWarning; isWarning != slices.Contains(warnings, name) {
				t.Errorf("severity: %s", diags[0].Severity)
			}

			for _, d := range diags {
				if strings.Contains(d.Detail, "error in the provider") {
					t.Errorf("the message reports a bug in the provider: %s", d.Detail)
				}
			}
		})
	}

	p := newHarness(t).protocol(t, "stackone_connect_session")
	for name, kind := range p.object.AttributeTypes {
		if !kind.Is(tftypes.String) || name == "metadata" || name == "type" || slices.Contains(p.computed(), name) {
			continue
		}

		if diags := texts(p.validate(inputs(map[string]any{name: ""}))); !slices.ContainsFunc(diags, func(text string) bool { return strings.Contains(text, name+" must not be empty") }) {
			t.Errorf("an empty %s: %v", name, diags)
		}
	}

	for name, config := range map[string]map[string]any{
		"all is well":                nil,
		"multiple without account":   {"multiple": true},
		"multiple false":             {"multiple": false, "account_id": "a"},
		"the largest margin":         {"recreate_when_expired": true, "early_renewal_seconds": 1799, "expires_in": nil},
		"unknown values":             {"expires_in": tftypes.UnknownValue, "categories": tftypes.UnknownValue, "metadata": tftypes.UnknownValue, "recreate_when_expired": tftypes.UnknownValue, "early_renewal_seconds": 10},
		"categories of both tongues": {"categories": []string{"hrisLegacy", "stackOne"}},
		"empty metadata":             {"metadata": "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diags := newHarness(t).protocol(t, "stackone_connect_session").validate(inputs(config)); len(diags) > 0 {
				t.Errorf("unexpected: %v", texts(diags))
			}
		})
	}
}

// Terraform does not mask sensitive values in a provider's messages.
func TestConnectSessionResource_invalidMetadataIsNotShown(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, "variable \"password\" {\n  default   = \"hush-hush\"\n  sensitive = true\n}\n"+session("this", `metadata = "{ password: ${var.password} }"`))

	out, err := a.try("plan", "-no-color")
	if err == nil || !strings.Contains(out, "Not a JSON object") || strings.Contains(out, "hush-hush") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func texts(diags []*tfprotov6.Diagnostic) []string {
	out := make([]string, len(diags))
	for i, d := range diags {
		out[i] = d.Summary + ": " + d.Detail
	}

	return out
}

func TestConnectSessionResource_misspelledCategory(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	refuses(t, h.attach(t, session("this", `categories = ["hriss"]`)), `Did you mean\s+"hris"\?`)

	if got := len(h.Requests()); got != 0 {
		t.Errorf("%d requests were sent, want none", got)
	}
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

	tests := map[string]struct {
		fault stackonetest.Fault
		want  []string
	}{
		"400":                   {response(400), []string{"first complaint", "second complaint", "req-4711", "Correct the configuration"}},
		"401":                   {response(401), []string{"did not accept the API key", "api_key", "STACKONE_API_KEY"}},
		"403":                   {response(403), []string{"403 Forbidden", "scope"}},
		"404":                   {response(404), []string{"404 Not Found", "identifiers"}},
		"408":                   {response(408), []string{"408 Request Timeout", " in 5m0s"}},
		"409":                   {response(409), []string{"409 Conflict"}},
		"422":                   {response(422), []string{"first complaint", "422 Unprocessable Entity"}},
		"429":                   {response(429), []string{"rate limit", "max_requests_per_minute", " in 5m0s"}},
		"500":                   {response(500), []string{"500 Internal Server Error", "req-4711"}},
		"501":                   {response(501), []string{"501 Not Implemented"}},
		"502 HTML":              {body(502, "text/html", "<html>"+secret+"</html>"), []string{"502 Bad Gateway", "Response: the response is not JSON (text/html)", "gateway or proxy", " in 5m0s"}},
		"HTML":                  {body(200, "text/html", "<html>"+secret+"</html>"), []string{"not JSON (text/html)", "base_url"}},
		"half":                  {body(201, "application/json", `{"id": 1, "token": "`+secret), []string{"not complete JSON"}},
		"empty":                 {body(201, "application/json", ""), []string{"the response is empty"}},
		"list":                  {body(201, "application/json", "[]"), []string{"not an object", "base_url"}},
		"empty token":           {body(201, "application/json", `{"id": 1, "token": ""}`), []string{"has no token"}},
		"token of another type": {body(201, "application/json", `{"id": 1, "token": {"a": "`+secret+`"}}`), []string{"cannot be used"}},
		"no id":                 {body(201, "application/json", `{"token": "`+secret+`"}`), []string{"has no id"}},
		"redirect":              {stackonetest.Fault{Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/path?" + secret}}}, []string{"redirects to https://elsewhere.example,", "does not follow"}},
		"cut":                   {stackonetest.Fault{Cut: stackonetest.CutAtOnce}, []string{"closed before the response was complete", " in 5m0s"}},
		"cut response":          {stackonetest.Fault{Cut: stackonetest.CutInResponse, Status: 201, Body: `{"id": 1, "token": "` + secret}, []string{"closed before the response was complete"}},
		"endless":               {stackonetest.Fault{Status: 201, ContentType: "application/json", Endless: true}, []string{"larger than 1 MiB"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return &test.fault })

			p := h.protocol(t, "stackone_connect_session")
			state, diags := p.tryApply(p.null(), inputs(nil))

			if !state.IsNull() {
				t.Errorf("something is in the state: %s", state)
			}

			if len(diags) != 1 || diags[0].Summary != "Cannot create the connect session" {
				t.Fatalf("got %v, want one diagnostic", texts(diags))
			}

			for _, part := range test.want {
				if !strings.Contains(diags[0].Detail, part) {
					t.Errorf("the message lacks %q:\n%s", part, diags[0].Detail)
				}
			}

			if strings.Contains(diags[0].Detail, "tried 6 times") {
				t.Errorf("the message counts the attempts twice:\n%s", diags[0].Detail)
			}

			for _, hidden := range []string{secret, h.APIKey()} {
				if strings.Contains(diags[0].Detail, hidden) {
					t.Errorf("the message gives %q away", hidden)
				}
			}
		})
	}
}

func TestConnectSessionResource_wrongKey(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.env["STACKONE_API_KEY"] = "v1.eu1.another-key"

	refuses(t, h.attach(t, session("this")), `(?s)did not accept the API key.*api_key\s+or\s+the\s+environment\s+variable\s+STACKONE_API_KEY`)
}

func TestConnectSessionResource_unreachableServer(t *testing.T) {
	t.Parallel()

	// Nothing listens on port 1; the port of a stopped server may be reused by another test.
	const nobody = "http://127.0.0.1:1"

	h := newHarness(t)
	h.env["STACKONE_BASE_URL"] = nobody

	refuses(t, h.attach(t, session("this")), `(?s)refused.*`+regexp.QuoteMeta(nobody))
}

func TestConnectSessionResource_errorThenSuccess(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.Script(stackonetest.Fault{Status: 400, ContentType: "application/json", Body: `{"statusCode": 400, "message": "no"}`})

	a := h.attach(t, session("this"))

	out, err := a.try("apply", "-auto-approve", "-no-color")
	if err == nil {
		t.Error("the error of the API is none of Terraform's")
	}

	contains(t, out, "StackOne says: no")
	contains(t, a.apply(), "1 added, 0 changed, 0 destroyed")

	if got := len(h.Sessions()); got != 1 {
		t.Errorf("%d sessions, want 1", got)
	}
}

func TestConnectSessionResource_destroy(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")
	state := p.apply(nil, inputs(map[string]any{"expires_in": 60}))

	h.clock.Advance(time.Minute - time.Nanosecond)

	diags := p.delete(state)
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || !strings.Contains(diags[0].Detail, "session "+p.text(state, "id")+", but its token and its link stay usable until 2031-03-01T12:01:00Z") {
		t.Errorf("while the session is valid: %v", texts(diags))
	}

	if diags := p.delete(p.with(p.with(state, "expires_at", nil), "created_at", nil)); len(diags) != 1 || !strings.Contains(diags[0].Detail, "usable until its end") {
		t.Errorf("when the end is not known: %v", texts(diags))
	}

	h.clock.Advance(time.Nanosecond)

	if diags := p.delete(state); len(diags) != 0 {
		t.Errorf("once expired: %v", texts(diags))
	}

	if got := len(h.Requests()); got != 1 {
		t.Errorf("%d requests, want the one that created the session", got)
	}
}

func TestConnectSessionResource_destroyOfMany(t *testing.T) {
	t.Parallel()

	const many = 100

	h := newHarness(t)
	p := h.protocol(t, "stackone_connect_session")
	state := p.apply(nil, inputs(nil))

	diags := make([][]*tfprotov6.Diagnostic, many)

	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { diags[i] = p.delete(state) })
	}

	all.Wait()

	found := map[string]int{}
	for _, d := range slices.Concat(diags...) {
		found[d.Summary]++
	}

	want := map[string]int{"Removed connect session stays usable": 5, "More removed connect sessions stay usable": 1}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}

	// Terraform prints them in any order.
	for _, d := range slices.Concat(diags...) {
		if strings.Contains(d.Detail, "above") {
			t.Error(d.Detail)
		}
	}

	// Another run counts anew.
	p.configure()

	if diags := p.delete(state); len(diags) != 1 || !strings.Contains(diags[0].Detail, p.text(state, "id")) {
		t.Errorf("in the next run: %v", texts(diags))
	}
}

// Terraform's own error would send the user to the provider's developers.
func TestConnectSessionResource_import(t *testing.T) {
	t.Parallel()

	a := newHarness(t).attach(t, session("this"))

	out, err := a.try("import", "-no-color", "stackone_connect_session.this", "100001")
	if err == nil || !strings.Contains(out, "A connect session cannot be imported") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestConnectSessionResource_destroyThroughTerraform(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	const owner = "variable \"owner\" {\n  default   = \"warning-must-not-show-me\"\n  sensitive = true\n}\n"

	a := h.attach(t, owner+strings.NewReplacer(`"customer-1"`, "var.owner", `"Customer One"`, "var.owner").Replace(session("this")))
	a.apply()

	out := a.terraform("destroy", "-auto-approve", "-no-color")
	contains(t, out, "Removed connect session stays usable")
	contains(t, out, "1 destroyed")

	if strings.Contains(out, "warning-must-not-show-me") {
		t.Errorf("the warning shows a sensitive value:\n%s", out)
	}

	if got := len(h.Requests()); got != 1 {
		t.Errorf("%d requests, want the one that created the session", got)
	}
}
