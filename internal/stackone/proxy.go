package stackone

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// checkProxy checks the variable that names the proxy on the way to the API. Go
// sends requests past a proxy whose address it cannot parse, and what fails then
// is a connection that should never have been tried. The error names the
// variable and not its value, which may hold a password.
func checkProxy(base *url.URL, getenv func(string) string) error {
	if getenv == nil {
		getenv = os.Getenv
	}

	first := func(names ...string) (name, value string) {
		for _, name := range names {
			if value := getenv(name); value != "" {
				return name, value
			}
		}

		return "", ""
	}

	// The order is Go's.
	lower := base.Scheme + "_proxy"
	name, value := first(strings.ToUpper(lower), lower)
	_, except := first("NO_PROXY", "no_proxy")

	if value == "" || !needsProxy(base, except) {
		return nil
	}

	if problem := proxyProblem(value); problem != "" {
		return fmt.Errorf("%s does not hold the address of a proxy: %s. It has the form http://host:port, or http://user:password@host:port "+
			"with special characters escaped, such as %%25 for a percent sign. To reach %s without a proxy, name its host in NO_PROXY", name, problem, base.Host)
	}

	return nil
}

// needsProxy reports whether Go would send a request to the API through a proxy,
// if one is named, by what NO_PROXY excepts.
func needsProxy(base *url.URL, except string) bool {
	const proxy = "http://proxy.invalid"

	config := httpproxy.Config{HTTPProxy: proxy, HTTPSProxy: proxy, NoProxy: except}
	through, err := config.ProxyFunc()(base)

	return err == nil && through != nil
}

// proxyProblem says why a proxy cannot be used; it is empty if it can.
func proxyProblem(value string) string {
	if strings.TrimFunc(value, isQuotationMark) != value {
		return "it stands in quotation marks"
	}

	// Go allows to leave out the scheme. It also takes an address that it does not
	// understand for a host without scheme, and then looks for a host "http".
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}

	proxy, err := url.Parse(value)

	switch {
	case err != nil:
		return "it is not a URL"
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme):
		return "its scheme is none of http, https, socks5 and socks5h"
	case proxy.Hostname() == "":
		return "it names no host"
	}

	return ""
}
