package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	configuration "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// store replaces another provider by one resource, whose objects it keeps in memory.
type store struct {
	provider.Provider

	resource, key string
	attributes    map[string]schema.Attribute

	mu sync.Mutex
	// objects are by key, writes in order.
	objects map[string]map[string]string
	writes  []map[string]string
	// texts are the texts of the provider's configurations.
	texts []string
}

func (a *attached) store(source, resource, key string, attributes map[string]schema.Attribute) *store {
	s := &store{resource: resource, key: key, attributes: attributes, objects: map[string]map[string]string{}}

	a.serve(source, func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(s)() })

	return s
}

// vault is the Vault provider, with a write-only argument.
func (a *attached) vault() *store {
	return a.store("hashicorp/vault", "vault_kv_secret_v2", "name", map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Optional: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Optional: true},
	})
}

// files is the local provider. Every change replaces a file.
func (a *attached) files() *store {
	attributes := map[string]schema.Attribute{}
	for _, name := range []string{"filename", "content", "file_permission", "directory_permission"} {
		attributes[name] = schema.StringAttribute{Required: true, Sensitive: name == "content", PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}}
	}

	return a.store("hashicorp/local", "local_sensitive_file", "filename", attributes)
}

// other is a provider that can be configured with a text.
func (a *attached) other() *store { return a.store("hashicorp/other", "other", "", nil) }

func (s *store) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {}

func (s *store) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema.Attributes = map[string]configuration.Attribute{"text": configuration.StringAttribute{Optional: true}}
}

func (s *store) Configure(_ context.Context, req provider.ConfigureRequest, _ *provider.ConfigureResponse) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.texts = append(s.texts, stringsOf(req.Config.Raw)["text"])
}

func (s *store) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (s *store) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &stored{s} }}
}

type stored struct{ *store }

func (s *stored) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = s.resource
}

func (s *stored) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = s.attributes
}

// stringsOf returns the attributes of an object, "" for null. Unknown values and other types are
// described.
func stringsOf(object tftypes.Value) map[string]string {
	values, out := map[string]tftypes.Value{}, map[string]string{}
	_ = object.As(&values)

	for name, value := range values {
		text := value.String()
		_ = value.As(&text)
		out[name] = text
	}

	return out
}

func (s *stored) write(config tfsdk.Config) {
	object := stringsOf(config.Raw)

	s.mu.Lock()
	defer s.mu.Unlock()

	s.objects[object[s.key]] = object
	s.writes = append(s.writes, object)
}

func (s *stored) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	s.write(req.Config)
	resp.State.Raw = req.Plan.Raw
}

func (s *stored) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (s *stored) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	s.write(req.Config)
	resp.State.Raw = req.Plan.Raw
}

func (s *stored) Delete(_ context.Context, req resource.DeleteRequest, _ *resource.DeleteResponse) {
	s.mu.Lock()
	defer s.mu.Unlock()

	delete(s.objects, stringsOf(req.State.Raw)[s.key])
}

// The token reaches only the secret store.
func TestScenario_ephemeralToSecretStore(t *testing.T) {
	t.Parallel()
	needs(t, "1.11.0", "1.11.0")

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/ephemeral-to-secret-store/main.tf"))
	vault := a.vault()

	a.plan()
	h.wantSessions(t, 0)

	output := a.apply()

	h.wantSessions(t, 1)

	issued := h.Sessions()[0]

	want, err := json.Marshal(map[string]string{"token": issued.Token, "auth_link": issued.AuthLinkURL})
	if err != nil {
		t.Fatal(err)
	}

	if len(vault.writes) != 1 || vault.writes[0]["data_json_wo"] != string(want) {
		t.Errorf("stored %v", vault.writes)
	}

	if strings.Contains(a.state()+output, issued.Token) {
		t.Error("the token is in the state or in the output")
	}

	a.plan("-detailed-exitcode")
}

// Only the links of new and replaced sessions are written.
func TestScenario_linksInSecretStore(t *testing.T) {
	t.Parallel()
	needs(t, "1.11.0", "1.11.0")

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/links-in-secret-store/main.tf"))
	vault := a.vault()

	a.apply()
	a.plan("-detailed-exitcode")
	a.apply("-var", `customers={"acme":"Acme","globex":"Globex Ltd","hooli":"Hooli"}`)
	h.wantSessions(t, 4)

	var links, stored []string
	for _, s := range h.Sessions() {
		links = append(links, s.AuthLinkURL+" until 2031-03-08T12:00:00Z")
	}

	for _, write := range vault.writes {
		var secret map[string]string
		if err := json.Unmarshal([]byte(write["data_json_wo"]), &secret); err != nil {
			t.Error(err)
		}

		stored = append(stored, secret["auth_link"]+" until "+secret["valid_until"])
	}

	slices.Sort(links)
	slices.Sort(stored)

	if !slices.Equal(stored, links) {
		t.Errorf("stored %q, want %q", stored, links)
	}
}

