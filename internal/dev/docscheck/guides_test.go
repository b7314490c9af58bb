package docscheck_test

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// The first configuration of the index page works as the page says, from the
// empty folder to the link, and calls StackOne when the page says so.
func TestIndex_firstConfiguration(t *testing.T) {
	t.Parallel()

	server := stackonetest.New(t, stackonetest.Options{})
	tf := newTerraform(t, map[string]string{"STACKONE_API_KEY": server.APIKey(), "STACKONE_BASE_URL": server.URL()})
	dir := tf.folder(t, "first", map[string]string{"main.tf": template(t, "index").configurations()[0].text})

	calls := func(want int) {
		t.Helper()

		if got := len(server.Requests()); got != want {
			t.Errorf("%d calls so far, want %d", got, want)
		}
	}

	tf.run(t, dir, "init")
	tf.run(t, dir, "validate")
	tf.run(t, dir, "plan")
	calls(0)

	if out := tf.run(t, dir, "apply", "-auto-approve", "-no-color"); !strings.Contains(out, "auth_link = <sensitive>") {
		t.Errorf("the link is not hidden:\n%s", out)
	}

	calls(1)

	sessions := server.Sessions()
	if len(sessions) != 1 {
		t.Fatalf("%d sessions", len(sessions))
	}

	if got := tf.run(t, dir, "output", "-raw", "auth_link"); got != sessions[0].AuthLinkURL {
		t.Error("the output is not the link that was issued")
	}

	if out := tf.run(t, dir, "plan", "-detailed-exitcode", "-no-color"); !strings.Contains(out, "No changes.") {
		t.Errorf("the second plan:\n%s", out)
	}

	if out := tf.run(t, dir, "destroy", "-auto-approve", "-no-color"); !strings.Contains(out, "The connect session stays usable after its removal") {
		t.Errorf("destroy does not warn:\n%s", out)
	}

	calls(1)
}

// With the stand-in, the reader plays the customer as the index page says, and
// Terraform finds the account.
func TestIndex_playTheCustomer(t *testing.T) {
	t.Parallel()

	server := stackonetest.New(t, stackonetest.Options{Customers: true})
	tf := newTerraform(t, map[string]string{"STACKONE_API_KEY": server.APIKey(), "STACKONE_BASE_URL": server.URL()})
	index := template(t, "index")
	command := "curl --data-urlencode \"link=$(terraform output -raw auth_link)\" \"$STACKONE_BASE_URL" + stackonetest.ConnectPath + "\"\n"

	blocks, _ := index.split()
	if !slices.ContainsFunc(blocks, func(b block) bool { return b.text == command }) {
		t.Errorf("the page does not say: %s", command)
	}

	files := map[string]string{"main.tf": index.configurations()[0].text}
	dir := tf.folder(t, "customer", files)
	tf.run(t, dir, "init")
	tf.run(t, dir, "apply", "-auto-approve")

	resp, err := http.PostForm(server.URL()+stackonetest.ConnectPath, url.Values{"link": {tf.run(t, dir, "output", "-raw", "auth_link")}})
	if err != nil {
		t.Fatal(err)
	}

	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", resp.StatusCode, err, answer)
	}

	_ = resp.Body.Close()

	for _, b := range index.configurations() {
		if strings.HasPrefix(b.text, "data \"stackone_accounts\"") {
			files["accounts.tf"] = b.text
		}
	}

	tf.folder(t, "customer", files)
	tf.run(t, dir, "apply", "-auto-approve")

	_, id, _ := strings.Cut(strings.TrimSpace(string(answer)), "Linked account: ")
	if account, ok := server.Account(id); !ok || account.Label != "acme" {
		t.Errorf("the account %q: %+v", id, account)
	}

	tf.run(t, dir, "plan", "-detailed-exitcode")
}

