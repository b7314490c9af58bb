package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

func TestShownHost(t *testing.T) {
	t.Parallel()

	base := &url.URL{Scheme: "http", Host: "gateway.example:8080"}

	for host, want := range map[string]string{
		"stackone.com": "stackone.com", "app.stackone.com": "app.stackone.com", "API.eu1.StackOne.com:443": "API.eu1.StackOne.com:443",
		"gateway.example:8080": "gateway.example:8080", "Gateway.example": "Gateway.example",
		"": hidden, "login.example": hidden, "notstackone.com": hidden, "stackone.com.example": hidden, "gateway.example.org": hidden,
		"cs_token.stackone.com": hidden, "CS_Token.stackone.com": hidden, "my-cs_tOKEN-1.stackone.com": hidden,
	} {
		if got := shownHost(&url.URL{Host: host}, base, "cs_tOkEn"); got != want {
			t.Errorf("%q is shown as %q", host, got)
		}
	}

	if got := shownHost(&url.URL{Host: "app.stackone.com"}, base, ""); got != "app.stackone.com" {
		t.Errorf("without a token, the host is shown as %q", got)
	}

	// Without a host there is nothing that the two have in common.
	if got := shownHost(&url.URL{}, &url.URL{}, ""); got != hidden {
		t.Errorf("no host is shown as %q", got)
	}
}

func TestRun_links(t *testing.T) {
	t.Parallel()

	const token = "pltokensecretpl"

	for link, want := range map[string]string{
		"https://app.stackone.com/?token=" + token:                      "as documented | https://app.stackone.com, query: token |",
		"https://APP.stackone.com:8443/x?token=" + token:                "as documented | https://APP.stackone.com:8443, query: token |",
		"https://app.stackone.com/" + token:                             "**otherwise** | https://app.stackone.com, query: none, without the token |",
		"https://app.stackone.com/?token=another":                       "**otherwise** | https://app.stackone.com, query: token, without the token |",
		"http://app.stackone.com/?token=" + token:                       "**otherwise** | http://app.stackone.com, query: token |",
		"https://hub.example/?token=" + token:                           "**otherwise** | https://(not shown), query: token |",
		"https://" + token + ".stackone.com/?token=" + token:            "**otherwise** | https://(not shown), query: token |",
		"https://PLtokenSECRETpl.stackone.com/?token=" + token:          "**otherwise** | https://(not shown), query: token |",
		token + "://app.stackone.com/?token=" + token:                   "**otherwise** | (not shown)://app.stackone.com, query: token |",
		"https://app.stackone.com/?" + token + "=1&token=" + token:      "as documented | https://app.stackone.com, query: (a name that is not shown), token |",
		"/" + token + "?token=" + token:                                 "**otherwise** | (not shown)://(not shown), query: token |",
		"https://app.stackone.com:port/" + token + "?token=" + token:    "**otherwise** | (not shown)://(not shown), query: none |",
		"https://app.stackone.com/?session=" + token + "&token=another": "as documented | https://app.stackone.com, query: session, token |",
	} {
		t.Run(strings.ReplaceAll(want, "/", " "), func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, stackonetest.New(t, stackonetest.Options{UnknownNames: []string{"no_such_field"}}), options{args: []string{"-mode", "sessions"}, edit: onEach("auth_link_url", func(session map[string]any) {
				session["auth_link_url"], session["token"] = link, token
			})})

			if !strings.Contains(got.markdown, "| where the link goes | "+want) || got.code != exitGood {
				t.Errorf("exit code %d, want %s\n%s", got.code, want, got.markdown)
			}

			if strings.Contains(strings.ToLower(got.stdout+got.stderr+got.markdown), token) {
				t.Error("it tells the token")
			}
		})
	}
}

func TestRun_redirects(t *testing.T) {
	t.Parallel()

	for location, want := range map[string]string{
		"":                              "127.0.0.1:",
		"/v2/accounts":                  "127.0.0.1:",
		"https://api.eu1.stackone.com/": "api.eu1.stackone.com |",
		"https://login.example/":        "(not shown) |",
		"//login.example/":              "(not shown) |",
		"mailto:jane@acme.example":      "(not shown) |",
		"https://[login.example/":       "(not shown) |",
		// A token that an answer has beside it.
		"https://PLsecretpl.stackone.com/": "(not shown) |",
	} {
		t.Run(strings.ReplaceAll(location, "/", " "), func(t *testing.T) {
			t.Parallel()

			got := examineStandIn(t, furnished(t), options{edit: asked("/accounts", "providers=", func(req *http.Request, resp *http.Response) {
				answerInstead("", http.StatusFound, `{"token":"plSecretpl"}`)(req, resp)
				resp.Header.Set("Location", location)
			})})

			if rows := got.rows(otherwise); got.code != exitBad || len(rows) != 1 || !strings.Contains(got.markdown, "| answers without a redirect | **otherwise** | 302 Found to "+want) {
				t.Errorf("exit code %d, otherwise: %q, want %s\n%s", got.code, rows, want, got.markdown)
			}
		})
	}
}
