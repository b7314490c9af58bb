#!/usr/bin/env bash
# For an import block without its resource block, Terraform 1.16.2 looks for the
# provider under hashicorp, whatever source the configuration names. Terraform 1.16.4
# does not.
. "$(dirname "$0")/lib.sh"
provider

printf 'import {\n  to = tiny_thing.a\n  id = "x"\n}\n' >main.tf
for version in 1.16.2 1.16.4; do
  out=$("$(core terraform $version)" plan -no-color -generate-config-out=generated.tf 2>&1 || true)
  rm -f generated.tf
  echo "$version: $(grep -o 'registry[a-z.]*/hashicorp/tiny\|Plan: .*' <<<"$out" | head -1)"
  case $version in
  1.16.4) expect "$out" "1 to import" ;;
  *) expect "$out" hashicorp/tiny ;;
  esac
done
