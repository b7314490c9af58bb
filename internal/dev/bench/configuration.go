package main

import (
	"fmt"
	"strings"
)

// accountID is the linked account that sessions with every input are for.
const accountID = "45355976281015164504"

// inputs are the arguments that both configurations hold: those of a usual
// session, or every one that goes with the others.
func inputs(every bool) string {
	lines := []string{
		`origin_owner_id   = "customer-${count.index}"`,
		`origin_owner_name = "Customer ${count.index}"`,
		`origin_username   = "admin@customer-${count.index}.example"`,
		`categories        = ["hris", "ats"]`,
		`expires_in        = 604800`,
		`label             = "Customer ${count.index}"`,
		`metadata          = jsonencode({ plan = "pro", seats = count.index })`,
	}
	if every {
		lines = append(lines,
			`provider_key          = "bamboohr"`,
			`connector_profile_id  = "profile-1"`,
			`account_id            = "`+accountID+`"`,
			`multiple              = false`,
			`type                  = "test"`,
			`recreate_when_expired = true`,
			`early_renewal_seconds = 86400`,
			`keepers               = { contract = "2031" }`,
		)
	}

	return "    " + strings.Join(lines, "\n    ")
}

// sessionConfiguration has n connect sessions.
func sessionConfiguration(n int, every bool) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

resource "stackone_connect_session" "customer" {
  count = %d

%s
}
`, n, inputs(every))
}

// floorConfiguration has n resources that are part of Terraform itself: no
// plugin runs, so this is the time that Terraform needs in any case.
func floorConfiguration(n int, every bool) string {
	return fmt.Sprintf(`resource "terraform_data" "customer" {
  count = %d

  input = {
%s
  }
}
`, n, inputs(every))
}
