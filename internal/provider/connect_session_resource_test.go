package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const address = "stackone_connect_session.this"

// at is the path of an attribute at the root.
func at(name string) tfjsonpath.Path { return tfjsonpath.New(name) }

// planned checks what Terraform is about to do with the session.
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// quiet is a step that plans the same configuration again and expects nothing to do.
func quiet(config string) resource.TestStep {
	return resource.TestStep{
		Config:           config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
	}
}

// everyInput sets each input that can be set beside the others.
func everyInput() string {
	return session("this",
		`origin_username      = "jo@customer-1.example"`,
		`categories           = ["hris", "hrisLegacy", "stackOne"]`,
		`provider_key         = "bamboohr"`,
		`provider_version     = "1.2.0"`,
		`connector_profile_id = "profile-1"`,
		`account_id           = "45355976281015164504"`,
		`expires_in           = 604800`,
		`label                = "gold"`,
		`metadata             = jsonencode({ text = "a", number = 1.5, big = 12345678901234567890, flag = true, nothing = null, list = [1, "b"], object = { nested = {} } })`,
		`multiple             = true`,
		`type                 = "test"`,
		`shared               = true`,
		`relink               = false`,
	)
}

func TestConnectSessionResource_everyInput(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

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
				Check: func(*terraform.State) error { return nil },
			},
			quiet(everyInput()),
		},
	})

	sent := h.created()
	if len(sent) != 1 {
		t.Fatalf("%d sessions were created, want 1", len(sent))
	}

	want := map[string]string{
		"origin_owner_id": `"customer-1"`, "origin_owner_name": `"Customer One"`, "origin_username": `"jo@customer-1.example"`,
		"categories": `["hris","hris-legacy","stackone"]`, "provider": `"bamboohr"`, "provider_version": `"1.2.0"`,
		"connector_profile_id": `"profile-1"`, "account_id": `"45355976281015164504"`, "expires_in": `604800`, "label": `"gold"`,
		"metadata": `{"big":12345678901234567890,"flag":true,"list":[1,"b"],"nothing":null,"number":1.5,"object":{"nested":{}},"text":"a"}`,
		"multiple": `true`, "type": `"test"`, "shared": `true`, "relink": `false`,
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

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{
			{
				Config: session("this"),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, at("expires_in"), knownvalue.Null()),
					statecheck.ExpectKnownValue(address, at("type"), knownvalue.Null()),
					statecheck.ExpectKnownValue(address, at("multiple"), knownvalue.Null()),
					statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-01T12:30:00Z")),
				},
			},
			quiet(session("this")),
		},
	})

	var names []string
	for name := range h.created()[0].Fields {
		names = append(names, name)
	}

	sort.Strings(names)

	if got := strings.Join(names, " "); got != "origin_owner_id origin_owner_name" {
		t.Errorf("sent fields: %s", got)
	}
}

// The token, the link and the trigger token of the state are the ones that the server issued.
func TestConnectSessionResource_secretsInState(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: session("this"),
			Check: func(s *terraform.State) error {
				issued := h.Sessions()[0]

				return resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "token", issued.Token),
					resource.TestCheckResourceAttr(address, "auth_link_url", issued.AuthLinkURL),
					resource.TestCheckResourceAttr(address, "external_trigger_token", issued.ExternalTriggerToken),
					resource.TestCheckResourceAttr(address, "id", issued.ID),
				)(s)
			},
		}},
	})
}

