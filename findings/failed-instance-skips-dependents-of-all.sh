#!/usr/bin/env bash
# When one instance of a for_each fails, an apply of Terraform 1.11.4 skips what depends
# on the others too: an object with other[each.key] depends on all instances. A module
# with for_each does not separate them either. With create_before_destroy, the old
# objects of all instances stay in the state as deposed. Another apply does not help.
# OpenTofu 1.12.6 does the same, except that it separates the instances of a module.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

mkdir links
cat >links/main.tf <<'TF'
variable "key" {}

variable "version_of_links" {}

resource "terraform_data" "link" {
  triggers_replace = var.version_of_links

  lifecycle {
    create_before_destroy = true
  }

  provisioner "local-exec" {
    command = "test ${var.key}-${var.version_of_links} != globex-2"
  }
}

resource "terraform_data" "stored" {
  input = terraform_data.link.id
}
TF
cat >main.tf <<'TF'
variable "version_of_links" {}

locals {
  customers = toset(["acme", "globex", "initech"])
}

resource "terraform_data" "link" {
  for_each         = local.customers
  triggers_replace = var.version_of_links

  lifecycle {
    create_before_destroy = true
  }

  provisioner "local-exec" {
    command = "test ${each.key}-${var.version_of_links} != globex-2"
  }
}

resource "terraform_data" "stored" {
  for_each = local.customers
  input    = terraform_data.link[each.key].id
}

module "links" {
  source           = "./links"
  for_each         = local.customers
  key              = each.key
  version_of_links = var.version_of_links
}
TF
objects() {
  python3 - <<'PY'
import json
for r in json.load(open("terraform.tfstate"))["resources"]:
    for i in r["instances"]:
        key = str(i.get("index_key", r.get("module", "")))
        if "acme" in key or "initech" in key:
            kind = "deposed" if "deposed" in i else "current"
            stored = i["attributes"]["input"] or {"value": i["attributes"]["id"]}
            print(r.get("module", f'root["{key}"]'), r["name"], kind, stored["value"])
PY
}

"$terraform" init -no-color >/dev/null
"$terraform" apply -auto-approve -no-color -var version_of_links=1 >/dev/null
before=$(objects)
for round in 1 2; do
  code=0
  "$terraform" apply -auto-approve -no-color -var version_of_links=2 >out 2>&1 || code=$?
  [ $code = 1 ] || { echo "CHANGED: exit code $code"; exit 1; }
done
after=$(objects)
printf 'before:\n%s\n\nafter two applies in which the links of globex failed:\n%s\n' "$before" "$after"

# All four links of the others are new, their old objects are deposed, and what was
# stored still has the old ids.
[ "$(grep -c 'link deposed' <<<"$after")" = 4 ] || { echo "CHANGED: not four deposed objects"; exit 1; }
[ "$(grep 'stored' <<<"$after")" = "$(grep 'stored' <<<"$before")" ] || { echo "CHANGED: the others were stored"; exit 1; }
! grep -qFf <(grep 'link current' <<<"$before") <<<"$after" || { echo "CHANGED: the others were not replaced"; exit 1; }
