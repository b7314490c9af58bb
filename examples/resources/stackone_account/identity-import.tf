import {
  to = stackone_account.acme
  identity = {
    id = "45355976281015164504"
  }
}
