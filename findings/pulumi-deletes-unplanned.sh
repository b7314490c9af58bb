#!/usr/bin/env bash
# Pulumi 3.276.0 with its Terraform bridge 3.124.0 and pulumi-yaml 1.38.1 deletes an object
# without asking the provider to plan the deletion, neither in the preview nor in the
# update, and without the private state from its creation, although Pulumi's state has it.
# What a provider checks when it plans a deletion is not checked. Terraform 1.11.4 plans
# each deletion, and passes the private state.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)
provider

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

pulumi=pulumi-3.276.0
program "$pulumi/pulumi" github.com/pulumi/pulumi/pkg/v3@v3.276.0 cmd/pulumi \
  github.com/atotto/clipboard=github.com/tgummerer/clipboard@v0.0.0-20241001131231-d02d263e614e
program "$pulumi/pulumi-language-yaml" github.com/pulumi/pulumi-yaml@v1.38.1 cmd/pulumi-language-yaml ""
program "$pulumi/pulumi-resource-terraform-provider" github.com/pulumi/pulumi-terraform-bridge/v3@v3.124.0 dynamic \
  github.com/hashicorp/terraform-plugin-sdk/v2=github.com/pulumi/terraform-plugin-sdk/v2@v2.0.0-20250923233607-7f1981c8674a

echo 'resource "tiny_thing" "a" { name = "a" }' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null
rm main.tf log
"$terraform" apply -auto-approve -no-color >/dev/null
calls=$(tr '\n' ';' <log)
echo "Terraform: $calls"
expect "$calls" 'plan remove a;'
expect "$calls" 'delete a, private "42";'

export PATH=$builds/$pulumi:$PATH PULUMI_HOME=$tmp/home PULUMI_BACKEND_URL=file://$tmp PULUMI_CONFIG_PASSPHRASE=x
export PULUMI_SKIP_UPDATE_CHECK=true PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
# Pulumi and the bridge leave the provider's processes running.
stop() {
  local process
  for process in /proc/[0-9]*; do
    [ ! "$process/exe" -ef "$tmp/provider/terraform-provider-tiny" ] || kill "${process#/proc/}" || true
  done
}
trap 'stop; chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
run() { pulumi "$@" --non-interactive >output 2>&1 || { cat output; exit 1; }; }
mkdir program && cd program
printf 'name: tiny\nruntime: yaml\n' >Pulumi.yaml
run stack init test
run plugin install resource terraform-provider v0.0.0-dev --file "$builds/$pulumi/pulumi-resource-terraform-provider"
run package add terraform-provider "$tmp/provider/terraform-provider-tiny"
cp Pulumi.yaml empty.yaml
printf 'resources:\n  a:\n    type: tiny:Thing\n    properties:\n      name: a\n' >>Pulumi.yaml
rm "$TINY_LOG"
run up --yes
expect "$(cat "$TINY_LOG")" "create a"
expect "$(pulumi stack export)" private_state
mv empty.yaml Pulumi.yaml
rm "$TINY_LOG"
run up --yes
expect "$(cat output)" "- 1 deleted"
calls=$(tr '\n' ';' <"$TINY_LOG")
echo "Pulumi: $calls"
expect "$calls" 'delete a, private "";'
refute "$calls" plan
