package stackone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxyOf is the proxy through which requests go to the API, by the variables
// HTTPS_PROXY (HTTP_PROXY for plain http) and NO_PROXY, or their forms in lower case;
// nil where they go without one. Go would send requests past a proxy whose address it
// cannot parse, and what failed then would be a connection that should never have
// been tried. The error names the variable and not its value, which may hold a
// password.
func proxyOf(base *url.URL, getenv func(string) string) (*url.URL, error) {
	first := func(name string) (set, value string) {
		for _, set := range []string{name, strings.ToLower(name)} {
			if value := getenv(set); value != "" {
				return set, value
			}
		}

		return "", ""
	}

	name, value := first(strings.ToUpper(base.Scheme) + "_PROXY")
	_, except := first("NO_PROXY")

	through := func(proxy string) (*url.URL, error) {
		config := httpproxy.Config{HTTPProxy: proxy, HTTPSProxy: proxy, NoProxy: except}
		return config.ProxyFunc()(base)
	}

	// Whether NO_PROXY excepts the API is asked with a proxy that can be used.
	if proxy, err := through("http://proxy.invalid"); value == "" || err != nil || proxy == nil {
		return nil, err
	}

	if problem := proxyProblem(value); problem != "" {
		return nil, fmt.Errorf("%s does not hold the address of a proxy: %s. It has the form http://host:port, or http://user:password@host:port "+
			"with special characters escaped, such as %%25 for a percent sign. To reach %s without a proxy, name its host in NO_PROXY", name, problem, base.Host)
	}

	return through(value)
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
