package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terminalsvg"
)

func textOf(lines []terminalsvg.Line) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line.String() + "\n")
	}

	return b.String()
}

func TestExcerptTakesWhatIsTheSameInEveryRun(t *testing.T) {
	t.Parallel()

	lines, err := excerpt(
		"Terraform will:\n\n  # stackone_connect_session.customer[\"acme\"] will be created\n  + resource {\n      + a = 1\n    }\n\n"+
			"  # stackone_connect_session.customer[\"globex\"] will be created\n  + resource {\n    }\n\n\x1b[1mPlan:\x1b[0m 3 to add\n\nSaved to x\n",
		"x: Creation complete after 7s [id=4]\n\nApply complete! 3 added\n\nOutputs:\n\nauth_links = <sensitive>\nlinks_valid_until = {}\n",
		"x: Refreshing state...\n\nNo changes. All is well.\n\nTofu has compared.\n",
	)
	if err != nil {
		t.Fatal(err)
	}

	want := `$ terraform plan
  # stackone_connect_session.customer["acme"] will be created
  + resource {
      + a = 1
    }
    … and two more

Plan: 3 to add

$ terraform apply
Apply complete! 3 added
auth_links = <sensitive>

$ terraform plan
No changes. All is well.
`
	if got := textOf(lines); got != want {
		t.Errorf("excerpt() is\n%s\nwant\n%s", got, want)
	}
}

func TestExcerptSaysWhatIsMissing(t *testing.T) {
	t.Parallel()

	if _, err := excerpt("Plan: 3", "Apply complete!\nauth_links = <sensitive>", "No changes."); err == nil || !strings.Contains(err.Error(), `"  # stackone_connect_session."`) {
		t.Errorf("excerpt() without a session = %v", err)
	}

	if _, err := excerpt("  # stackone_connect_session.x\n    }\nPlan: 3", "Apply complete!\nauth_links = <sensitive>", "Changes."); err == nil || !strings.Contains(err.Error(), `"No changes."`) {
		t.Errorf("excerpt() with changes = %v", err)
	}
}

func TestRunDrawsThePicture(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "demo.svg")
	if err := run(t.Context(), options{picture: file, out: new(bytes.Buffer)}, machine(newFake(t))); err != nil {
		t.Fatal(err)
	}

	picture, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	if !strings.HasPrefix(string(picture), "<svg ") || !strings.Contains(string(picture), `<tspan class="g">+</tspan>`) {
		t.Errorf("the picture is\n%s", picture)
	}

	missing := filepath.Join(t.TempDir(), "missing", "demo.svg")
	if err := run(t.Context(), options{picture: missing, out: new(bytes.Buffer)}, machine(newFake(t))); !os.IsNotExist(err) && (err == nil || !strings.Contains(err.Error(), missing)) {
		t.Errorf("run() with a picture in a folder that does not exist = %v", err)
	}
}
