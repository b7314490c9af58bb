package main

import "fmt"

// The two configurations hold the same inputs, those of a usual session.

// sessionConfiguration has n connect sessions.
func sessionConfiguration(n int) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    stackone = {
      source = "stackonehq/stackone"
    }
  }
}

resource "stackone_connect_session" "customer" {
  count = %d

  origin_owner_id   = "customer-${count.index}"
  origin_owner_name = "Customer ${count.index}"
  origin_username   = "admin@customer-${count.index}.example"
  categories        = ["hris", "ats"]
  expires_in        = 604800
  label             = "Customer ${count.index}"
  metadata          = jsonencode({ plan = "pro", seats = count.index })
}
`, n)
}

// floorConfiguration has n resources that are part of Terraform itself: no
// plugin runs, so this is the time that Terraform needs in any case.
func floorConfiguration(n int) string {
	return fmt.Sprintf(`resource "terraform_data" "customer" {
  count = %d

  input = {
    origin_owner_id   = "customer-${count.index}"
    origin_owner_name = "Customer ${count.index}"
    origin_username   = "admin@customer-${count.index}.example"
    categories        = ["hris", "ats"]
    expires_in        = 604800
    label             = "Customer ${count.index}"
    metadata          = jsonencode({ plan = "pro", seats = count.index })
  }
}
`, n)
}
