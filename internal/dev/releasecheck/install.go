package main

import (
	"context"
	"encoding/json"
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

	if err := w.InstallArchive(archive); err != nil {
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

	schemas, err := w.Run(ctx, dir, "providers", "schema", "-json")
	if err != nil {
		return err
	}

	if err := hasResource([]byte(schemas), "stackone_connect_session"); err != nil {
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

// hasResource checks that the output of "terraform providers schema -json" has
// the resource.
func hasResource(output []byte, name string) error {
	var schemas struct {
		Providers map[string]struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}

	if err := json.Unmarshal(output, &schemas); err != nil {
		return fmt.Errorf("the schemas of the providers: %w", err)
	}

	for _, p := range schemas.Providers {
		if _, ok := p.Resources[name]; ok {
			return nil
		}
	}

	return fmt.Errorf("no provider has the resource %s", name)
}
