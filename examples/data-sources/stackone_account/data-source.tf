data "stackone_account" "acme" {
  id = "45355976281015164504"
}

output "status" {
  value = data.stackone_account.acme.status
}
