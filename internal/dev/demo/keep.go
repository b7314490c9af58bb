package main

import (
	"context"
	"runtime"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// newFake starts a fake. If hub is set, its auth links open a local page.
func newFake(hub bool) (*stackonetest.Server, error) {
	s, err := stackonetest.Start(stackonetest.Options{Customers: hub})
	if err != nil {
		return nil, err
	}

	for _, c := range []stackonetest.Connector{
		{Key: "bamboohr", Name: "BambooHR", Categories: []string{"hris"}},
		{Key: "workday", Name: "Workday", Categories: []string{"hris", "ats"}},
		{Key: "greenhouse", Name: "Greenhouse", Categories: []string{"ats"}},
		{Key: "salesforce", Name: "Salesforce", Categories: []string{"crm"}},
	} {
		c.ReleaseStage, c.Authentication = "ga", []stackonetest.Authentication{{Key: "oauth2", Type: "oauth2", Label: "OAuth"}}
		s.AddConnector(c)
		s.AddConnectorProfile(stackonetest.ConnectorProfile{
			ID: "demo-" + c.Key, Name: c.Name, ConnectorKey: c.Key, ConnectorLabel: c.Name, Categories: c.Categories, Default: true,
		})
	}

	s.AddAccount(stackonetest.Account{Provider: "bamboohr", ProviderName: "BambooHR", OriginOwnerID: "umbrella", OriginOwnerName: "Umbrella", Label: "Umbrella"})

	return s, nil
}

func (d *demo) keepRunning(ctx context.Context) {
	d.heading("Try it by hand")
	d.say("The fake keeps running. In another terminal, set these variables:\n")

	export := "  export %s='%s'"
	if runtime.GOOS == "windows" {
		export = "  $env:%s = '%s'"
	}

	for _, variable := range d.workspace.Environ() {
		switch name, value, _ := strings.Cut(variable, "="); name {
		case "STACKONE_API_KEY", "STACKONE_BASE_URL", "TF_CLI_CONFIG_FILE":
			d.say(export, name, value)
		}
	}

	d.say("\nThen go to the folder and change something:\n")
	d.say("  cd '%s'", d.dir)
	d.say("  %s plan -var link_valid_days=7", d.command())
	d.say("\nThe variables also work for a configuration of your own, after %s init.", d.command())
	d.say("\nTo play the customer, open Acme's link in a browser and choose a connector:\n")
	d.say("  %s", d.issued()["acme"])
	d.say("\nOr without a browser:\n")
	d.say("  curl --data-urlencode 'link=%s' %s%s", d.issued()["acme"], d.api.URL(), stackonetest.ConnectPath)
	d.say("\nThe page %s/ lists the open links and the accounts.", d.api.URL())
	d.say("\nPress Ctrl-C to stop the fake.")

	<-ctx.Done()
	d.say("\nThe fake has stopped. You can remove %s\nMake may now report an error, which means nothing.", d.workspace.Root())
}