// Without a key, "terraform validate" works and a plan does not.
func TestIndex_validateNeedsNoKey(t *testing.T) {
	t.Parallel()

	tf := newTerraform(t, nil)
	dir := tf.folder(t, "first", map[string]string{"main.tf": template(t, "index").configurations()[0].text})

	tf.run(t, dir, "init")
	tf.run(t, dir, "validate")

	if _, err := tf.Run(t.Context(), dir, "plan", "-no-color"); err == nil || !strings.Contains(err.Error(), "Missing StackOne API key") {
		t.Errorf("plan without a key: %v", err)
	}
}

// files returns the blocks of a page whose first line is a comment with the name
// of a file.
func (p page) files() map[string]string {
	out := map[string]string{}

	for _, b := range p.configurations() {
		first, _, _ := strings.Cut(b.text, "\n")

		if name, ok := strings.CutPrefix(first, "# "); ok && (path.Ext(name) == ".tf" || path.Ext(name) == ".hcl") {
			out[name] = b.text
		}
	}

	return out
}

// The module and the tests of the guide pass without a key and without a call.
func TestTestingGuide(t *testing.T) {
	t.Parallel()

	tf := newTerraform(t, nil)
	tf.need(t, "1.8", "1.8")

	guide := template(t, "guides/testing")
	dir := tf.folder(t, "module", guide.files())

	tf.run(t, dir, "init")

	got := tf.run(t, dir, "test", "-no-color")
	shown := ""

	blocks, _ := guide.split()
	for _, b := range blocks {
		if b.language == "text" {
			shown = b.text
		}
	}

	if tf.IsOpenTofu() {
		// It says the same in other words around the results.
		got, shown = results(got), results(shown)
	}

	if strings.TrimSpace(got) != strings.TrimSpace(shown) {
		t.Errorf("terraform test says:\n%s\nthe guide:\n%s", got, shown)
	}
}

// results are the lines of the output of "terraform test" that hold a result.
func results(output string) string {
	var out strings.Builder

	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "  run ") || strings.HasPrefix(line, "Success!") {
			out.WriteString(line)
		}
	}

	return out.String()
}