func TestConnectSessionResource_answersVary(t *testing.T) {
	t.Parallel()

	echoes := []string{
		"origin_owner_id", "origin_owner_name", "origin_username", "provider", "account_id", "label", "metadata", "categories", "type", "integration_id",
	}

	tests := map[string]struct {
		edit func(answer map[string]any)
		want []statecheck.StateCheck
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
		"unknown fields": {edit: func(a map[string]any) {
			a["latest_connection_attempt"] = map[string]any{"id": 1, "status": "pending"}
			a["brand_new"] = []any{1, "two"}
		}},
		"ids as strings and numbers": {
			edit: func(a map[string]any) {
				a["id"], a["organization_id"] = "45355976281015164504", json.Number("9007199254740993")
			},
			want: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, at("id"), knownvalue.StringExact("45355976281015164504")),
				statecheck.ExpectKnownValue(address, at("organization_id"), knownvalue.StringExact("9007199254740993")),
			},
		},
		"optional results are missing": {
			edit: func(a map[string]any) {
				delete(a, "auth_link_url")
				delete(a, "project_id")
				a["external_trigger_token"], a["organization_id"] = nil, nil
			},
			want: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, at("auth_link_url"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, at("external_trigger_token"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, at("organization_id"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, at("project_id"), knownvalue.Null()),
			},
		},
		"created_at is years ago": {
			edit: func(a map[string]any) { a["created_at"] = "2020-01-01T00:00:00.000Z" },
			want: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2020-01-08T00:00:00Z")),
				statecheck.ExpectKnownValue(address, at("expired"), knownvalue.Bool(true)),
			},
		},
		"created_at has an offset": {
			edit: func(a map[string]any) { a["created_at"] = "2031-03-01T14:00:00+02:00" },
			want: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-08T12:00:00Z"))},
		},
		// The stand-in's Date header tells the clock of the test, to the second.
		"created_at is garbage": {
			edit: func(a map[string]any) { a["created_at"] = "yesterday" },
			want: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, at("expires_at"), knownvalue.StringExact("2031-03-08T12:00:00Z"))},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.EditAnswer(test.edit)

			h.run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: everyInput(), ConfigStateChecks: test.want},
				quiet(everyInput()),
			}})

			if got := len(h.created()); got != 1 {
				t.Errorf("%d sessions were created, want 1", got)
			}
		})
	}
}

func TestConnectSessionResource_eachInputReplaces(t *testing.T) {
	t.Parallel()

	base := []string{`expires_in = 600`, `label = "a"`, `metadata = jsonencode({ a = 1, b = [1, 2] })`}

	tests := map[string][]string{
		"origin_username":      {`origin_username = "x"`},
		"categories":           {`categories = ["crm"]`},
		"provider_key":         {`provider_key = "x"`},
		"provider_version":     {`provider_version = "x"`},
		"connector_profile_id": {`connector_profile_id = "x"`},
		"integration_id":       {`integration_id = "x"`},
		"account_id":           {`account_id = "x"`},
		"multiple":             {`multiple = false`},
		"type":                 {`type = "production"`},
		"shared":               {`shared = false`},
		"relink":               {`relink = true`},
		"keepers":              {`keepers = { a = "1" }`},
	}

	for name, lines := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			h.run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: session("this", base...)},
				{Config: session("this", append(lines, base...)...), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate)},
				{Config: session("this", base...), ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate)},
			}})

			if got := len(h.created()); got != 3 {
				t.Errorf("%d sessions were created, want 3", got)
			}
		})
	}

	changes := map[string]string{
		"origin_owner_id":   `"customer-1"`,
		"origin_owner_name": `"Customer One"`,
		"expires_in":        `600`,
		"label":             `"a"`,
		"metadata":          `a = 1`,
	}
	replacements := map[string]string{"expires_in": `601`, "metadata": `a = 2`}

	for name, old := range changes {
		t.Run("changed "+name, func(t *testing.T) {
			t.Parallel()

			replacement := replacements[name]
			if replacement == "" {
				replacement = `"other"`
			}

			before := session("this", base...)
			after := strings.Replace(before, old, replacement, 1)

			h := newHarness(t)

			h.run(t, resource.TestCase{Steps: []resource.TestStep{
				{Config: before},
				{Config: after, ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate)},
			}})
		})
	}
}

func TestConnectSessionResource_equivalentMetadataIsNoChange(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: session("this", `metadata = jsonencode({ a = 1, b = { c = [1, 2] } })`)},
		quiet(session("this", "metadata = <<-JSON\n{\n  \"b\": { \"c\": [1, 2] },\n  \"a\": 1\n}\nJSON")),
	}})

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
		quiet(config),
	}})

	if got := compact(t, h.created()[0].Fields["metadata"]); got != `{"seats":3}` {
		t.Errorf("metadata: %s", got)
	}
}

