package provider

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestAPIDiagnostic(t *testing.T) {
	t.Parallel()

	status := func(code int) *stackone.Error {
		return &stackone.Error{
			Kind: stackone.ErrorStatus, Method: "POST", Path: "/connect_sessions", BaseURL: "https://api.stackone.com", Status: code,
			Messages: []string{"one", "two"}, Code: "ValidationError", RequestID: "req-1", Attempts: 3, Elapsed: 12345 * time.Millisecond,
		}
	}

	for name, test := range map[string]struct {
		err  error
		want []string
	}{
		"every fact": {status(400), []string{
			"StackOne refused the request.", "  Request: POST https://api.stackone.com/connect_sessions\n", "  Status: 400 Bad Request\n", "  Error code: ValidationError\n",
			"  StackOne says: one\n  StackOne says: two\n", "  Request ID: req-1\n", "  Attempts: 3 in 12.3s", "Correct the configuration",
		}},
		"401":                    {status(http.StatusUnauthorized), []string{"did not accept the API key", "key in api_key", envAPIKey}},
		"403":                    {status(http.StatusForbidden), []string{"does not allow", "scope"}},
		"404":                    {status(http.StatusNotFound), []string{"did not find", "identifiers", "base_url", envBaseURL}},
		"410":                    {status(http.StatusGone), []string{"did not find", "identifiers", "base_url", envBaseURL}},
		"not the API's response": {&stackone.Error{Kind: stackone.ErrorStatus, Status: 502, Note: "the response is empty"}, []string{"  Response: the response is empty"}},
		"408":                    {status(http.StatusRequestTimeout), []string{"max_wait_seconds"}},
		"409":                    {status(http.StatusConflict), []string{"Run Terraform again"}},
		"418":                    {status(http.StatusTeapot), []string{"refused", "report"}},
		"400 about provider":     {&stackone.Error{Kind: stackone.ErrorStatus, Status: 400, Messages: []string{"Unknown 'provider' value"}}, []string{"attribute provider_key"}},
		"404 under a create":     {status(http.StatusNotFound), []string{"Check base_url"}},
		"an outage": {&stackone.Error{Kind: stackone.ErrorOutage, BaseURL: "https://api.stackone.com", Messages: []string{"502 Bad Gateway"}}, []string{
			"Requests to StackOne at https://api.stackone.com have been failing since ", ": 502 Bad Gateway. The provider stopped waiting",
		}},
		"a refused key":         {&stackone.Error{Kind: stackone.ErrorKeyRefused}, []string{"another request of this run", envAPIKey}},
		"422":                   {status(http.StatusUnprocessableEntity), []string{"Correct the configuration"}},
		"429":                   {status(http.StatusTooManyRequests), []string{"rate limit", "max_requests_per_minute"}},
		"500":                   {status(http.StatusInternalServerError), []string{"failed to handle", "again later"}},
		"501":                   {status(http.StatusNotImplemented), []string{"does not offer"}},
		"599":                   {status(599), []string{"Status: 599\n", "again later"}},
		"connection":            {&stackone.Error{Kind: stackone.ErrorConnection, BaseURL: "https://nowhere.example"}, []string{"this machine and https://nowhere.example", "base_url", envBaseURL}},
		"certificate":           {&stackone.Error{Kind: stackone.ErrorConnection, Untrusted: true}, []string{"ca_certificates", envCACertificates, "container"}},
		"timeout":               {&stackone.Error{Kind: stackone.ErrorTimeout}, []string{"request_timeout_seconds"}},
		"canceled":              {&stackone.Error{Kind: stackone.ErrorCanceled}, []string{"interrupted", "in the state"}},
		"response":              {&stackone.Error{Kind: stackone.ErrorResponse}, []string{"base_url", "proxy"}},
		"unknown configuration": {&unknownConfigurationError{attributes: []string{"api_key", "base_url"}}, []string{"known only after apply: api_key, base_url", "terraform apply -target", "tofu apply -exclude"}},
		"request":               {&stackone.Error{Kind: stackone.ErrorRequest}, []string{"cannot be sent", "bug in the provider"}},
		"anything else":         {errors.New("something odd"), []string{"something odd."}},
	} {
		got := apiDiagnostic(createConnectSession, test.err)
		for _, part := range test.want {
			if got.Summary() != "Cannot create the connect session" || !strings.Contains(got.Detail(), part) {
				t.Errorf("%s: %q lacks %q:\n%s", name, got.Summary(), part, got.Detail())
			}
		}
	}
}

func TestAPIDiagnostic_onlyWhereItHelps(t *testing.T) {
	t.Parallel()

	unknown := &unknownConfigurationError{attributes: []string{"api_key"}}
	for op, want := range map[operation]bool{createConnectSession: true, readAccount: false} {
		if got := apiDiagnostic(op, unknown).Detail(); strings.Contains(got, "open = terraform.applying") != want {
			t.Errorf("%s: %s", op, got)
		}
	}

	for message, want := range map[string]bool{"provider is unknown": true, "provider_key is unknown": false} {
		failure := &stackone.Error{Kind: stackone.ErrorStatus, Status: http.StatusBadRequest, Messages: []string{message}}
		if got := apiDiagnostic(createConnectSession, failure).Detail(); strings.Contains(got, "is the attribute provider_key") != want {
			t.Errorf("%s: %s", message, got)
		}
	}

	for attempts, want := range map[int]bool{1: false, 2: true} {
		failure := &stackone.Error{Kind: stackone.ErrorStatus, Status: http.StatusBadGateway, Attempts: attempts, Elapsed: time.Minute}
		if got := apiDiagnostic(readAccount, failure).Detail(); strings.Contains(got, "Attempts: 2 in 1m0s") != want {
			t.Errorf("%d attempts: %s", attempts, got)
		}
	}
}
