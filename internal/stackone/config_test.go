package stackone_test

import (
	"strings"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()

	for input, want := range map[string]string{
		"https://api.stackone.com":             "https://api.stackone.com",
		"https://api.stackone.com//":           "https://api.stackone.com",
		"https://gateway.example/stackone/v1/": "https://gateway.example/stackone/v1",
		"http://127.0.0.1:8080":                "http://127.0.0.1:8080",
		"http://LocalHost":                     "http://LocalHost",
		"http://[::1]:9":                       "http://[::1]:9",
		"https://api.example:65535":            "https://api.example:65535",
	} {
		if got, err := stackone.ParseBaseURL(input); err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", input, got, err)
		}
	}

	for input, want := range map[string]string{
		"":                                "https://",
		"api.stackone.com":                "no scheme; it must begin with https://",
		"httpx://api.stackone.com":        "https://",
		"https://":                        "host",
		"https:///path":                   "host",
		"https://key:hunter2@api.example": "credentials",
		"https://hunter2@api.example":     "credentials",
		"https://api.example?key=hunter2": "query",
		"https://api.example?":            "query",
		"https://api.example#hunter2":     "fragment",
		"https://api.example#":            "fragment",
		"http://api.stackone.com":         "loopback",
		"http://127.0.0.1.example":        "loopback",
		"http://10.0.0.1":                 "loopback",
		"https://api.example/%zz":         "not a URL",
		"https://api\n.example":           "line break",
		"https://api.example\r":           "line break",
		"https://api.example/a b":         "white space",
		"https://api.\u00a0example":       "white space",
		`"https://api.hunter2"`:           "quotation mark",
		"'https://api.hunter2'":           "quotation mark",
		"\u201chttps://hunter2\u201d":     "quotation mark",
		"localhost:8080":                  "no scheme",
		"127.0.0.1:8080":                  "no scheme",
		"api.hunter2:443/path":            "no scheme",
		"https://127.0.0.1:99999":         "its port is not a number",
		"https://api.example:0":           "its port is not a number",
	} {
		got, err := stackone.ParseBaseURL(input)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%q: %v, %v, want an error with %q", input, got, err, want)
		}
	}
}

func TestParseAPIKey(t *testing.T) {
	t.Parallel()

	if key, err := stackone.ParseAPIKey("v1.eu1.aB3_-=+/"); err != nil || key.Reveal() != "v1.eu1.aB3_-=+/" {
		t.Errorf("a good key: %v", err)
	}

	for input, want := range map[string]string{
		"":              "empty",
		"hunter2\n":     "line break",
		"\rhunter2":     "line break",
		"hun ter2":      "white space",
		"hun\tter2":     "white space",
		"hunter2:":      "colon",
		`"hunter2"`:     "quotation mark",
		"'hunter2'":     "quotation mark",
		"`hunter2`":     "quotation mark",
		"\u201chunter2": "quotation mark",
		"hunter2\u00bb": "quotation mark",
		"hunter2\x00":   "U+0000",
		"hunter2\x7f":   "U+007F",
		"hunter2\u00e9": "U+00E9",
	} {
		if _, err := stackone.ParseAPIKey(input); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "ter2") {
			t.Errorf("%q: %v, want an error with %q", input, err, want)
		}
	}
}
