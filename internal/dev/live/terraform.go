package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
)

// The steps of the real Terraform, as the table of facts names them.
const (
	stepApply      = "apply"
	stepSecondPlan = "second plan"
	stepRenewal    = "renewal"
	stepEphemeral  = "ephemeral resource"
	stepDestroy    = "destroy"
)

// untilRenewal is after how long the session of sessionModule is surely due, when
// StackOne's clock agrees with the local one.
const untilRenewal = 2 * time.Second

// requirements begin each module.
const requirements = `terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}
`

// sessionModule makes a session. With the variable renew it is due for renewal a
// second after its creation.
const sessionModule = `variable "renew" {
  type    = bool
  default = false
}

resource "stackone_connect_session" "check" {
  origin_owner_id       = "` + ownerID + `"
  origin_owner_name     = "` + ownerName + `"
  type                  = "test"
  expires_in            = 60
  recreate_when_expired = var.renew ? true : null
  early_renewal_seconds = var.renew ? 59 : null
}

output "id" {
  value = stackone_connect_session.check.id
}
`

const ephemeralModule = `ephemeral "stackone_connect_session" "check" {
  origin_owner_id   = "` + ownerID + `"
  origin_owner_name = "` + ownerName + `"
  type              = "test"
  expires_in        = 60

  lifecycle {
    postcondition {
      condition     = self.token != null
      error_message = "The session has no token."
    }
  }
}
`

// runTerraform has the real Terraform use the provider once, and keeps of each step
// why it did not do what it should. The error is for a Terraform that cannot be run
// at all.
func (p *prober) runTerraform(ctx context.Context, find func(context.Context) (*terraformcli.Workspace, error)) (err error) {
	w, err := find(ctx)
	if err != nil {
		return err
	}

	defer func() { err = errors.Join(err, w.Close()) }()

	w.Setenv("STACKONE_API_KEY", p.key.Reveal())
	w.Setenv("STACKONE_BASE_URL", p.base.String())

	if _, err := w.BuildProvider(ctx); err != nil {
		return err
	}

	p.evidence.terraform = map[string]string{}

	if err := p.runSession(ctx, w, p.evidence.terraform); err != nil {
		return err
	}

	return runEphemeral(ctx, w, p.evidence.terraform)
}

func (p *prober) runSession(ctx context.Context, w *terraformcli.Workspace, failures map[string]string) error {
	dir, err := module(ctx, w, "session", sessionModule)
	if err != nil {
		return err
	}

	failures[stepApply] = failure(ctx, w, dir, "apply", "-auto-approve")
	if failures[stepApply] != "" {
		return ctx.Err()
	}

	failures[stepSecondPlan] = failure(ctx, w, dir, "plan", "-detailed-exitcode")

	before, errBefore := w.Run(ctx, dir, "output", "-raw", "id")
	// A policy that changes is settled by one apply, and followed by the next.
	settled := failure(ctx, w, dir, "apply", "-auto-approve", "-var", "renew=true")

	// The session begins by StackOne's clock and is due by the local one.
	if err := p.recorder.clock.Sleep(ctx, untilRenewal+p.evidence.ahead()); err != nil {
		return err
	}

	renewed := cmp.Or(settled, failure(ctx, w, dir, "apply", "-auto-approve", "-var", "renew=true"))
	after, errAfter := w.Run(ctx, dir, "output", "-raw", "id")

	if renewed == "" && (errBefore != nil || errAfter != nil || before == after) {
		renewed = "the session is the same as before"
	}

	failures[stepRenewal] = renewed
	failures[stepDestroy] = failure(ctx, w, dir, "destroy", "-auto-approve")

	return ctx.Err()
}

// runEphemeral leaves its step untried where Terraform knows no ephemeral resources,
// and thus refuses the module.
func runEphemeral(ctx context.Context, w *terraformcli.Workspace, failures map[string]string) error {
	if dir, err := module(ctx, w, "ephemeral", ephemeralModule); err == nil {
		failures[stepEphemeral] = failure(ctx, w, dir, "apply", "-auto-approve")
	}

	return ctx.Err()
}

// module makes and initialises a folder with a configuration.
func module(ctx context.Context, w *terraformcli.Workspace, name, configuration string) (string, error) {
	dir, err := w.Folder(name)
	if err != nil {
		return "", err
	}

	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(requirements+configuration), 0o600); err != nil {
		return "", err
	}

	_, err = w.Run(ctx, dir, "init")

	return dir, err
}

// failure runs a command and says why it failed, "" when it did not: with the
// summaries of the errors, of which harmless leaves the words, and the status that
// StackOne answered.
func failure(ctx context.Context, w *terraformcli.Workspace, dir string, args ...string) string {
	var out bytes.Buffer

	cmd := w.Command(ctx, dir, append([]string{args[0], "-json"}, args[1:]...)...)
	cmd.Stdout = &out

	err := cmd.Run()
	if err == nil {
		return ""
	}

	reasons := []string{"it did not come to its end"}

	var exit *exec.ExitError
	if errors.As(err, &exit) {
		reasons[0] = fmt.Sprintf("exit code %d", exit.ExitCode())
	}

	for line := range bytes.Lines(out.Bytes()) {
		var told struct {
			Diagnostic struct {
				Severity string `json:"severity"`
				Summary  string `json:"summary"`
				Detail   string `json:"detail"`
			} `json:"diagnostic"`
		}

		if json.Unmarshal(line, &told) == nil && told.Diagnostic.Severity == "error" {
			reasons = append(reasons, harmless(told.Diagnostic.Summary))

			if status := statusInDetail.FindString(told.Diagnostic.Detail); status != "" {
				reasons = append(reasons, status)
			}
		}
	}

	return strings.Join(reasons, ": ")
}

var (
	// plainWord is a word of a sentence. Identifiers and tokens have capitals or digits
	// within, or are longer.
	plainWord      = regexp.MustCompile(`^["'(]?([A-Za-z]?[a-z'-]{0,15}|StackOne|API)["').,:;]*$`)
	statusInDetail = regexp.MustCompile(`Status: [1-5][0-9]{2}\b`)
)

// harmless replaces what is no plain word.
func harmless(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		if !plainWord.MatchString(word) {
			words[i] = hidden
		}
	}

	return strings.Join(words, " ")
}
