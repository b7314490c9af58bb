package stackone

import (
	"net/http"
	"strings"
	"testing"
)

func TestNew_proxy(t *testing.T) {
	t.Parallel()

	type env = map[string]string

	for name, test := range map[string]struct {
		base    string
		env     env
		through string
		// want names the variable and part of the problem; empty means none.
		want []string
	}{
		"no variables":               {env: env{}},
		"a proxy":                    {env: env{"HTTPS_PROXY": "http://proxy.example:3128"}, through: "http://proxy.example:3128"},
		"with credentials":           {env: env{"HTTPS_PROXY": "https://user:pa%25ss@proxy.example:3128"}, through: "https://user:pa%25ss@proxy.example:3128"},
		"without scheme":             {env: env{"https_proxy": "proxy.example:3128"}, through: "http://proxy.example:3128"},
		"credentials, no scheme":     {env: env{"https_proxy": "user:pass@proxy.example:3128"}, through: "http://user:pass@proxy.example:3128"},
		"SOCKS, names resolved here": {env: env{"HTTPS_PROXY": "socks5://proxy.example:1080"}, through: "socks5://proxy.example:1080"},
		"a path":                     {env: env{"HTTPS_PROXY": "http://proxy.example:3128/path"}, through: "http://proxy.example:3128/path"},
		"SOCKS":                      {env: env{"HTTPS_PROXY": "socks5h://[::1]:1080"}, through: "socks5h://[::1]:1080"},
		"a percent sign":             {env: env{"HTTPS_PROXY": "http://user:pa%ss@hunter2.example"}, want: []string{"HTTPS_PROXY", "not a URL"}},
		"in lower case":              {env: env{"https_proxy": "http://user:pa%ss@hunter2.example"}, want: []string{"https_proxy", "not a URL"}},
		"upper case comes first":     {env: env{"HTTPS_PROXY": "http://proxy.example", "https_proxy": "http://user:pa%ss@hunter2"}, through: "http://proxy.example"},
		"a letter in the port":       {env: env{"HTTPS_PROXY": "http://hunter2.example:80a"}, want: []string{"HTTPS_PROXY", "not a URL"}},
		"in quotation marks":         {env: env{"HTTPS_PROXY": `"http://hunter2.example:3128"`}, want: []string{"HTTPS_PROXY", "quotation mark"}},
		"in typographic marks":       {env: env{"HTTPS_PROXY": "“hunter2.example”"}, want: []string{"HTTPS_PROXY", "quotation mark"}},
		"another scheme":             {env: env{"HTTPS_PROXY": "ftp://hunter2.example"}, want: []string{"HTTPS_PROXY", "its scheme"}},
		"in marks, no scheme":        {env: env{"HTTPS_PROXY": `"hunter2.example"`}, want: []string{"HTTPS_PROXY", "quotation mark"}},
		"no host":                    {env: env{"HTTPS_PROXY": "http://:3128"}, want: []string{"HTTPS_PROXY", "no host"}},
		"one slash":                  {env: env{"HTTPS_PROXY": "http:/hunter2.example:3128"}, want: []string{"HTTPS_PROXY", "its scheme must end with ://"}},
		"no colon":                   {env: env{"https_proxy": "http//hunter2.example:3128"}, want: []string{"https_proxy", "its scheme must end with ://"}},
		"no scheme, a slash":         {env: env{"HTTPS_PROXY": "proxy.example:3128/"}, through: "http://proxy.example:3128/"},
		"exempt by NO_PROXY":         {env: env{"HTTPS_PROXY": "http://user:pa%ss@hunter2", "NO_PROXY": ".stackone.com"}},
		"exempt by no_proxy":         {env: env{"HTTPS_PROXY": "http://user:pa%ss@hunter2", "no_proxy": "*"}},
		"another exempt":             {env: env{"HTTPS_PROXY": "http://user:pa%ss@hunter2", "NO_PROXY": "other.example"}, want: []string{"HTTPS_PROXY"}},
		"for another scheme":         {env: env{"HTTP_PROXY": "http://user:pa%ss@hunter2", "http_proxy": "%%"}},
		"loopback needs none":        {base: "https://127.0.0.1:8443", env: env{"HTTPS_PROXY": "http://user:pa%ss@hunter2"}},
		"plain loopback needs none":  {base: "http://localhost:8080", env: env{"HTTP_PROXY": "http://user:pa%ss@hunter2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if test.base == "" {
				test.base = DefaultBaseURL
			}

			config := Config{APIKey: NewSecret("k"), UserAgent: "test/1", Getenv: func(name string) string { return test.env[name] }}
			at(t, test.base)(&config)

			client, err := New(config)
			if (err != nil) != (test.want != nil) {
				t.Fatalf("%v, want %q", err, test.want)
			}

			if err == nil {
				transport, _ := client.config.Transport.(*http.Transport)

				proxy, err := transport.Proxy(&http.Request{URL: client.config.BaseURL})
				if err != nil || (proxy == nil) != (test.through == "") || proxy != nil && proxy.String() != test.through {
					t.Errorf("requests go through %v, %v, want %q", proxy, err, test.through)
				}

				return
			}

			for _, part := range append(test.want, "NO_PROXY", "%25") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v: want %q", err, part)
				}
			}

			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "ss@") {
				t.Errorf("the error quotes the variable: %v", err)
			}
		})
	}
}