// A value that becomes known only during apply is held to the same rules, and
// nothing is sent when it breaks them.
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

			h.run(t, resource.TestCase{Steps: []resource.TestStep{{
				Config:      fmt.Sprintf("resource \"terraform_data\" \"other\" {\n  input = %s\n}\n", test.value) + session("this", test.use),
				ExpectError: regexp.MustCompile(test.want),
			}}})

			if got := len(h.Requests()); got != 0 {
				t.Errorf("%d requests were sent, want none", got)
			}
		})
	}
}

func TestConnectSessionResource_validation(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ line, want string }{
		"empty owner":          {`origin_username = ""`, `origin_username must not be\s+empty`},
		"blank":                {`label = "  "`, `label must not be empty`},
		"misspelled category":  {`categories = ["hriss"]`, `(?s)"hriss" is not a category that StackOne knows\. Did you mean\s+"hris"\?.*scheduling`},
		"upper case category":  {`categories = ["HRIS"]`, `Did you mean\s+"hris"\?`},
		"far from any":         {`categories = ["payroll-and-more"]`, `knows\. Valid\s+values\s+are`},
		"no category":          {`categories = []`, `at least 1 elements`},
		"category twice":       {`categories = ["crm", "crm"]`, `(?i)duplicate`},
		"two spellings":        {`categories = ["hris-legacy", "hrisLegacy"]`, `two\s+spellings`},
		"type in capitals":     {`type = "PRODUCTION"`, `Did you mean\s+"production"\?`},
		"expires_in 0":         {`expires_in = 0`, `at least 1`},
		"expires_in fraction":  {`expires_in = 1.5`, `(?i)whole number`},
		"metadata list":        {`metadata = jsonencode([1])`, `it is an array`},
		"metadata text":        {`metadata = jsonencode("x")`, `it is a string`},
		"metadata null":        {`metadata = "null"`, `it is null`},
		"metadata not JSON":    {`metadata = "{a:1}"`, `(?i)invalid JSON`},
		"both profile names":   {"connector_profile_id = \"a\"\n  integration_id = \"a\"", `cannot be specified when`},
		"margin alone":         {`early_renewal_seconds = 60`, `needs\s+recreate_when_expired\s+=\s+true`},
		"margin too long":      {"recreate_when_expired = true\n  early_renewal_seconds = 1800", `must be\s+less than 1800`},
		"margin of expires_in": {"recreate_when_expired = true\n  early_renewal_seconds = 60\n  expires_in = 60", `must be\s+less than expires_in \(60\)`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)

			h.run(t, resource.TestCase{Steps: []resource.TestStep{{
				Config: session("this", test.line), PlanOnly: true, ExpectError: regexp.MustCompile(test.want),
			}}})

			if got := len(h.Requests()); got != 0 {
				t.Errorf("%d requests were sent, want none", got)
			}
		})
	}
}

