package provider

import (
	"cmp"
	"strings"
)

// The environment variables that replace absent attributes, and TF_APPEND_USER_AGENT.
const (
	envAPIKey               = "STACKONE_API_KEY"
	envBaseURL              = "STACKONE_BASE_URL"
	envCACertificates       = "STACKONE_CA_CERTIFICATES"
	envRequestTimeout       = "STACKONE_REQUEST_TIMEOUT_SECONDS"
	envMaxRetries           = "STACKONE_MAX_RETRIES"
	envMaxWait              = "STACKONE_MAX_WAIT_SECONDS"
	envMaxRequestsPerMinute = "STACKONE_MAX_REQUESTS_PER_MINUTE"
	envAppendUserAgent      = "TF_APPEND_USER_AGENT"
)

// categories returns the documented values in StackOne's order.
func categories() []string {
	return []string{
		"ats", "hris", "hris-legacy", "crm", "iam", "marketing", "lms", "stackone",
		"documents", "ticketing", "screening", "messaging", "accounting", "scheduling",
	}
}

// categorySpellings maps spellings in StackOne's documentation to the API's.
func categorySpellings() map[string]string {
	return map[string]string{"hrisLegacy": "hris-legacy", "stackOne": "stackone"}
}

// apiCategory returns the API's spelling.
func apiCategory(category string) string {
	return cmp.Or(categorySpellings()[category], category)
}

func accountTypes() []string { return []string{"production", "test"} }

// accountStatuses returns the documented statuses; StackOne may add others.
func accountStatuses() []string {
	return []string{"active", "inactive", "suspended", "archived", "expired", "error"}
}

// deletionDelete is the deletion_policy that deletes an account.
const deletionDelete = "delete"

func deletionPolicies() []string { return []string{"forget", deletionDelete} }

func codeList(words []string) string { return "`" + strings.Join(words, "`, `") + "`" }

// spellingNote describes categorySpellings.
const spellingNote = "The documentation's spellings `hrisLegacy` (sent as `hris-legacy`) and `stackOne` (sent as `stackone`) are accepted too."
