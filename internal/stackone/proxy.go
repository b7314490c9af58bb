package stackone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxyFromEnvironment returns the proxy for the API, or nil, as http.ProxyFromEnvironment
// does. It rejects addresses that Go would silently ignore. Errors name the variable but do
// not quote it: it may contain a password.
func proxyFromEnvironment(base *url.URL, getenv func(string) string) (*url.URL, error) {
	variable := func(name string) (string, string) {
		if value := getenv(name); value != "" {
			return name, value
		}

		return strings.ToLower(name), getenv(strings.ToLower(name))
	}

	name, value := variable(strings.ToUpper(base.Scheme) + "_PROXY")
	_, noProxy := variable("NO_PROXY")

	proxyFor := func(proxy string) (*url.URL, error) {
		config := httpproxy.Config{HTTPProxy: proxy, HTTPSProxy: proxy, NoProxy: noProxy}
		return config.ProxyFunc()(base)
	}

	// A valid proxy shows whether NO_PROXY applies.
	if proxy, err := proxyFor("http://proxy.invalid"); value == "" || err != nil || proxy == nil {
		return nil, err
	}

	if problem := proxyProblem(value); problem != "" {
		return nil, fmt.Errorf("%s is not a proxy address: %s. Use the form http://host:port, or http://user:password@host:port "+
			"with special characters escaped, such as %%25 for a percent sign. To reach %s without a proxy, name its host in NO_PROXY, a list separated by commas", name, problem, base.Host)
	}

	return proxyFor(value)
}

// proxyProblem returns why a proxy address is invalid, or "".
func proxyProblem(address string) string {
	if strings.TrimFunc(address, isQuotationMark) != address {
		return "it is in quotation marks"
	}

	full := address
	if !strings.Contains(address, "://") {
		full = "http://" + address
	}

	proxy, err := url.Parse(full)

	switch {
	case err != nil:
		return "it is not a URL"
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme):
		return "its scheme is not http, https, socks5 or socks5h"
	case proxy.Hostname() == "":
		return "it names no host"
	case full != address && strings.Trim(proxy.Path, "/") != "":
		// Go would take http:/host and http//host for a host named http.
		return "its scheme must end with ://"
	}

	return ""
}
