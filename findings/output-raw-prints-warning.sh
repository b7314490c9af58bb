#!/usr/bin/env bash
# While a state has no outputs, terraform output -raw NAME of Terraform 1.11.4 prints a
# warning to stdout and ends with 0, so a script takes the warning for the value: before
# the first apply, and after a destroy, also a failed one. With -json, or once any other
# output exists, the same command ends with 1 and prints nothing to stdout.
. "$(dirname "$0")/lib.sh"
terraform=$(core terraform 1.11.4)

read_link() {
  code=0
  link=$("$terraform" output "$1" link 2>stderr) || code=$?
  echo "$2, output $1 link: exit code $code, $(grep -c . <<<"$link") lines on stdout, $(grep -o 'Warning: .*\|Error: .*' <(cat stderr - <<<"$link") | sed 's/\x1b[^m]*m//g' || true)"
}

printf 'resource "terraform_data" "link" {}\n\noutput "link" {\n  value = terraform_data.link.id\n}\n' >main.tf
read_link -raw "before the first apply"
[ $code = 0 ] || { echo "CHANGED: exit code $code"; exit 1; }
expect "$link" "No outputs found"
[ ! -s stderr ] || { echo "CHANGED: stderr has $(cat stderr)"; exit 1; }

read_link -json "before the first apply"
[ "$code$link" = 1 ] || { echo "CHANGED: exit code $code, $link"; exit 1; }

echo 'output "other" { value = 1 }' >main.tf
"$terraform" apply -auto-approve -no-color >/dev/null
read_link -raw "with another output"
[ "$code$link" = 1 ] || { echo "CHANGED: exit code $code, $link"; exit 1; }

# A destroy removes the outputs before the objects: here one object stays.
cat >main.tf <<'TF'
resource "terraform_data" "link" {
  provisioner "local-exec" {
    when    = destroy
    command = "false"
  }
}

output "link" {
  value = terraform_data.link.id
}
TF
"$terraform" apply -auto-approve -no-color >/dev/null
"$terraform" destroy -auto-approve -no-color >/dev/null 2>&1 && { echo "CHANGED: the destroy succeeded"; exit 1; }
expect "$("$terraform" state list)" terraform_data.link
read_link -raw "after a failed destroy"
[ $code = 0 ] || { echo "CHANGED: exit code $code"; exit 1; }
expect "$link" "No outputs found"
