package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// errStopped is how a demo ends that was told to stop.
var errStopped = errors.New("the demo was stopped before its end")

// advise adds to an error what the user can do about it.
func advise(err error, advice string) error { return fmt.Errorf("%w\n\n%s", err, advice) }

func onPath(lookPath func(string) (string, error), name string) bool {
	_, err := lookPath(name)
	return err == nil
}

// commandName is how a user calls the Terraform at path.
func commandName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

func (d *demo) commandLine(args []string) string { return d.command + " " + strings.Join(args, " ") }

// authConfigs are what is set up at the stand-in, so that each customer of the
// example has something to choose from.
func authConfigs() []stackonetest.AuthConfig {
	var configs []stackonetest.AuthConfig
	for _, c := range []struct {
		key, label string
		categories []string
	}{
		{"bamboohr", "BambooHR", []string{"hris"}},
		{"workday", "Workday", []string{"hris", "ats"}},
		{"greenhouse", "Greenhouse", []string{"ats"}},
		{"salesforce", "Salesforce", []string{"crm"}},
		{"hubspot", "HubSpot", []string{"crm", "marketing"}},
		{"slack", "Slack", []string{"messaging"}},
	} {
		configs = append(configs, stackonetest.AuthConfig{
			ID: "demo-" + c.key, Name: c.label, ConnectorKey: c.key, ConnectorLabel: c.label, Categories: c.categories, Default: true,
		})
	}

	return configs
}

// accountOfAnother is an account of a customer that the example does not have, so
// that what reads accounts finds one before any link was opened.
func accountOfAnother() stackonetest.Account {
	return stackonetest.Account{
		Provider: "bamboohr", ProviderName: "BambooHR", OriginOwnerID: "umbrella", OriginOwnerName: "Umbrella", OriginUsername: "admin@umbrella.example", Label: "Umbrella's people",
	}
}

// copyExample copies the files of a folder of examples to dir.
func copyExample(examples fs.FS, name, dir string) error {
	folder, err := fs.Sub(examples, name)
	return errors.Join(err, os.CopyFS(dir, folder))
}