// What the guide says about the mock is so.
func TestTestingGuide_mock(t *testing.T) {
	t.Parallel()

	session := `
resource "stackone_connect_session" "this" {
  origin_owner_id       = "customer-1"
  origin_owner_name     = "Acme"
  categories            = ["CATEGORY"]
  recreate_when_expired = true
}
`
	// With override_during, Terraform 1.11 invents the values without a default a
	// second time during apply, so a file that sets it can only plan.
	planned := `
mock_provider "stackone" {
  override_during = plan

  mock_resource "stackone_connect_session" {
    defaults = {
      expires_at = "2001-03-01T12:00:00Z"
    }
  }
}

run "overrides_during_plan" {
  command = plan

  assert {
    condition     = stackone_connect_session.this.expires_at == "2001-03-01T12:00:00Z" && !stackone_connect_session.this.expired
    error_message = "The default must be there during the plan."
  }
}
`

	const alone, asserting = "mock_provider \"stackone\" {\n  override_during = plan\n", `
run "knows_the_token" {
  command = plan

  assert {
    condition     = stackone_connect_session.this.token != ""
    error_message = "There must be a token during the plan."
  }
}
`

	twice := `
mock_provider "stackone" {
  mock_resource "stackone_connect_session" {
    defaults = {
      expires_at = "2001-03-01T12:00:00Z"
    }
  }
}

run "first" {
}

run "does_not_renew" {
  variables {
    before = run.first.token
  }

  assert {
    condition     = output.token == var.before
    error_message = "An expired session must stay."
  }
}
`
	all := `
mock_provider "stackone" {
  override_during = plan

  mock_resource "stackone_connect_session" {
    defaults = {
      id                     = "1"
      organization_id        = "2"
      project_id             = "3"
      created_at             = "2031-03-01T12:00:00Z"
      expires_at             = "2031-03-01T12:30:00Z"
      expired                = false
      token                  = "t"
      auth_link_url          = "u"
      external_trigger_token = "e"
    }
  }
}

run "apply" {
}
`
	output := `
variable "before" {
  type    = string
  default = null
}

output "token" {
  value     = stackone_connect_session.this.token
  sensitive = true
}
`
	simple := "mock_provider \"stackone\" {}\nrun \"plan\" {\n  command = plan\n}\n"

	tests := map[string]struct {
		main, test     string
		want, openTofu string // in the error; empty for a success
	}{
		"overrides during plan":    {strings.Replace(session, "CATEGORY", "hris", 1), planned, "", "override_during"},
		"overrides what is mocked": {strings.Replace(session, "CATEGORY", "hris", 1), alone + "\n  mock_resource \"stackone_connect_session\" {}\n}\n" + asserting, "", "override_during"},
		"overrides nothing alone":  {strings.Replace(session, "CATEGORY", "hris", 1), alone + "}\n" + asserting, "Unknown condition value", "override_during"},
		"fails to apply overrides": {strings.Replace(session, "CATEGORY", "hris", 1), planned + "run \"apply\" {\n}\n", "inconsistent final plan", "override_during"},
		"applies all defaults":     {strings.Replace(session, "CATEGORY", "hris", 1), all, "", "override_during"},
		"does not renew":           {strings.Replace(session, "CATEGORY", "hris", 1) + output, twice, "", ""},
		"keeps the rules":          {strings.Replace(session, "CATEGORY", "hriss", 1), simple, "Unknown category", "Unknown category"},
		"has no ephemeral resources": {strings.Replace(strings.Replace(strings.Replace(session, "resource", "ephemeral", 1), "CATEGORY", "hris", 1), "  recreate_when_expired = true\n", "", 1),
			simple, "No ephemeral resource types in mock providers", ""},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			tf := newTerraform(t, nil)
			tf.need(t, "1.11", "1.11")

			dir := tf.folder(t, "module", map[string]string{
				"main.tf":             required("stackonehq/stackone") + test.main,
				"tests/it.tftest.hcl": test.test,
			})

			if tf.IsOpenTofu() {
				test.want = test.openTofu
			}

			// OpenTofu reads the test files here already.
			out, err := tf.Run(t.Context(), dir, "init", "-no-color")
			if err == nil {
				out, err = tf.Run(t.Context(), dir, "test", "-no-color")
			}

			switch {
			case test.want == "" && err != nil:
				t.Errorf("%v\n%s", err, out)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v\n%s\nwant %q", err, out, test.want)
			}
		})
	}
}

// Ephemeral values may go where two pages say, and not where it would be stored.
func TestPages_placesForEphemeralValues(t *testing.T) {
	t.Parallel()

	const (
		sentence = "Ephemeral values may go to write-only arguments, provider configurations, other ephemeral resources, `locals`, " +
			"variables and module outputs marked `ephemeral = true`, and provisioner and connection blocks. Terraform refuses them elsewhere."
		token = "ephemeral.stackone_connect_session.this.token"
	)

	for _, name := range []string{"ephemeral-resources/connect_session", "guides/tokens-out-of-state"} {
		if p := template(t, name); !strings.Contains(p.words(), sentence) {
			t.Errorf("%s does not say: %s", p.file, sentence)
		}
	}

	places := map[string]struct {
		text    string
		refused bool
	}{
		"write-only argument":     {text: "resource \"vault_kv_secret_v2\" \"x\" {\n  mount = \"a\"\n  name = \"b\"\n  data_json_wo = " + token + "\n}\n"},
		"provider configuration":  {text: "provider \"stackone\" {\n  alias = \"x\"\n  api_key = " + token + "\n}\n"},
		"other ephemeral":         {text: "ephemeral \"stackone_connect_session\" \"x\" {\n  origin_owner_id = " + token + "\n  origin_owner_name = \"Acme\"\n}\n"},
		"locals":                  {text: "locals {\n  x = " + token + "\n}\n"},
		"variable and output":     {text: "module \"x\" {\n  source = \"./child\"\n  in = " + token + "\n}\n"},
		"provisioner":             {text: "resource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = " + token + "\n  }\n}\n"},
		"connection":              {text: "resource \"terraform_data\" \"x\" {\n  connection {\n    host = " + token + "\n  }\n  provisioner \"remote-exec\" {\n    inline = [\"true\"]\n  }\n}\n"},
		"ordinary argument":       {text: "resource \"terraform_data\" \"x\" {\n  input = " + token + "\n}\n", refused: true},
		"ordinary variable":       {text: "module \"x\" {\n  source = \"./ordinary\"\n  in = " + token + "\n}\n", refused: true},
		"output of the root":      {text: "output \"x\" {\n  value = " + token + "\n}\n", refused: true},
		"argument of data source": {text: "data \"stackone_account\" \"x\" {\n  id = " + token + "\n}\n", refused: true},
	}

	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			tf := newTerraform(t, nil)
			tf.need(t, "1.11", "1.11")

			dir := tf.folder(t, "place", map[string]string{
				"versions.tf":      required("stackonehq/stackone", "hashicorp/vault"),
				"main.tf":          "ephemeral \"stackone_connect_session\" \"this\" {\n  origin_owner_id = \"1\"\n  origin_owner_name = \"Acme\"\n}\n" + place.text,
				"child/main.tf":    "variable \"in\" {\n  ephemeral = true\n}\noutput \"out\" {\n  value = var.in\n  ephemeral = true\n}\n",
				"ordinary/main.tf": "variable \"in\" {}\n",
			})

			tf.run(t, dir, "init")

			out, err := tf.Run(t.Context(), dir, "validate", "-no-color")

			switch {
			case !place.refused && err != nil:
				t.Errorf("refused: %v\n%s", err, out)
			case place.refused && (err == nil || !strings.Contains(err.Error(), "phemeral value")):
				t.Errorf("not refused: %v\n%s", err, out)
			}
		})
	}
}