func TestScenario_customerLife(t *testing.T) {
	t.Parallel()
	needs(t, "1.5.0", "1.6.0")

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/customer-life/main.tf"))
	files := a.files()

	csv := example(t, "scenarios/customer-life/customers.csv")
	edit := func(old, replacement string) {
		t.Helper()

		before := csv
		if csv = regexp.MustCompile(`(?m)`+old).ReplaceAllString(csv, replacement); csv == before {
			t.Fatalf("%q is not in the file:\n%s", old, csv)
		}

		a.write("customers.csv", csv)
	}
	wantLinks := func(want string) {
		t.Helper()

		if got := strings.Join(slices.Sorted(maps.Keys(files.objects)), " "); got != want {
			t.Errorf("links in %q, want %q", got, want)
		}
	}
	link := func(id string) stackonetest.Session {
		t.Helper()

		content, sessions := files.objects["./links/"+id+".txt"]["content"], h.Sessions()

		i := slices.IndexFunc(sessions, func(s stackonetest.Session) bool { return s.AuthLinkURL+"\n" == content })
		if i < 0 || sessions[i].Text("origin_owner_id") != id {
			t.Fatalf("%s has the link %q", id, content)
		}

		return sessions[i]
	}
	connect := func(s stackonetest.Session) string {
		t.Helper()

		id, err := h.ConnectCustomer(s.Token)
		if err != nil {
			t.Fatal(err)
		}

		return id
	}
	// applies returns the output. The second plan is empty.
	applies := func(want string) string {
		t.Helper()

		out := oneLine(a.apply())
		contains(t, out, want)
		a.plan("-detailed-exitcode")

		return out
	}

	// Umbrella already has an account, and gets no link.
	umbrella := h.AddAccount(stackonetest.Account{OriginOwnerID: "umbrella", OriginOwnerName: "Umbrella"})

	a.write("customers.csv", csv)
	applies("9 added, 0 changed, 0 destroyed")
	wantLinks("./links/acme.txt ./links/globex.txt ./links/hooli.txt ./links/initech.txt")

	if got := files.objects["./links/acme.txt"]["file_permission"]; got != "0600" {
		t.Errorf("the file with the link has the mode %s", got)
	}

	if s := link("initech"); s.Fields["provider"] != nil || s.Text("origin_username") != "hr@initech.example" || s.Text("origin_owner_name") != "Initech" {
		t.Errorf("an empty cell was sent: %s", s.Fields)
	}

	// Two customers connect. The others keep their links.
	acme, globex := connect(link("acme")), connect(link("globex"))

	applies("2 added, 0 changed, 4 destroyed")
	wantLinks("./links/hooli.txt ./links/initech.txt")

	for id, label := range map[string]string{acme: "acme", globex: "globex", umbrella: "umbrella"} {
		if account, _ := h.Account(id); account.Label != label {
			t.Errorf("the label of %s is %q", label, account.Label)
		}
	}

	// A renewal within the margin of two days renews the file.
	before := link("hooli")

	h.clock.Advance(5*24*time.Hour + time.Second)
	applies("4 added, 0 changed, 4 destroyed")

	if link("hooli").ID == before.ID {
		t.Error("the file has the old link")
	}

	// An account with an error is reported, and its customer gets a link.
	h.UpdateAccount(globex, func(account *stackonetest.Account) {
		account.Status, account.StatusReasons = "error", []map[string]any{{"code": "401", "description": "Password changed", "timestamp": "2031-03-01T10:00:00Z"}}
	})
	contains(t, applies("2 added, 0 changed, 0 destroyed"), "Accounts need attention: "+globex+" of globex is error, Password changed.")
	link("globex")
	h.UpdateAccount(globex, func(account *stackonetest.Account) { account.Status = "active" })
	applies("0 added, 0 changed, 2 destroyed")

	before = link("hooli")

	edit("acme,Acme,", "acme,Acme Ltd,")
	edit("hooli,Hooli,", "hooli,Hooli XYZ,")
	contains(t, applies("2 added, 1 changed, 2 destroyed"), "Changed inputs (origin_owner_name) replace session "+before.ID+".")

	if account, _ := h.Account(acme); account.OriginOwnerName != "Acme Ltd" || link("hooli").Text("origin_owner_name") != "Hooli XYZ" {
		t.Errorf("the account is %+v", account)
	}

	// Offboarding takes two steps; the link is used after it.
	old := link("initech")

	edit("^(globex.*|initech.*),$", "$1,yes")
	applies("0 added, 1 changed, 2 destroyed")
	a.keeps(h, globex)

	edit("^(globex|initech).*\n", "")
	applies("0 added, 0 changed, 1 destroyed")
	a.deleted(h, globex)

	if out := a.plan(); strings.Contains(out, "Warning") {
		t.Errorf("something is left:\n%s", out)
	}

	stranger := connect(old)
	contains(t, oneLine(a.plan()), "unless this run deletes them: "+stranger+" of initech.")

	// Without the first step, Terraform forgets the account.
	edit("^umbrella,Umbrella,,,\n", "")
	applies("0 added, 0 changed, 1 destroyed")
	a.keeps(h, umbrella)

	requests := len(h.Requests())

	a.write("customers.csv", "\ufeff"+strings.ReplaceAll(csv, "\n", "\r\n"))
	a.plan("-detailed-exitcode")

	for text, want := range map[string]string{
		strings.ReplaceAll(csv, ",", ";"):          "separated by commas. Some spreadsheets write semicolons",
		strings.Replace(csv, "contact", "mail", 1): "with the columns id, name, contact, provider_key and leaving",
		"":                              "with the columns id, name",
		csv + "soylent,Soylent,,,Yes\n": "The column leaving takes yes, or nothing.",
	} {
		a.write("customers.csv", text)

		if out := a.fails(want, "plan"); strings.Count(out, "Error: ") != 1 {
			t.Errorf("%q:\n%s", text, out)
		}
	}

	for _, r := range h.Requests()[requests:] {
		if r.Method != http.MethodGet {
			t.Errorf("a refused file has led to %s %s", r.Method, r.Path)
		}
	}
}

