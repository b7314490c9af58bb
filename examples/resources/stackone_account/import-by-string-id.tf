import {
  to = stackone_account.acme
  id = "45355976281015164504"
}