// faulty maps what goes wrong at the server to what the user reads.
func TestConnectSessionResource_errors(t *testing.T) {
	t.Parallel()

	answer := func(status int) *stackonetest.Fault {
		return &stackonetest.Fault{Status: status, ContentType: "application/json", Body: fmt.Sprintf(
			`{"statusCode": %d, "message": ["first complaint", "second complaint"], "timestamp": "2031-03-01T12:00:00.000Z"}`, status),
			Header: http.Header{"X-Request-Id": {"req-4711"}}}
	}

	tests := map[string]struct {
		fault *stackonetest.Fault
		want  []string
	}{
		"400":      {answer(400), []string{"first complaint", "second complaint", "req-4711", "Correct the configuration"}},
		"401":      {answer(401), []string{"did not accept the API key", "api_key", "STACKONE_API_KEY"}},
		"403":      {answer(403), []string{"403 Forbidden", "scope"}},
		"404":      {answer(404), []string{"404 Not Found", "identifiers"}},
		"409":      {answer(409), []string{"409 Conflict"}},
		"422":      {answer(422), []string{"first complaint", "422 Unprocessable Entity"}},
		"429":      {answer(429), []string{"rate limit", "max_requests_per_minute", "6 in "}},
		"500":      {answer(500), []string{"500 Internal Server Error", "req-4711"}},
		"501":      {answer(501), []string{"501 Not Implemented"}},
		"502":      {&stackonetest.Fault{Status: 502, ContentType: "text/html", Body: "<html><body>secret-of-the-gateway</body></html>"}, []string{"502 Bad Gateway", "6 in "}},
		"HTML":     {&stackonetest.Fault{Status: 200, ContentType: "text/html", Body: "<html>secret-of-the-gateway</html>"}, []string{"JSON", "base_url"}},
		"half":     {&stackonetest.Fault{Status: 201, ContentType: "application/json", Body: `{"id": 1, "token": "secret-of-the`}, []string{"JSON"}},
		"none":     {&stackonetest.Fault{Status: 201, ContentType: "application/json"}, []string{"empty"}},
		"list":     {&stackonetest.Fault{Status: 201, ContentType: "application/json", Body: `[]`}, []string{"base_url"}},
		"no token": {&stackonetest.Fault{Status: 201, ContentType: "application/json", Body: `{"id": 1, "token": ""}`}, []string{"token"}},
		"redirect": {&stackonetest.Fault{Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/path?secret-of-the-gateway"}}}, []string{"redirect", "elsewhere.example"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			h := newHarness(t)
			h.OnRequest(func(int, stackonetest.Request) *stackonetest.Fault { return test.fault })

			h.run(t, resource.TestCase{
				Steps: []resource.TestStep{{Config: session("this"), ExpectError: regexp.MustCompile(`Cannot create the connect session`)}},
				ErrorCheck: func(err error) error {
					text := strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "│", " ")), " ")
					for _, part := range test.want {
						if !strings.Contains(text, part) {
							t.Errorf("the message lacks %q:\n%s", part, err)
						}
					}

					if n := strings.Count(text, "Error:"); n != 1 {
						t.Errorf("%d errors, want 1:\n%s", n, err)
					}

					for _, secret := range []string{"secret-of-the", h.APIKey()} {
						if strings.Contains(text, secret) {
							t.Errorf("the message gives %q away", secret)
						}
					}

					return err
				},
			})
		})
	}
}

func TestConnectSessionResource_wrongKey(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.env["STACKONE_API_KEY"] = "v1.eu1.another-key"

	h.run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: session("this"), ExpectError: regexp.MustCompile(`(?s)did not accept the API key.*api_key\s+or\s+the\s+environment\s+variable\s+STACKONE_API_KEY`),
	}}})
}

func TestConnectSessionResource_stoppedServer(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	url := h.URL()
	h.Close()

	h.run(t, resource.TestCase{Steps: []resource.TestStep{{
		Config: session("this"), ExpectError: regexp.MustCompile(`(?s)refused.*` + regexp.QuoteMeta(url)),
	}}})
}

// An error leaves nothing in the state, so the next apply creates the session.
func TestConnectSessionResource_errorThenSuccess(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	h.Script(stackonetest.Fault{Status: 400, ContentType: "application/json", Body: `{"statusCode": 400, "message": "no"}`})

	h.run(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: session("this"), ExpectError: regexp.MustCompile(`StackOne says: no`)},
		{Config: session("this"), ConfigPlanChecks: planned(plancheck.ResourceActionCreate)},
	}})

	if got := len(h.Sessions()); got != 1 {
		t.Errorf("%d sessions, want 1", got)
	}
}

func TestConnectSessionResource_destroyMakesNoCall(t *testing.T) {
	t.Parallel()

	h := newHarness(t)

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{Config: session("this")}, {Config: session("this"), Destroy: true}},
	})

	h.clock.Advance(time.Second)

	if got := len(h.Requests()); got != 1 {
		t.Errorf("%d requests, want the one that created the session", got)
	}
}