func TestScenario_manyCustomers(t *testing.T) {
	t.Parallel()
	needs(t, "1.7.0", "1.10.0") // for "removed" with a lifecycle

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/many-customers/main.tf"))
	file := example(t, "scenarios/many-customers/customers.csv")
	customers := strings.Count(file, "\ncustomer-")

	// apply applies each of three shards, and checks that each customer is in one of them.
	apply := func(customers int) (summaries string) {
		t.Helper()

		all := map[string]string{}

		for i := range 3 {
			a.terraform("workspace", "select", "-or-create", fmt.Sprint("shard-", i))
			summaries += regexp.MustCompile(`\d+ added, \d+ changed, \d+ destroyed`).FindString(a.apply("-var", "shards=3")) + "\n"
			a.plan("-detailed-exitcode", "-var", "shards=3")

			var links map[string]string
			if err := json.Unmarshal([]byte(a.terraform("output", "-json", "auth_links")), &links); err != nil || len(links) == 0 {
				t.Errorf("shard %d has %d customers, %v", i, len(links), err)
			}

			maps.Copy(all, links)
		}

		if len(all) != customers {
			t.Errorf("%d customers were found, want %d", len(all), customers)
		}

		return summaries
	}

	a.write("customers.csv", file)
	apply(customers)

	a.write("customers.csv", file+"customer-9,Wayne,it@wayne.example\n")

	if out := apply(customers + 1); strings.Count(out, "1 added, 0 changed, 0 destroyed") != 1 || strings.Count(out, "0 added, 0 changed, 0 destroyed") != 2 {
		t.Errorf("one more customer:\n%s", out)
	}

	// A customer who has connected needs no link.
	if _, err := h.ConnectCustomer(h.Sessions()[0].Token); err != nil {
		t.Fatal(err)
	}

	if out := apply(customers); strings.Count(out, "0 added, 0 changed, 1 destroyed") != 1 {
		t.Errorf("a connected customer:\n%s", out)
	}

	// New links by mistake are an error.
	for _, test := range []struct{ workspace, shards, want string }{
		{"shard-0", "shards=4", "This state contains shard 0 of 3, not shard 0 of 4."},
		{"shard-0", "shard=1", "This state contains shard 0 of 3, not shard 1 of 4."},
		{"default", "shards=3", "The workspace must be named shard-0 to shard-2"},
		{"shard-3", "shards=3", "The workspace must be named shard-0 to shard-2"},
	} {
		a.terraform("workspace", "select", "-or-create", test.workspace)
		a.fails(test.want, "plan", "-var", test.shards)
	}

	if created := len(h.Sessions()); created != customers+1 {
		t.Errorf("%d sessions were created, want %d", created, customers+1)
	}

	// A retired state forgets its sessions, so no destruction is warned about.
	a.terraform("workspace", "select", "shard-0")
	a.write("main.tf", "removed {\n  from = stackone_connect_session.customer\n\n  lifecycle {\n    destroy = false\n  }\n}\n")

	out := a.apply()
	contains(t, out, "0 added, 0 changed, 1 destroyed") // the terraform_data

	if strings.Contains(out, "usable") || strings.Contains(a.terraform("state", "list"), "stackone") {
		t.Errorf("the sessions were not forgotten:\n%s", out)
	}
}
