package stackone

import (
	"crypto/tls"
	"net/http"
	"reflect"
	"testing"
)

func transport(t *testing.T) *http.Transport {
	t.Helper()

	transport, ok := NewTransport().(*http.Transport)
	if !ok {
		t.Fatal("the default transport of this process was replaced")
	}

	return transport
}

func TestNewTransport_takesTLS12AtLeast(t *testing.T) {
	t.Parallel()

	config := transport(t).TLSClientConfig
	if config.MinVersion != tls.VersionTLS12 {
		t.Errorf("the oldest version of TLS is %s", tls.VersionName(config.MinVersion))
	}

	if config.InsecureSkipVerify {
		t.Error("certificates are not verified")
	}

	if standard, ok := http.DefaultTransport.(*http.Transport); ok && standard.TLSClientConfig == config {
		t.Error("the default transport of this process was changed")
	}
}

// Go reads the variables for proxies once in a process, so this looks at which
// function reads them. It lets loopback addresses pass whatever they say.
func TestNewTransport_followsTheProxyVariables(t *testing.T) {
	t.Parallel()

	proxy := transport(t).Proxy
	if proxy == nil || reflect.ValueOf(proxy).Pointer() != reflect.ValueOf(http.ProxyFromEnvironment).Pointer() {
		t.Fatal("the variables for proxies are not read")
	}

	for _, address := range []string{"http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080", "https://127.0.0.1"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}

		if through, err := proxy(r); through != nil || err != nil {
			t.Errorf("%s is reached through %v, %v", address, through, err)
		}
	}
}