// The request that the guide on changing over makes with curl, and the one that
// its resource makes, say the same.
func TestMigratingGuide_sameRequest(t *testing.T) {
	t.Parallel()

	guide := template(t, "guides/migrating")
	server := stackonetest.New(t, stackonetest.Options{})
	tf := newTerraform(t, map[string]string{"STACKONE_API_KEY": server.APIKey(), "STACKONE_BASE_URL": server.URL()})

	dir := tf.folder(t, "curl", map[string]string{"main.tf": required("stackonehq/stackone") + guide.configurations()[0].text})
	tf.run(t, dir, "init")
	tf.run(t, dir, "apply", "-auto-approve")

	blocks, _ := guide.split()
	_, data, _ := strings.Cut(blocks[0].text, "--data '")
	data, _, _ = strings.Cut(data, "' \\")

	requests := server.Requests()
	if len(requests) != 1 || requests[0].Status != http.StatusCreated {
		t.Fatalf("requests: %v", requests)
	}

	if got, want := normal(t, string(requests[0].Body)), normal(t, data); got != want {
		t.Errorf("the resource sends\n%s\nand curl\n%s", got, want)
	}
}

// The table of settings on the index page has a row for each attribute of the
// provider, and says what its description says.
func TestIndex_settings(t *testing.T) {
	t.Parallel()

	schemas, err := plugin.NewServer(provider.New(provider.Options{})).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	row := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| `(STACKONE_[A-Z_]+)` \\| (.+) \\|$")
	rows := map[string][]string{}

	for _, match := range row.FindAllStringSubmatch(template(t, "index").text, -1) {
		rows[match[1]] = match[2:]
	}

	for _, a := range schemas.Provider.Block.Attributes {
		cells, ok := rows[a.Name]
		if !ok {
			t.Errorf("there is no row for %s", a.Name)
			continue
		}

		standard := cells[1]
		if a.Name == "api_key" {
			standard = "one of the two must be set"
		}

		for _, want := range []string{"environment variable `" + cells[0] + "`", standard} {
			if !strings.Contains(a.Description, want) {
				t.Errorf("%s: the description does not say %q", a.Name, want)
			}
		}
	}

	if len(rows) != len(schemas.Provider.Block.Attributes) {
		t.Errorf("%d rows for %d attributes", len(rows), len(schemas.Provider.Block.Attributes))
	}
}
