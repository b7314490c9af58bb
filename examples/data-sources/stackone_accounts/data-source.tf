# The accounts of a customer that need attention.
data "stackone_accounts" "acme" {
  origin_owner_ids = ["customer-4711"]
  statuses         = ["error", "expired", "suspended"]
}

output "accounts_in_trouble" {
  value = { for account in data.stackone_accounts.acme.accounts : account.id => account.provider_name }
}
