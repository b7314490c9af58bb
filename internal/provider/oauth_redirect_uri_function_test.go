package provider_test

import (
	"strings"
	"testing"
)

func TestOAuthRedirectURIFunction(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	a := h.attach(t, `
variable "connector" {
  type    = string
  default = "slack"
}

output "uri" {
  value = provider::stackone::oauth_redirect_uri(var.connector)
}
`)
	needs(t, "1.8.0", "1.7.0")

	for connector, want := range map[string]string{
		"slack":            "https://api.stackone.com/connect/oauth2/slack/callback",
		"bullhorn_ats":     "https://api.stackone.com/connect/oauth2/bullhorn_ats/callback",
		"with-hyphen-2020": "https://api.stackone.com/connect/oauth2/with-hyphen-2020/callback",
	} {
		contains(t, a.apply("-var", "connector="+connector), `uri = "`+want+`"`)
	}

	for _, connector := range []string{"", "Slack", "../accounts", "a%2Fb", "slack\n", "släck"} {
		out, err := a.try("plan", "-no-color", "-var", "connector="+connector)

		if err == nil || !strings.Contains(strings.Join(strings.Fields(unboxed(out)), " "), "A connector key consists of lower-case letters, digits, _ and -") {
			t.Errorf("%q: %v\n%s", connector, err, out)
		}
	}

	if got := len(h.Requests()); got != 0 {
		t.Errorf("the function made %d calls", got)
	}
}
