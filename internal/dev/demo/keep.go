package main

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// exported are the variables with which Terraform works as in the demo, in any
// folder.
var exported = []string{"STACKONE_API_KEY", "STACKONE_BASE_URL", "TF_CLI_CONFIG_FILE"}

// keepRunning tells how to go on by hand and keeps the stand-in until ctx ends.
func (d *demo) keepRunning(ctx context.Context) {
	d.kept = true
	d.heading("Going on by hand")
	d.say("The stand-in keeps running, with a key of its own. In another terminal:\n")

	environ := d.terraform.Environ()
	for _, name := range exported {
		d.say("  %s", export(runtime.GOOS, name, variable(environ, name)))
	}

	command := d.command
	if path := d.terraform.Terraform(); strings.HasPrefix(path, d.terraform.Root()) {
		command = quote(runtime.GOOS, path) // downloaded for the demo
	}

	d.say("  cd %s", quote(runtime.GOOS, d.dir))
	d.say("\nThere, try for example:\n")

	for _, line := range []string{"output -json auth_links", "plan -var link_valid_days=7", "destroy"} {
		d.say("  %s %s", command, line)
	}

	d.say("\nTo play a customer, open a link in a browser and press a button, after which the")
	d.say("account is there to be found. The link of acme:\n")
	d.say("  %s", d.issuedLinks()["acme"])
	d.say("\nWithout a browser:\n")
	d.say("  %s", opening(runtime.GOOS, d.api.URL(), d.issuedLinks()["acme"]))
	d.say("\nWith the same three variables, any other folder with a configuration of your own")
	d.say("works as well, after %s init.", command)
	d.say("\nCtrl-C stops the stand-in. The folder stays: %s", d.terraform.Root())

	<-ctx.Done()
	d.say("\nThe stand-in has stopped. Remove the folder when you are done: %s", filepath.Clean(d.terraform.Root()))
}

func variable(environ []string, name string) string {
	for _, v := range environ {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}

	return ""
}

// export is the line that sets a variable in the shell of an operating system:
// PowerShell on Windows, a POSIX shell elsewhere.
func export(goos, name, value string) string {
	if goos == "windows" {
		return "$env:" + name + " = " + quote(goos, value)
	}

	return "export " + name + "=" + quote(goos, value)
}

// opening is the command by which the stand-in at a URL lets the customer of a
// link connect.
func opening(goos, url, link string) string {
	curl := "curl"
	if goos == "windows" {
		curl = "curl.exe" // PowerShell has another command by that name
	}

	return curl + " --data-urlencode " + quote(goos, "link="+link) + " " + url + stackonetest.ConnectPath
}

// quote makes s one word of that shell.
func quote(goos, s string) string {
	if goos == "windows" {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}

	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
