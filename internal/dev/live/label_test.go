package main

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

const labelledID = "GnQoASvosYhE5wJcmmAQs"

func TestRun_setsTheLabelBack(t *testing.T) {
	t.Parallel()

	// first tells whether a request is the first change of the run.
	first := func() func(*http.Request) bool {
		done := false

		return func(req *http.Request) bool {
			is := req.Method == http.MethodPatch && !done
			done = done || is

			return is
		}
	}

	lost := first()

	for name, c := range map[string]struct {
		label string
		o     options
		code  int
		want  string
	}{
		"a label":     {label: "Acme in Paris", code: exitGood},
		"no label":    {code: exitGood},
		"blanks":      {label: " \t ", code: exitGood},
		"spaces":      {label: " Acme  ", code: exitGood},
		"interrupted": {label: "Acme in Paris", o: options{interrupts: first()}, code: exitBad, want: "interrupted"},
		// The client repeats the change.
		"a lost answer": {label: "Acme in Paris", code: exitGood, o: options{edit: func(req *http.Request, resp *http.Response) {
			if lost(req) {
				answerInstead("", 502, "<html>")(req, resp)
			}
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := stackonetest.New(t, stackonetest.Options{})
			s.AddAccount(stackonetest.Account{ID: "another", Label: "another"})
			s.AddAccount(stackonetest.Account{ID: labelledID, Label: c.label})

			c.o.args = []string{"-mode", "account", "-account", labelledID}
			got := examineStandIn(t, s, c.o)

			if account, _ := s.Account(labelledID); account.Label != c.label {
				t.Errorf("the label is %q", account.Label)
			}

			if account, _ := s.Account("another"); account.Label != "another" {
				t.Errorf("the label of another account is %q", account.Label)
			}

			changes := 0

			for _, r := range s.Requests() {
				if r.Method == http.MethodGet {
					continue
				}

				changes++

				if _, labels := r.Fields["label"]; r.Method != http.MethodPatch || r.Path != "/accounts/"+labelledID || len(r.Fields) != 1 || !labels {
					t.Errorf("%s %s with %d fields", r.Method, r.Path, len(r.Fields))
				}
			}

			if changes < 2 || got.code != c.code || !strings.Contains(got.stderr, c.want) {
				t.Errorf("%d changes, exit code %d\n%s%s", changes, got.code, got.stdout, got.stderr)
			}

			if files := savedLabels(t, got); len(files) > 0 {
				t.Errorf("it leaves %q", files)
			}

			if strings.TrimSpace(c.label) != "" && strings.Contains(got.stdout+got.stderr+got.markdown, c.label) || strings.Contains(got.stdout+got.stderr+got.markdown, labelledID) {
				t.Error("it tells the label or the identifier")
			}
		})
	}
}

func TestRun_keepsALabelThatCannotBeSetBack(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.AddAccount(stackonetest.Account{ID: labelledID, Label: "Acme in Paris"})

	changes := 0

	s.OnRequest(func(_ int, r stackonetest.Request) *stackonetest.Fault {
		if r.Method == http.MethodPatch {
			changes++
		}

		if r.Method == http.MethodPatch && changes > 1 {
			return &stackonetest.Fault{Status: http.StatusForbidden, ContentType: "application/json", Body: `{"statusCode":403,"message":"Forbidden resource"}`}
		}

		return nil
	})

	got := examineStandIn(t, s, options{args: []string{"-mode", "account", "-account", labelledID}})

	files := savedLabels(t, got)
	if len(files) != 1 || got.code != exitBad || !strings.Contains(got.stderr, "It is in "+files[0]+",") || !strings.Contains(got.stderr, "--data @"+files[0]) {
		t.Fatalf("exit code %d, %q, %q", got.code, got.stderr, files)
	}

	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", info, err)
	}

	if body, err := os.ReadFile(files[0]); err != nil || string(body) != `{"label":"Acme in Paris"}` {
		t.Errorf("it holds %s, %v", body, err)
	}

	// The report tells what was seen.
	if text := got.stdout + got.stderr + got.markdown; strings.Contains(text, "Acme") || strings.Contains(text, labelledID) || !strings.Contains(got.markdown, "the old label, set back | **otherwise**") {
		t.Error(text)
	}
}

