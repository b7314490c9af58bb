// Command terraform-provider-stackone is the Terraform provider for StackOne.
// Terraform starts it; it is of no use by itself.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/plugin"
	"github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// version is set at build time, without a leading "v".
var version = "dev"

// address is where the provider is published.
const address = "registry.terraform.io/stackonehq/stackone"

func main() {
	attach := flag.Bool("debug", false, "serve for a debugger, and print how Terraform can attach")

	flag.Parse()

	// Go's HTTP client writes to the standard logger, past all levels, and what it
	// complains about it quotes: an answer, and with it a token.
	log.SetOutput(io.Discard)

	if err := serve(*attach); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve serves the provider until Terraform, or who debugs it, ends it.
func serve(attach bool) error {
	var options []tf6server.ServeOpt

	if attach {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := plugin.LimitLogging(os.Getenv, os.Setenv); err != nil {
		return err
	}

	plugin.RelaxCollector(os.Getenv, debug.SetGCPercent)

	return tf6server.Serve(address, func() tfprotov6.ProviderServer {
		return plugin.NewServer(provider.New(provider.Options{Version: version}))
	}, options...)
}
