// Command terraform-provider-stackone is the Terraform provider for StackOne. Terraform starts it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// version is set at build time, without a leading "v".
var version = "dev"

const address = "registry.terraform.io/stackonehq/stackone"

// Terraform sets magicCookie when it starts a provider.
const magicCookie = "TF_PLUGIN_MAGIC_COOKIE"

const help = `This is the Terraform provider for StackOne, ` + address + `.
Terraform or OpenTofu starts it: name source = "stackonehq/stackone" under required_providers, and run "terraform init".
`

func main() {
	// Go's HTTP client logs invalid responses, which may contain a token, to the standard logger.
	log.SetOutput(io.Discard)

	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr, serve))
}

// run returns the exit code. Without Terraform or a flag, it prints help.
func run(args []string, getenv func(string) string, stdout, stderr io.Writer, serve func(attach bool) error) int {
	flags := flag.NewFlagSet("terraform-provider-stackone", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {}

	attach := flags.Bool("debug", false, "serve for a debugger, and print how Terraform can attach")
	show := flags.Bool("version", false, "print the version")

	err := flags.Parse(args)

	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(stdout, help)
		return 0
	case err != nil:
		_, _ = io.WriteString(stderr, help)
		return 2
	case *show:
		_, _ = fmt.Fprintf(stdout, "terraform-provider-stackone %s\n%s\n", version, address)
		return 0
	case !*attach && getenv(magicCookie) == "":
		_, _ = io.WriteString(stderr, help)
		return 1
	}

	if err := serve(*attach); err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}

	return 0
}

// serve serves Terraform until the process is ended. With attach, it prints how Terraform
// can attach, and logs at every level.
func serve(attach bool) error {
	var options []tf6server.ServeOpt

	if attach {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		// A canceled job sends SIGTERM to Terraform and its providers alike. Terraform then
		// stops its providers, as after SIGINT, which go-plugin ignores.
		signal.Ignore(syscall.SIGTERM)

		if err := plugin.LimitLogging(os.Getenv, os.Setenv); err != nil {
			return err
		}
	}

	plugin.RelaxCollector(os.Getenv)

	return tf6server.Serve(address, func() tfprotov6.ProviderServer {
		return plugin.NewServer(provider.New(provider.Options{Version: version}))
	}, options...)
}
