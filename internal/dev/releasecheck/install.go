package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/dev/terraformcli"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// configuration uses the release. The exact version is named because Terraform
// chooses no other version that has a suffix such as -snapshot.
const configuration = `terraform {
  required_providers {
    stackone = {
      source  = "stackonehq/stackone"
      version = "= %s"
    }
  }
}

provider "stackone" {}

resource "stackone_connect_session" "customer" {
  origin_owner_id   = "customer-1"
  origin_owner_name = "Customer One"
}
`

// install lets Terraform install the archive, as it is, and use the provider
// that is in it, from init to destroy.
func install(ctx context.Context, version, archive string) (err error) {
	w, err := terraformcli.New(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()

	if err := w.Install(archive); err != nil {
		return err
	}

	dir, err := w.Folder("release")
	if err != nil {
		return err
	}

	config := fmt.Appendf(nil, configuration, version)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), config, 0o600); err != nil {
		return err
	}

	api, err := stackonetest.Start(stackonetest.Options{})
	if err != nil {
		return err
	}
	defer api.Close()

	w.Setenv("STACKONE_API_KEY", api.APIKey())
	w.Setenv("STACKONE_BASE_URL", api.URL())

	for _, args := range [][]string{
		{"init", "-no-color"},
		{"validate", "-no-color"},
		{"apply", "-no-color", "-auto-approve"},
	} {
		if _, err := w.Run(ctx, dir, args...); err != nil {
			return err
		}
	}

	if err := seenVersion(api.Requests(), version); err != nil {
		return err
	}

	_, err = w.Run(ctx, dir, "destroy", "-no-color", "-auto-approve")

	return err
}

// seenVersion checks that the provider knows its own version, which it gets when
// it is linked: it tells the API with every request.
func seenVersion(requests []stackonetest.Request, version string) error {
	if len(requests) != 1 {
		return fmt.Errorf("the apply made %d requests, not 1", len(requests))
	}

	agent := requests[0].Header.Get("User-Agent")
	if !strings.Contains(agent, project+"/"+version) {
		return fmt.Errorf("the provider calls itself %q, without %s/%s", agent, project, version)
	}

	return nil
}
