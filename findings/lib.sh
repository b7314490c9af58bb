# Sourced by the findings. Creates a temporary folder, and leaves it with the script.
set -euo pipefail

export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_CLI_CONFIG_FILE=/dev/null GOFLAGS=-mod=mod CGO_ENABLED=0
unset TF_REATTACH_PROVIDERS TF_PLUGIN_CACHE_DIR TF_LOG

builds=${FINDINGS_BUILDS:-${XDG_CACHE_HOME:-$HOME/.cache}/findings}
tmp=$(mktemp -d /tmp/finding.XXXXXX)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
mkdir -p "$builds"
cd "$tmp"

# expect fails unless a text contains what was found once.
expect() {
  if ! grep -qF -- "$2" <<<"$1"; then
    printf 'CHANGED: no longer %s\n%s\n' "$2" "$1"
    exit 1
  fi
}

# refute is the opposite of expect.
refute() {
  if grep -qF -- "$2" <<<"$1"; then
    printf 'CHANGED: now %s\n%s\n' "$2" "$1"
    exit 1
  fi
}

# core prints the path of Terraform or OpenTofu in one version. It takes the one on
# PATH, or builds it once from its Go module, which takes minutes.
core() {
  local name=$1 version=$2 module=github.com/hashicorp/terraform package=. out
  [ "$name" = tofu ] && module=github.com/opentofu/opentofu package=./cmd/tofu
  out=$builds/$name-$version
  if [ "$("$name" version 2>/dev/null | sed -n '1s/.* v//p')" = "$version" ]; then
    command -v "$name"
    return
  fi
  if [ ! -x "$out" ]; then
    local source
    source=$(go mod download -json "$module@v$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
    cp -r "$source" "$tmp/$name"
    chmod -R u+w "$tmp/$name"
    # Terraform's backends for remote states are modules of their own, which are not in
    # this one. No finding needs them.
    sed -i -E '/terraform\/internal\/(backend\/remote-state\/[a-z0-9]+|legacy) (v0|=>)/d' "$tmp/$name/go.mod"
    sed -i -E '/backend(Azure|Consul|Cos|GCS|Kubernetes|OSS|Pg|S3|OCI)\b/d' "$tmp/$name/internal/backend/init/init.go"
    (cd "$tmp/$name" && go build -trimpath -ldflags "-s -w -X $module/version.dev=no" -o "$out" "$package") >&2
  fi
  echo "$out"
}

# provider builds a provider with one resource, tiny_thing, that writes each call to
# $TINY_LOG, and one ephemeral resource, tiny_secret, and lets Terraform and OpenTofu find it.
provider() {
  mkdir "$tmp/provider"
  cat >"$tmp/provider/main.go" <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func log(format string, args ...any) {
	f, err := os.OpenFile(os.Getenv("TINY_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintf(f, format+"\n", args...)
		f.Close()
	}
}

type tiny struct{}

func (tiny) Metadata(_ context.Context, _ provider.MetadataRequest, r *provider.MetadataResponse) {
	r.TypeName = "tiny"
}
func (tiny) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (tiny) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
	log("configure")
}
func (tiny) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (tiny) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return secret{} }}
}
func (tiny) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

type secret struct{}

func (secret) Metadata(_ context.Context, _ ephemeral.MetadataRequest, r *ephemeral.MetadataResponse) {
	r.TypeName = "tiny_secret"
}
func (secret) Schema(_ context.Context, _ ephemeral.SchemaRequest, r *ephemeral.SchemaResponse) {
	r.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{"value": ephemeralschema.StringAttribute{Computed: true}}}
}
func (secret) Open(ctx context.Context, _ ephemeral.OpenRequest, r *ephemeral.OpenResponse) {
	r.Diagnostics.Append(r.Result.SetAttribute(ctx, path.Root("value"), "secret")...)
}

type thing struct{}

type model struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	Note types.String `tfsdk:"note"`
}