func TestRun_changesNothingThatItCannotSave(t *testing.T) {
	t.Parallel()

	s := stackonetest.New(t, stackonetest.Options{})
	s.AddAccount(stackonetest.Account{ID: labelledID, Label: "Acme in Paris"})

	got := examineStandIn(t, s, options{args: []string{"-mode", "account", "-account", labelledID, "-report", filepath.Join(t.TempDir(), "none", "report.md")}})

	for _, r := range s.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}

	if got.code != exitBad || !strings.Contains(got.stderr, "nothing was changed") {
		t.Errorf("exit code %d, %q", got.code, got.stderr)
	}
}

// answeredLabel changes how the label of an account is answered.
func answeredLabel(change edit) edit {
	return func(req *http.Request, resp *http.Response) {
		if req.URL.Path == "/accounts/"+labelledID {
			change(req, resp)
		}
	}
}

func TestRun_changesNoLabelThatItCannotRead(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]edit{
		"absent":     onEach("label", func(account map[string]any) { delete(account, "label") }),
		"an object":  set("label", map[string]any{"text": "Acme in Paris"}),
		"a list":     set("label", []any{"Acme in Paris"}),
		"a number":   set("label", 12),
		"no Unicode": answerInstead("", http.StatusOK, `{"id":"`+labelledID+`","label":"Acme \ud83d"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := stackonetest.New(t, stackonetest.Options{})
			s.AddAccount(stackonetest.Account{ID: labelledID, Label: "Acme in Paris"})

			got := examineStandIn(t, s, options{args: []string{"-mode", "account", "-account", labelledID}, edit: answeredLabel(change)})

			if account, _ := s.Account(labelledID); account.Label != "Acme in Paris" {
				t.Errorf("the label is %q", account.Label)
			}

			for _, r := range s.Requests() {
				if r.Method != http.MethodGet {
					t.Errorf("%s %s", r.Method, r.Path)
				}
			}

			if got.code != exitBad || !strings.HasSuffix(got.stderr, "so nothing was changed.\n") || strings.Contains(got.stderr, "Acme") || got.markdown != "" {
				t.Errorf("exit code %d, %q", got.code, got.stderr)
			}
		})
	}
}

// Once the label was changed, an answer that does not tell it proves nothing.
func TestRun_keepsALabelThatMayNotBeSetBack(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]edit{
		"absent":          onEach("label", func(account map[string]any) { delete(account, "label") }),
		"an object":       set("label", map[string]any{}),
		"blank":           set("label", " "),
		"another account": set("id", "another"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := stackonetest.New(t, stackonetest.Options{})
			s.AddAccount(stackonetest.Account{ID: labelledID})

			var patched atomic.Bool

			got := examineStandIn(t, s, options{args: []string{"-mode", "account", "-account", labelledID}, edit: answeredLabel(func(req *http.Request, resp *http.Response) {
				patched.CompareAndSwap(false, req.Method == http.MethodPatch)

				if patched.Load() && req.Method == http.MethodGet {
					change(req, resp)
				}
			})})

			files := savedLabels(t, got)
			if len(files) != 1 || got.code != exitBad || !strings.Contains(got.stderr, "could not be set back") {
				t.Fatalf("exit code %d, %q, %q", got.code, got.stderr, files)
			}

			if body, err := os.ReadFile(files[0]); err != nil || string(body) != `{"label":null}` {
				t.Errorf("it holds %s, %v", body, err)
			}
		})
	}
}

func savedLabels(t *testing.T, got result) []string {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(got.folder, "live-old-label-*"))
	if err != nil {
		t.Fatal(err)
	}

	return files
}
