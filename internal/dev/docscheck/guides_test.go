package docscheck

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// The index page works from the empty folder to the linked account, with the documented requests.
func TestIndex(t *testing.T) {
	t.Parallel()

	server := stackonetest.New(t, stackonetest.Options{Customers: true})
	tf := newTerraform(t, map[string]string{"STACKONE_API_KEY": server.APIKey(), "STACKONE_BASE_URL": server.URL()})
	index := read(t, "docs/index.md")
	tf.write(map[string]string{"main.tf": index.configurations()[0].text})

	calls := func(want int) {
		t.Helper()

		if got := len(server.Requests()); got != want {
			t.Errorf("%d calls so far, want %d", got, want)
		}
	}

	says := func(want string, args ...string) {
		t.Helper()

		if out := tf.run(append(args, "-no-color")...); !strings.Contains(out, want) {
			t.Errorf("terraform %v does not say %q:\n%s", args, want, out)
		}
	}

	tf.run("init")
	tf.run("validate")
	tf.run("plan")
	calls(0)
	says("auth_link = <sensitive>", "apply", "-auto-approve")
	says("No changes.", "plan", "-detailed-exitcode")
	calls(1)

	link := tf.run("output", "-raw", "auth_link")
	if link != server.Sessions()[0].AuthLinkURL {
		t.Error("the output is not the link that was issued")
	}

	command := "curl --data-urlencode \"link=$(terraform output -raw auth_link)\" \"$STACKONE_BASE_URL" + stackonetest.ConnectPath + "\"\n"
	if !slices.ContainsFunc(index.blocks(), func(b block) bool { return b.text == command }) {
		t.Errorf("the page does not show: %s", command)
	}

	resp, err := http.PostForm(server.URL()+stackonetest.ConnectPath, url.Values{"link": {link}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()

	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", resp.StatusCode, err, body)
	}

	for _, b := range index.configurations() {
		if strings.HasPrefix(b.text, "data \"stackone_accounts\"") {
			tf.write(map[string]string{"accounts.tf": b.text})
		}
	}

	tf.run("apply", "-auto-approve")

	_, id, _ := strings.Cut(strings.TrimSpace(string(body)), "Linked account: ")
	if account, ok := server.Account(id); !ok || account.Label != "acme" {
		t.Errorf("the account %q: %+v", id, account)
	}

	says("No changes.", "plan", "-detailed-exitcode")
	says("Removed connect session stays usable", "destroy", "-auto-approve")
}

// The guide's module and tests need no key and send no request.
func TestTestingGuide(t *testing.T) {
	t.Parallel()

	tf := newTerraform(t, nil)
	guide := read(t, "docs/guides/testing.md")

	for _, b := range guide.configurations() {
		name, _, _ := strings.Cut(strings.TrimPrefix(b.text, "# "), "\n")
		tf.write(map[string]string{name: b.text})
	}

	tf.run("init")

	// OpenTofu words the lines around the results differently.
	results := regexp.MustCompile(`(?m)^(  run |Success!).*$`)
	got, want := results.FindAllString(tf.run("test", "-no-color"), -1), results.FindAllString(guide.blocksIn("text")[0].text, -1)

	if !slices.Equal(got, want) || len(got) != 4 {
		t.Errorf("terraform test says %q, and the guide %q", got, want)
	}
}

// The guide's resource sends the same request as its curl command.
func TestMigratingGuide_sameRequest(t *testing.T) {
	t.Parallel()

	guide := read(t, "docs/guides/migrating.md")
	server := stackonetest.New(t, stackonetest.Options{})
	tf := newTerraform(t, map[string]string{"STACKONE_API_KEY": server.APIKey(), "STACKONE_BASE_URL": server.URL()})

	tf.write(map[string]string{"main.tf": required("stackonehq/stackone") + guide.configurations()[0].text})
	tf.run("init")
	tf.run("apply", "-auto-approve")

	_, data, _ := strings.Cut(guide.blocksIn("shell")[0].text, "--data '")
	data, _, _ = strings.Cut(data, "' \\")

	requests := server.Requests()
	if len(requests) != 1 || requests[0].Status != http.StatusCreated {
		t.Fatalf("requests: %v", requests)
	}

	var got, want any
	if err := json.Unmarshal(requests[0].Body, &got); err != nil {
		t.Fatal(err)
	}

	if err := json.Unmarshal([]byte(data), &want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the resource sends\n%s\nand curl\n%s\n%v", requests[0].Body, data, err)
	}
}

// The table of settings lists each attribute of the provider, with its environment variable and
// default. Pulumi is not run here; the attributes of its guide must exist.
func TestGuides_attributes(t *testing.T) {
	t.Parallel()

	schemas, err := plugin.NewServer(provider.New(provider.Options{})).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	rows := map[string][][]byte{}
	for _, match := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (`STACKONE_[A-Z_]+`) \\| (.+) \\|$").FindAllSubmatch(read(t, "docs/index.md").source, -1) {
		rows[string(match[1])] = match[2:]
	}

	attributes := schemas.Provider.Block.Attributes
	for _, a := range attributes {
		row := rows[a.Name]
		if row == nil || !strings.Contains(a.Description, "environment variable "+string(row[0])) || a.Name != "api_key" && !strings.Contains(a.Description, string(row[1])) {
			t.Errorf("%s has the row %q and the description %q", a.Name, row, a.Description)
		}
	}

	if len(rows) != len(attributes) {
		t.Errorf("%d rows for %d attributes", len(rows), len(attributes))
	}

	capital, session := regexp.MustCompile(`[A-Z]`), schemas.ResourceSchemas["stackone_connect_session"].Block.Attributes

	for language, indent := range map[string]string{"yaml": "      ", "typescript": "  "} {
		text := read(t, "docs/guides/pulumi.md").blocksIn(language)[0].text
		names := regexp.MustCompile(`(?m)^`+indent+`(\w+):|\bacme\.(\w+)`).FindAllStringSubmatch(text, -1)

		for _, match := range names {
			name := strings.ToLower(capital.ReplaceAllString(match[1]+match[2], "_$0"))
			if !slices.ContainsFunc(session, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name }) {
				t.Errorf("%s: the resource has no %s", language, name)
			}
		}

		if len(names) != 6 {
			t.Errorf("%s: %d names, want 6: %q", language, len(names), names)
		}
	}
}

// The troubleshooting guide has a heading for each diagnostic.
func TestTroubleshooting_headings(t *testing.T) {
	t.Parallel()

	headings := read(t, "docs/guides/troubleshooting.md").headings()
	path := regexp.MustCompile(`path\.Root\("?\w+"?\)`)
	summary := regexp.MustCompile(`(?:Error|Warning|Diagnostic|problem)\([^"\n]*"([A-Z][^"]+)",|operation = "([^"]+)"|\bwhat: "([^"]+)"`)

	found := 0

	for _, file := range files(t, "internal/provider/*.go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}

		for _, match := range summary.FindAllStringSubmatch(path.ReplaceAllString(string(content(t, file)), ""), -1) {
			found++

			want := match[1]
			if match[2] != "" {
				want = "Cannot " + match[2]
			} else if match[3] != "" {
				want = "Unknown " + match[3]
			}

			if !slices.Contains(headings, want) {
				t.Errorf("no heading explains %q, a message in %s", want, file)
			}
		}
	}

	if found < 30 {
		t.Errorf("only %d messages were found", found)
	}
}
