package provider_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// local replaces the local provider. Relative names start at dir, Terraform's working directory.
type local struct {
	provider.Provider

	dir string
}

func (l *local) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "local"
}

func (l *local) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (l *local) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (l *local) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (l *local) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &localFile{dir: l.dir} }}
}

// localFile is local_sensitive_file: every change replaces it.
type localFile struct{ dir string }

type localFileModel struct {
	Filename            string `tfsdk:"filename"`
	Content             string `tfsdk:"content"`
	FilePermission      string `tfsdk:"file_permission"`
	DirectoryPermission string `tfsdk:"directory_permission"`
}

func (f *localFile) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "local_sensitive_file"
}

func (f *localFile) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}

	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"filename":             schema.StringAttribute{Required: true, PlanModifiers: replace},
		"content":              schema.StringAttribute{Required: true, Sensitive: true, PlanModifiers: replace},
		"file_permission":      schema.StringAttribute{Required: true, PlanModifiers: replace},
		"directory_permission": schema.StringAttribute{Required: true, PlanModifiers: replace},
	}}
}

func (f *localFile) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan localFileModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.State.Raw = req.Plan.Raw

	name := filepath.Join(f.dir, plan.Filename)
	mode, _ := strconv.ParseUint(plan.FilePermission, 8, 32)
	folder, _ := strconv.ParseUint(plan.DirectoryPermission, 8, 32)

	if err := os.MkdirAll(filepath.Dir(name), os.FileMode(folder)); err != nil {
		resp.Diagnostics.AddError("Cannot create the folder", err.Error())
	} else if err := os.WriteFile(name, []byte(plan.Content), os.FileMode(mode)); err != nil {
		resp.Diagnostics.AddError("Cannot write the file", err.Error())
	}
}

func (f *localFile) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (f *localFile) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (f *localFile) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state localFileModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if err := os.Remove(filepath.Join(f.dir, state.Filename)); err != nil {
		resp.Diagnostics.AddError("Cannot remove the file", err.Error())
	}
}

func TestScenario_customerLife(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, example(t, "scenarios/customer-life/main.tf"))
	needs(t, "1.5.0", "1.6.0")
	a.serve("hashicorp/local", func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(&local{dir: a.dir})() })

	csv := example(t, "scenarios/customer-life/customers.csv")
	edit := func(old, replacement string) {
		t.Helper()

		if !strings.Contains(csv, old) {
			t.Fatalf("%q is not in the file:\n%s", old, csv)
		}

		csv = strings.Replace(csv, old, replacement, 1)
		a.write("customers.csv", csv)
	}
	files := func() string {
		found, _ := filepath.Glob(filepath.Join(a.dir, "links", "*.txt"))
		for i, file := range found {
			found[i] = strings.TrimSuffix(filepath.Base(file), ".txt")
		}

		return strings.Join(found, " ")
	}
	link := func(id string) stackonetest.Session {
		t.Helper()

		raw, err := os.ReadFile(filepath.Join(a.dir, "links", id+".txt"))
		if err != nil {
			t.Fatal(err)
		}

		sessions := h.Sessions()

		i := slices.IndexFunc(sessions, func(s stackonetest.Session) bool { return s.AuthLinkURL+"\n" == string(raw) })
		if i < 0 || sessions[i].Text("origin_owner_id") != id {
			t.Fatalf("%s has the link %q", id, raw)
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
	applies := func(want string) string {
		t.Helper()

		out := strings.Join(strings.Fields(a.apply()), " ")
		contains(t, out, want)

		return out
	}

	// Umbrella already has an account, and gets no link.
	umbrella := h.AddAccount(stackonetest.Account{OriginOwnerID: "umbrella", OriginOwnerName: "Umbrella"})

	a.write("customers.csv", csv)
	applies("9 added, 0 changed, 0 destroyed")
	a.plan("-detailed-exitcode")

	if got := files(); got != "acme globex hooli initech" {
		t.Errorf("links for %q", got)
	}

	if info, err := os.Stat(filepath.Join(a.dir, "links", "acme.txt")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the link: %v %v", info, err)
	}

	if s := link("initech"); s.Fields["provider"] != nil || s.Text("origin_username") != "hr@initech.example" || s.Text("origin_owner_name") != "Initech" {
		t.Errorf("an empty cell was sent: %s", s.Fields)
	}

	// Two customers connect. The others keep their links.
	acme, globex := connect(link("acme")), connect(link("globex"))

	applies("2 added, 0 changed, 4 destroyed")
	a.plan("-detailed-exitcode")

	if got := files(); got != "hooli initech" {
		t.Errorf("links for %q", got)
	}

	for id, label := range map[string]string{acme: "acme", globex: "globex", umbrella: "umbrella"} {
		if account, _ := h.Account(id); account.Label != label {
			t.Errorf("the label of %s is %q", label, account.Label)
		}
	}

	// A renewal within the margin of two days renews the file.
	before := link("hooli")

	h.clock.Advance(5*24*time.Hour + time.Second)
	applies("4 added, 0 changed, 4 destroyed")
	a.plan("-detailed-exitcode")

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

	edit("workday,\n", "workday,yes\n")
	edit("hr@initech.example,,\n", "hr@initech.example,,yes\n")
	applies("0 added, 1 changed, 2 destroyed")

	if _, found := h.Account(globex); !found {
		t.Error("the first step has deleted the account")
	}

	csv = regexp.MustCompile("(?m)^(globex|initech).*\n").ReplaceAllString(csv, "")
	a.write("customers.csv", csv)
	applies("0 added, 0 changed, 1 destroyed")

	if _, found := h.Account(globex); found {
		t.Error("the second step has not deleted the account")
	}

	if out := a.plan("-detailed-exitcode"); strings.Contains(out, "Warning") {
		t.Errorf("something is left:\n%s", out)
	}

	stranger := connect(old)
	contains(t, strings.Join(strings.Fields(a.plan()), " "), "unless this run deletes them: "+stranger+" of initech.")

	// Without the first step, Terraform forgets the account.
	edit("umbrella,Umbrella,,,\n", "")
	applies("0 added, 0 changed, 1 destroyed")

	if _, found := h.Account(umbrella); !found {
		t.Error("a lost row has deleted an account")
	}

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

		out, err := a.try("plan", "-no-color")
		if out = strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " "); err == nil || strings.Count(out, "Error: ") != 1 || !strings.Contains(out, want) {
			t.Errorf("%q: %v\n%s", text, err, out)
		}
	}

	for _, r := range h.Requests()[requests:] {
		if r.Method != http.MethodGet {
			t.Errorf("a refused file has led to %s %s", r.Method, r.Path)
		}
	}
}
