package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-version"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// The steps of the real Terraform, as the table of facts names them.
const (
	stepApply      = "apply"
	stepSecondPlan = "second plan"
	stepRenewal    = "renewal"
	stepEphemeral  = "ephemeral resource"
	stepDestroy    = "destroy"
)

// untilRenewal is after how long the session of sessionModule is surely due.
const untilRenewal = 2 * time.Second

// sessionModule makes a session. With the variable renew it is due for renewal a
// second after its creation.
const sessionModule = `terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}

variable "renew" {
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

const ephemeralModule = `terraform {
  required_providers {
    stackone = { source = "stackonehq/stackone" }
  }
}

ephemeral "stackone_connect_session" "check" {
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

// runTerraform has the real Terraform use the provider once, and tells which steps
// did what they should. What Terraform writes is dropped: it names what is in the
// project. The error is for a Terraform that cannot be run at all.
func runTerraform(ctx context.Context, find func(context.Context) (*terraformcli.Workspace, error), clock stackone.Clock, base string, key stackone.Secret) (worked map[string]bool, err error) {
	w, err := find(ctx)
	if err != nil {
		return nil, err
	}

	defer func() { err = errors.Join(err, w.Close()) }()

	w.Setenv("STACKONE_API_KEY", key.Reveal())
	w.Setenv("STACKONE_BASE_URL", base)

	if _, err := w.BuildProvider(ctx); err != nil {
		return nil, err
	}

	worked = map[string]bool{}
	if err := runSession(ctx, w, clock, worked); err != nil {
		return nil, err
	}

	return worked, runEphemeral(ctx, w, worked)
}

func runSession(ctx context.Context, w *terraformcli.Workspace, clock stackone.Clock, worked map[string]bool) error {
	dir, err := module(ctx, w, "session", sessionModule)
	if err != nil {
		return err
	}

	worked[stepApply] = exitCode(ctx, w, dir, "apply", "-auto-approve") == 0
	if !worked[stepApply] {
		return nil
	}

	worked[stepSecondPlan] = exitCode(ctx, w, dir, "plan", "-detailed-exitcode") == 0

	before, errBefore := w.Run(ctx, dir, "output", "-raw", "id")
	// A policy that changes is settled by one apply, and followed by the next.
	settled := exitCode(ctx, w, dir, "apply", "-auto-approve", "-var", "renew=true") == 0

	if err := clock.Sleep(ctx, untilRenewal); err != nil {
		return err
	}

	applied := exitCode(ctx, w, dir, "apply", "-auto-approve", "-var", "renew=true") == 0
	after, errAfter := w.Run(ctx, dir, "output", "-raw", "id")

	worked[stepRenewal] = errBefore == nil && errAfter == nil && settled && applied && before != after
	worked[stepDestroy] = exitCode(ctx, w, dir, "destroy", "-auto-approve") == 0

	return ctx.Err()
}

// runEphemeral leaves its step untried where Terraform knows no ephemeral resources.
func runEphemeral(ctx context.Context, w *terraformcli.Workspace, worked map[string]bool) error {
	raw, err := w.Run(ctx, w.Root(), "version", "-json")
	if err != nil {
		return err
	}

	var told struct {
		Version string `json:"terraform_version"`
	}

	if err := json.Unmarshal([]byte(raw), &told); err != nil {
		return fmt.Errorf("reading the version of Terraform: %w", err)
	}

	first := "1.10.0"
	if w.IsOpenTofu() {
		first = "1.11.0"
	}

	if v, err := version.NewVersion(told.Version); err != nil || v.Core().LessThan(version.Must(version.NewVersion(first))) {
		return err
	}

	dir, err := module(ctx, w, "ephemeral", ephemeralModule)
	if err != nil {
		return err
	}

	worked[stepEphemeral] = exitCode(ctx, w, dir, "apply", "-auto-approve") == 0

	return ctx.Err()
}

// module makes and initialises a folder with a configuration.
func module(ctx context.Context, w *terraformcli.Workspace, name, configuration string) (string, error) {
	dir, err := w.Folder(name)
	if err != nil {
		return "", err
	}

	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return "", err
	}

	_, err = w.Run(ctx, dir, "init")

	return dir, err
}

// exitCode runs a command whose output nobody is to see; -1 stands for one that did
// not come to its end.
func exitCode(ctx context.Context, w *terraformcli.Workspace, dir string, args ...string) int {
	err := w.Command(ctx, dir, args...).Run()

	var exit *exec.ExitError

	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}

	return -1
}
