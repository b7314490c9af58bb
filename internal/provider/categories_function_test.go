package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

func TestCategoriesFunction(t *testing.T) {
	t.Parallel()
	needs(t, "1.8.0", "1.7.0")

	h := newHarness(t)

	h.run(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config: `
terraform {
  required_providers {
    stackone = {
      source = "hashicorp/stackone"
    }
  }
}

output "categories" {
  value = provider::stackone::categories()
}
`,
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("categories", exactly(
				"ats", "hris", "hris-legacy", "crm", "iam", "marketing", "lms", "stackone", "documents", "ticketing", "screening", "messaging", "accounting", "scheduling",
			))},
		}},
	})
}

func exactly(words ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(words))
	for i, word := range words {
		checks[i] = knownvalue.StringExact(word)
	}

	return knownvalue.ListExact(checks)
}
