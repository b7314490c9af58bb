// Command terraform-provider-stackone is the Terraform provider for StackOne.
// Terraform starts it; it is of no use by itself.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	stackone "github.com/StackOneHQ/terraform-provider-stackone/internal/provider"
)

// version is set at build time, without a leading "v".
var version = "dev"

// address is where the provider is published.
const address = "registry.terraform.io/stackonehq/stackone"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print how Terraform can attach")

	flag.Parse()

	err := providerserver.Serve(context.Background(), func() provider.Provider { return stackone.New(stackone.Options{Version: version}) },
		providerserver.ServeOpts{Address: address, Debug: *debug, ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}
