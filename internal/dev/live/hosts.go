package main

import (
	"net/url"
	"strings"
)

// hidden stands for what is not shown.
const hidden = "(not shown)"

// shownHost is a host as it is shown: one of StackOne's, or that of the base address.
// What another one is called, or one with the token in it, nobody is to read.
func shownHost(address, base *url.URL, token string) string {
	name := strings.ToLower(address.Hostname())
	known := name == "stackone.com" || strings.HasSuffix(name, ".stackone.com") || name != "" && strings.EqualFold(name, base.Hostname())

	if !known || holds(address.Host, token) {
		return hidden
	}

	return address.Host
}

// redirectHost is where a redirect goes, as it is shown. Without an address, or with
// a relative one, it stays where it is.
func redirectHost(base *url.URL, location string, answer any) string {
	address, err := base.Parse(location)
	if err != nil {
		return hidden
	}

	object, _ := answer.(map[string]any)

	return shownHost(address, base, text(object, "token"))
}

// holds reports whether a text has the token in it. Hosts may come in other letters.
func holds(text, token string) bool {
	return token != "" && strings.Contains(strings.ToLower(text), strings.ToLower(token))
}
