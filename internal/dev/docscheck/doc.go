// Package docscheck tests the pages under docs/ and the other Markdown files.
//
//   - page_test.go parses the pages and checks their headings, blocks and links.
//   - blocks_test.go validates each block of configuration with the real Terraform.
//   - guides_test.go follows the instructions of the pages.
//   - terraform_test.go runs Terraform with the provider, and stubs of other providers.
package docscheck
