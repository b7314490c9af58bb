package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// fakeTerraform does what the demo expects of Terraform, without Terraform. Its
// fields say what it does wrong.
type fakeTerraform struct {
	root   string
	env    map[string]string
	links  map[string]string
	closed bool

	owners   []string            // the customers that apply makes sessions for
	fail     map[string]int      // exit codes, by the first argument
	calls    map[string][]string // customers of further requests, by the first argument
	change   func(links map[string]string)
	replies  map[string]string // what is printed instead, by the first argument
	during   func(args []string)
	buildErr error
	closeErr error
}

func newFake(t *testing.T) *fakeTerraform {
	t.Helper()
	return &fakeTerraform{root: filepath.Join(t.TempDir(), "workspace"), env: map[string]string{"TF_CLI_CONFIG_FILE": "/it's/terraform.tfrc"}, owners: []string{"acme", "globex", "initech"}}
}

func (f *fakeTerraform) BuildProvider(context.Context) (string, error) { return "", f.buildErr }
func (f *fakeTerraform) Setenv(key, value string)                      { f.env[key] = value }
func (f *fakeTerraform) Root() string                                  { return f.root }
func (f *fakeTerraform) Terraform() string                             { return "/usr/bin/tofu" }

func (f *fakeTerraform) Environ() []string {
	var environ []string
	for key, value := range f.env {
		environ = append(environ, key+"="+value)
	}

	return environ
}

func (f *fakeTerraform) Folder(name string) (string, error) {
	dir := filepath.Join(f.root, name)
	return dir, os.MkdirAll(dir, 0o755)
}

func (f *fakeTerraform) Close() error {
	f.closed = true
	return f.closeErr
}

func (f *fakeTerraform) Exec(ctx context.Context, dir string, out io.Writer, args ...string) (int, error) {
	command := args[0]
	if len(args) > 1 && (args[1] == "-destroy" || args[1] == "-detailed-exitcode" || args[1] == "removal.tfplan") {
		command += " " + args[1]
	}

	if f.during != nil {
		f.during(args)
	}

	if ctx.Err() != nil {
		return 0, ctx.Err()
	}

	if _, err := os.Stat(filepath.Join(dir, "main.tf")); err != nil {
		return 0, fmt.Errorf("the example is not there: %w", err)
	}

	if command == "apply" {
		f.links = map[string]string{}
		for _, owner := range f.owners {
			link, err := f.post(ctx, owner)
			if err != nil {
				return 0, err
			}

			f.links[owner] = link
		}

		if f.change != nil {
			f.change(f.links)
		}
	}

	for _, owner := range f.calls[command] {
		if _, err := f.post(ctx, owner); err != nil {
			return 0, err
		}
	}

	reply, ok := f.replies[command]
	if !ok {
		reply = f.reply(command)
	}

	_, err := fmt.Fprint(out, reply)

	return f.fail[command], err
}

func (f *fakeTerraform) reply(command string) string {
	switch command {
	case "plan":
		return "  # stackone_connect_session.customer[\"acme\"] will be created\n  \x1b[32m+\x1b[0m resource {\n    }\n\n\x1b[1mPlan:\x1b[0m 3 to add\n"
	case "apply":
		return "Apply complete! 3 added\n\nOutputs:\n\nauth_links = <sensitive>\n"
	case "output":
		links, err := json.Marshal(f.links)
		if err != nil {
			return err.Error()
		}

		return string(links)
	case "plan -detailed-exitcode":
		return "\x1b[1mNo changes.\x1b[0m Nothing to do.\n"
	case "apply removal.tfplan":
		return "Warning: The links stay usable\n"
	}

	return ""
}

// post makes a session as the provider does, and returns its link.
func (f *fakeTerraform) post(ctx context.Context, owner string) (string, error) {
	body, err := json.Marshal(map[string]any{"origin_owner_id": owner, "origin_owner_name": strings.ToUpper(owner), "categories": []string{"hris"}})
	if err != nil {
		return "", err
	}

	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.env["STACKONE_BASE_URL"]+"/connect_sessions", bytes.NewReader(body))
	if err != nil {
		return "", err
	}

	r.SetBasicAuth(f.env["STACKONE_API_KEY"], "")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "demo-test")

	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}

	defer func() { _ = answer.Body.Close() }()

	var session struct {
		Link string `json:"auth_link_url"`
	}

	return session.Link, json.NewDecoder(answer.Body).Decode(&session)
}

// machine is everything outside the demo, with a fake Terraform.
func machine(f *fakeTerraform) outside {
	return outside{
		lookPath:  func(name string) (string, error) { return "/usr/bin/" + name, nil },
		workspace: func(context.Context) (terraform, error) { return f, nil },
		standIn:   stackonetest.Start,
	}
}

// inOrder reports the first part that is not in text after the parts before it.
func inOrder(text string, parts ...string) (missing string, ok bool) {
	for _, part := range parts {
		_, after, found := strings.Cut(text, part)
		if !found {
			return part, false
		}

		text = after
	}

	return "", true
}

func TestInOrder(t *testing.T) {
	t.Parallel()

	if missing, ok := inOrder("abc", "a", "c", "b"); ok || missing != "b" {
		t.Errorf("inOrder() = %q, %v", missing, ok)
	}

	if _, ok := inOrder("abc", slices.Collect(strings.SplitSeq("a b c", " "))...); !ok {
		t.Error("inOrder() does not find what is there")
	}
}
