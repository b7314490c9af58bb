#!/usr/bin/env bash
# terraform-plugin-framework 1.19.0 compiles a regular expression for each field each time
# that a state is read into a struct, to check the name in its tag. In this program, which
# does nothing else, that is a large part of the time.
. "$(dirname "$0")/lib.sh"
cat >main.go <<'GO'
package main

import (
	"context"
	"os"
	"runtime/pprof"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type model struct {
	ID    types.String `tfsdk:"id"`
	Name  types.String `tfsdk:"name"`
	Label types.String `tfsdk:"label"`
}

func main() {
	attributes, values := map[string]schema.Attribute{}, map[string]tftypes.Value{}
	for _, name := range []string{"id", "name", "label"} {
		attributes[name], values[name] = schema.StringAttribute{Optional: true}, tftypes.NewValue(tftypes.String, name)
	}
	s := schema.Schema{Attributes: attributes}
	state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(context.Background()), values)}

	pprof.StartCPUProfile(os.Stdout)
	defer pprof.StopCPUProfile()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); {
		var m model
		if diags := state.Get(context.Background(), &m); diags.HasError() || m.Label.ValueString() != "label" {
			panic(diags)
		}
	}
}
GO
{
  go mod init example.com/fields
  go get github.com/hashicorp/terraform-plugin-framework@v1.19.0
  go build -o fields .
} >build.log 2>&1 || { cat build.log; exit 1; }
./fields >cpu
go tool pprof -top -cum fields cpu 2>/dev/null >top
line=$(grep -E ' regexp\.MustCompile' top)
echo "$line"
expect "$line" "regexp.MustCompile"
share=$(awk '{ print int($5) }' <<<"$line")
[ "$share" -ge 15 ] || { echo "CHANGED: $share %"; exit 1; }
