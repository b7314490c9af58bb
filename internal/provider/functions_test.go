package provider_test

import "testing"

func TestFunctions(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
variable "connector" {
  default = "slack"
}

output "functions" {
  value = <<-EOT
    ${provider::stackone::oauth_redirect_uri(var.connector)}
    ${provider::stackone::oauth_redirect_uri("with-hyphen_2020")}
    ${jsonencode([for c in ["", "Slack", "../accounts", "a%2Fb", "slack\n", "släck"] : c if can(provider::stackone::oauth_redirect_uri(c))])}
    ${join(" ", provider::stackone::categories())}
  EOT
}
`)
	needs(t, "1.8.0", "1.7.0")
	a.apply()

	want := `https://api.stackone.com/connect/oauth2/slack/callback
https://api.stackone.com/connect/oauth2/with-hyphen_2020/callback
[]
ats hris hris-legacy crm iam marketing lms stackone documents ticketing screening messaging accounting scheduling
`

	if got := a.terraform("output", "-raw", "functions"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	a.fails("A connector key consists of lower-case letters, digits, _ and -", "plan", "-var", "connector=Slack")

	if got := len(h.Requests()); got != 0 {
		t.Errorf("the functions made %d calls", got)
	}
}