func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, r *resource.MetadataResponse) {
	r.TypeName = "tiny_thing"
}
func (thing) Schema(_ context.Context, _ resource.SchemaRequest, r *resource.SchemaResponse) {
	r.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
		"name": schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"note": schema.StringAttribute{Optional: true},
	}}
}
func (thing) ModifyPlan(ctx context.Context, q resource.ModifyPlanRequest, r *resource.ModifyPlanResponse) {
	var m model
	switch {
	case q.Plan.Raw.IsNull():
		q.State.Get(ctx, &m)
		log("plan remove %s", m.Name.ValueString())
		r.Diagnostics.AddWarning("Planned to nothing", m.Name.ValueString())
	case q.State.Raw.IsNull():
		q.Plan.Get(ctx, &m)
		log("plan create %s", m.Name.ValueString())
		r.Diagnostics.AddWarning("Planned from nothing", m.Name.ValueString())
	default:
		q.Plan.Get(ctx, &m)
		log("plan keep %s", m.Name.ValueString())
	}
}
func (thing) Create(ctx context.Context, q resource.CreateRequest, r *resource.CreateResponse) {
	var m model
	q.Plan.Get(ctx, &m)
	m.ID = types.StringValue("id-" + m.Name.ValueString())
	log("create %s", m.Name.ValueString())
	r.Diagnostics.Append(r.State.Set(ctx, &m)...)
	r.Diagnostics.Append(r.Private.SetKey(ctx, "number", []byte("42"))...)
}
func (thing) Read(ctx context.Context, q resource.ReadRequest, r *resource.ReadResponse) {
	var m model
	q.State.Get(ctx, &m)
	if m.Name.ValueString() == os.Getenv("TINY_SLOW") {
		time.Sleep(time.Second)
	}
	log("read %s", m.Name.ValueString())
}
func (thing) ImportState(ctx context.Context, q resource.ImportStateRequest, r *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("name"), q, r)
}
func (thing) Update(ctx context.Context, q resource.UpdateRequest, r *resource.UpdateResponse) {
	var m model
	q.Plan.Get(ctx, &m)
	r.Diagnostics.Append(r.State.Set(ctx, &m)...)
}
func (thing) Delete(ctx context.Context, q resource.DeleteRequest, _ *resource.DeleteResponse) {
	var m model
	q.State.Get(ctx, &m)
	number, _ := q.Private.GetKey(ctx, "number")
	log("delete %s, private %q", m.Name.ValueString(), number)
}

func main() {
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return tiny{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/example/tiny"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
GO
  (
    cd "$tmp/provider"
    go mod init example.com/tiny
    go get github.com/hashicorp/terraform-plugin-framework@v1.19.0
    go build -o terraform-provider-tiny .
  ) >"$tmp/provider/build.log" 2>&1 || { cat "$tmp/provider/build.log"; exit 1; }
  cat >"$tmp/tiny.tfrc" <<TFRC
provider_installation {
  dev_overrides {
    "registry.terraform.io/example/tiny" = "$tmp/provider"
    "registry.opentofu.org/example/tiny" = "$tmp/provider"
  }
}
TFRC
  cat >versions.tf <<'TF'
terraform {
  required_providers {
    tiny = {
      source = "example/tiny"
    }
  }
}
TF
  export TF_CLI_CONFIG_FILE=$tmp/tiny.tfrc TINY_LOG=$tmp/log
}

# program builds a program of Pulumi once, as its module does: with the same replacement.
program() {
  local out=$builds/$1 module=$2 package=$3 replace=$4
  [ -x "$out" ] && return
  mkdir "$tmp/build"
  (
    cd "$tmp/build"
    go mod init example.com/build
    go mod edit -require="$module" ${replace:+-replace="$replace"}
    go build -o "$out" "${module%@*}/$package"
  ) >&2
  rm -r "$tmp/build"
}

# left prints the processes of the provider that Pulumi and its bridge have left running.
left() {
  local process
  for process in /proc/[0-9]*; do
    [ ! "$process/exe" -ef "$tmp/provider/terraform-provider-tiny" ] || echo "${process#/proc/}"
  done
}

# run runs a command of Pulumi, and keeps what it prints in the file output.
run() { pulumi "$@" --non-interactive >output 2>&1 || { cat output; exit 1; }; }

# pulumi_program builds Pulumi 3.276.0, its Terraform bridge 3.124.0 and pulumi-yaml 1.38.1,
# and makes a program in YAML that can use the provider.
pulumi_program() {
  local pulumi=pulumi-3.276.0
  program "$pulumi/pulumi" github.com/pulumi/pulumi/pkg/v3@v3.276.0 cmd/pulumi \
    github.com/atotto/clipboard=github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e
  program "$pulumi/pulumi-language-yaml" github.com/pulumi/pulumi-yaml@v1.38.1 cmd/pulumi-language-yaml ""
  program "$pulumi/pulumi-resource-terraform-provider" github.com/pulumi/pulumi-terraform-bridge/v3@v3.124.0 dynamic \
    github.com/hashicorp/terraform-plugin-sdk/v2=github.com/pulumi/terraform-plugin-sdk/v2@v2.0.0-20250923233607-7f1981c8674a
  export PATH=$builds/$pulumi:$PATH PULUMI_HOME=$tmp/home PULUMI_BACKEND_URL=file://$tmp PULUMI_CONFIG_PASSPHRASE=x
  export PULUMI_SKIP_UPDATE_CHECK=true PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
  trap 'left | xargs -r kill; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
  mkdir program && cd program
  printf 'name: tiny\nruntime: yaml\n' >Pulumi.yaml
  run stack init test
  run plugin install resource terraform-provider v0.0.0-dev --file "$builds/$pulumi/pulumi-resource-terraform-provider"
  run package add terraform-provider "$tmp/provider/terraform-provider-tiny"
  cp Pulumi.yaml empty.yaml
}
