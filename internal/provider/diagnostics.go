package provider

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

// operation completes the sentence "Cannot …".
type operation string

const (
	createConnectSession  operation = "create the connect session"
	readConnectSession    operation = "read the connect session"
	adoptAccount          operation = "adopt the linked account"
	readAccount           operation = "read the linked account"
	updateAccount         operation = "update the linked account"
	deleteAccount         operation = "delete the linked account"
	listAccounts          operation = "list the linked accounts"
	listConnectorProfiles operation = "list the connector profiles"
	listConnectorVersions operation = "list the connector versions"
	getPinnedVersion      operation = "read the pinned version"
	putPinnedVersion      operation = "pin the version"
	deletePinnedVersion   operation = "unpin the version"
	listConnectors        operation = "list the connectors"
)

// unknownConfigurationError reports a call before the provider's configuration is known.
type unknownConfigurationError struct{ attributes []string }

func (e *unknownConfigurationError) Error() string {
	return "the provider configuration is not known yet: " + strings.Join(e.attributes, ", ")
}

// apiDiagnostic reports a failed request: what failed, the request, status, StackOne's message
// and request id, and the next step. Messages include the base URL, path and StackOne's
// complaint even if they contain configured values, since nobody could act without them.
func apiDiagnostic(op operation, err error) diag.Diagnostic {
	summary := "Cannot " + string(op)

	if unknown, ok := errors.AsType[*unknownConfigurationError](err); ok {
		hint := ""
		// The resource creates its session during apply, when everything is known.
		if op == createConnectSession {
			hint = " In an ephemeral resource, set open = terraform.applying instead."
		}

		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"The provider needs to call StackOne, but these attributes of its configuration are known only after apply: %s. "+
				"First apply the resources that they depend on (terraform apply -target=…, or tofu apply -exclude=…), or use values that are known when Terraform plans.%s",
			strings.Join(unknown.attributes, ", "), hint))
	}

	failure, ok := errors.AsType[*stackone.Error](err)
	if !ok {
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%s.", err))
	}

	// One error has the details; a thousand like it would hide the others.
	const elsewhere = " Another error, with a line \"Request:\", has the details."

	switch failure.Kind {
	case stackone.ErrorOutage:
		return diag.NewErrorDiagnostic(summary, failure.Reason()+". The provider stopped waiting."+elsewhere)
	case stackone.ErrorKeyRefused:
		return diag.NewErrorDiagnostic(summary, failure.Reason()+". Check api_key or "+envAPIKey+"."+elsewhere)
	}

	return diag.NewErrorDiagnostic(summary, failure.Reason()+".\n\n"+requestFacts(failure)+"\n\n"+nextStep(failure))
}

// requestFacts lists facts for support, indented so that Terraform does not fold the lines.
func requestFacts(e *stackone.Error) string {
	var lines []string

	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("  %s: %s", name, value))
		}
	}

	add("Request", strings.TrimSpace(e.Method+" "+e.BaseURL+e.Path))

	if e.Status != 0 {
		add("Status", strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}

	add("Error code", e.Code)

	if e.Kind == stackone.ErrorStatus {
		for _, message := range e.Messages {
			add("StackOne says", message)
		}
	}

	add("Response", e.Note)

	add("Request ID", e.RequestID)

	add("Attempts", e.Counts())

	return strings.Join(lines, "\n")
}

// nextStep advises the user.
func nextStep(e *stackone.Error) string {
	const correct = "Correct the configuration and run Terraform again."

	identifiers := fmt.Sprintf("Check the identifiers in the configuration, and that the API key belongs to their project. "+
		"If base_url (environment variable %s) is set, check its path as well.", envBaseURL)

	kinds := map[stackone.ErrorKind]string{
		stackone.ErrorConnection:  fmt.Sprintf("Check DNS, proxy and firewall between this machine and %s, or whether a local server is running. If the address is wrong, correct base_url or the environment variable %s.", e.BaseURL, envBaseURL),
		stackone.ErrorTimeout:     fmt.Sprintf("Run Terraform again later, or raise request_timeout_seconds or max_wait_seconds (environment variables %s and %s).", envRequestTimeout, envMaxWait),
		stackone.ErrorCanceled:    "Terraform was interrupted. Everything that it created before is in the state. Run Terraform again to continue.",
		stackone.ErrorListChanged: "Objects may be missing or repeated, so the provider does not use the list. Run Terraform again. If it keeps failing, report the problem to StackOne.",
		stackone.ErrorRequest:     "This is a bug in the provider. Please report it.",
		stackone.ErrorResponse:    fmt.Sprintf("It probably does not come from the StackOne API. Check base_url (environment variable %s) and any proxy on the way. If they are right, report the problem to StackOne.", envBaseURL),
	}

	statuses := map[int]string{
		http.StatusBadRequest:          correct,
		http.StatusUnauthorized:        fmt.Sprintf("Check that the key in api_key or the environment variable %s is complete and enabled. If base_url is set, check that the key belongs to that address.", envAPIKey),
		http.StatusForbidden:           fmt.Sprintf("In the StackOne dashboard, check that the key in api_key (%s) has read and write scope for the Platform API. Also check that no IP allow-list excludes this machine.", envAPIKey),
		http.StatusNotFound:            identifiers,
		http.StatusRequestTimeout:      "StackOne timed out. Run Terraform again later, or raise max_wait_seconds.",
		http.StatusConflict:            "Something else changed the same object at the same time. Run Terraform again.",
		http.StatusGone:                identifiers,
		http.StatusUnprocessableEntity: correct,
		http.StatusTooManyRequests:     "Wait a minute and run Terraform again. If other programs use the same API key, lower max_requests_per_minute. To wait longer, raise max_wait_seconds.",
		http.StatusNotImplemented:      "StackOne does not offer this operation. Remove it from the configuration, or ask StackOne.",
	}

	switch byKind, byStatus := kinds[e.Kind], statuses[e.Status]; {
	case e.Kind == stackone.ErrorConnection && e.Untrusted:
		return fmt.Sprintf("If a proxy inspects TLS, or the server uses a private certificate authority, set the provider attribute ca_certificates or the environment variable %s. "+
			"In a container without CA certificates, install the package ca-certificates or set one of the two.", envCACertificates)
	case byKind != "":
		return byKind
	case byStatus == correct && slices.ContainsFunc(e.Messages, mentionsProvider):
		return correct + " The API's field provider is the attribute provider_key."
	case byStatus == identifiers && e.Method == http.MethodPost:
		return fmt.Sprintf("Check base_url (environment variable %s), especially its path. Then check the identifiers in the configuration, and that the API key belongs to their project.", envBaseURL)
	case byStatus != "":
		return byStatus
	case e.Status >= http.StatusInternalServerError:
		return "Run Terraform again later. If it keeps failing, check status.stackone.com and report the request to StackOne."
	default:
		return "Run Terraform again. If it keeps failing, report the request to StackOne."
	}
}

func mentionsProvider(message string) bool {
	words := strings.FieldsFunc(message, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) })
	return slices.Contains(words, "provider")
}
